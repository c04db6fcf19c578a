package main

import "math/bits"

const mostBits = 27

// values tell which key they were written under, and by which write: bench/harness/values.ts.
type values struct {
	bits     int
	mask     int32
	isObject bool
	fields   *[10]string
}

// object is what cells with objects hold, as a pointer: ten fields of 100 characters, shared by all, and the number.
type object struct {
	id     int32
	fields *[10]string
}

const fieldLength = 100

func makeValues(c *cell) *values {
	space := c.Space
	if space < 2 {
		space = 2
	}
	width := bits.Len(uint(space - 1))
	if width > mostBits {
		width = mostBits
	}
	v := &values{bits: width, mask: 1<<width - 1, isObject: c.Values == "object", fields: new([10]string)}
	for field := range v.fields {
		text := make([]byte, fieldLength)
		for at := range text {
			text[at] = byte('a' + field)
		}
		v.fields[field] = string(text)
	}
	return v
}

func (v *values) stamped(index int, stamp int32) int32 {
	return stamp<<v.bits | int32(index)&v.mask
}

// make boxes the value that a write with this stamp puts under the key of an index.
func (v *values) make(index int, stamp int32) any {
	if v.isObject {
		return &object{id: v.stamped(index, stamp), fields: v.fields}
	}
	return int(v.stamped(index, stamp))
}

// number is what a value carries: of equal ones, the values are equal.
func (v *values) number(value any) (int32, bool) {
	switch typed := value.(type) {
	case int:
		return int32(typed), !v.isObject
	case *object:
		return typed.id, v.isObject && len(typed.fields[9]) == fieldLength
	}
	return 0, false
}

// belongs tells whether the value was written under the key of this index.
func (v *values) belongs(value any, index int) bool {
	number, isOurs := v.number(value)
	return isOurs && number&v.mask == int32(index)&v.mask
}
