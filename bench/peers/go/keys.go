package main

import "fmt"

const (
	scatter    = 2654435761
	longPrefix = "what_a_looooooooooooooooooooooong_key_prefix_"
	prefix     = "user:"
	digits     = 11
	keyLength  = len(prefix) + digits
	span       = 1_000_000_007
	stride     = 7919
	// Keys up to this many are made before the clock starts; later ones when they are used.
	mostHeld = 1 << 25
)

// keys are the keys of indexes, for each kind: bench/harness/keys.ts. Each thread has its own.
type keys struct {
	isInt bool
	make  func(index int) string
	held  []string
	// Bytes that fresh keys are cut from, each time anew.
	text []byte
}

func makeKeys(c *cell) *keys {
	count := c.Space
	if count > mostHeld {
		count = mostHeld
	}
	k := &keys{make: shortText}
	switch c.Keys {
	case "int":
		k.isInt = true
	case "fresh":
		k.text = make([]byte, 0, count*keyLength)
		for index := 0; index < count; index++ {
			k.text = append(k.text, shortText(index)...)
		}
	default:
		if c.Keys == "long" {
			k.make = longText
		}
		k.held = make([]string, count)
		for index := range k.held {
			k.held[index] = k.make(index)
		}
	}
	return k
}

func shortText(index int) string {
	return fmt.Sprintf("%s%0*d", prefix, digits, index*stride%span)
}

func longText(index int) string { return fmt.Sprint(longPrefix, index) }

// number is the key of an index where keys are ints.
func (k *keys) number(index int) int { return int(int32(uint32(index) * scatter)) }

// string is the key where they are strings.
func (k *keys) string(index int) string {
	if index < len(k.held) {
		return k.held[index]
	}
	if end := (index + 1) * keyLength; end <= len(k.text) {
		return string(k.text[end-keyLength : end])
	}
	return k.make(index)
}
