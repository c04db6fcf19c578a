package main

import (
	"encoding/binary"
	"os"
)

// Which key a thread takes next: bench/harness/sequence.ts and random.ts, number by number.
type sequence interface {
	// The next index, below the space (of a "latest" sequence: the rank, 0 the newest).
	next() int
	// Begins a phase.
	restart(phase int)
}

func makeSequence(c *cell, thread int) (sequence, error) {
	own := mixSeed(int32(c.Seed), int32(thread))
	first := c.partStart(thread)
	switch c.Sequence {
	case "private":
		count := c.partStart(thread+1) - first
		if count < 1 {
			count = 1
		}
		return &uniform{seed: own, first: first, count: count}, nil
	case "zipf", "latest":
		list, err := readDraws(c, thread)
		return &drawn{list: list}, err
	case "ascending":
		return &ascending{first: first, space: c.Space}, nil
	}
	return &uniform{seed: own, count: c.Space}, nil
}

// mixSeed spreads seeds that differ little over all int32s.
func mixSeed(parts ...int32) int32 {
	h := uint32(0x9e3779b9)
	for _, part := range parts {
		h = (h ^ uint32(part)) * 0x85ebca6b
		h = (h ^ (h >> 13)) * 0xc2b2ae35
		h ^= h >> 16
	}
	return int32(h)
}

// firstStamp is the stamp before a thread's first write of a phase.
func firstStamp(phase, thread int) int32 {
	return int32(uint32(phase*31+thread) * 0x2545f491 >> 8)
}

// exactBelow: a product of two integers is JavaScript's up to here; above, its double rounds.
const exactBelow = 1 << 25

func indexBelow(x uint32, n int) int {
	if n <= exactBelow {
		return int(x>>4) * n >> 28
	}
	return int(float64(x>>4) * float64(n) / 0x10000000)
}

type uniform struct {
	seed  int32
	first int
	count int
	x     uint32
}

func (u *uniform) restart(phase int) { u.x = uint32(mixSeed(u.seed, int32(phase))) }

func (u *uniform) next() int {
	u.x = u.x*1664525 + 1013904223
	return u.first + indexBelow(u.x, u.count)
}

// drawn goes round and round through a list whose length is a power of two.
type drawn struct {
	list []int32
	at   int
}

func (d *drawn) restart(phase int) { d.at = int(mixSeed(int32(phase))) & (len(d.list) - 1) }

func (d *drawn) next() int {
	d.at = (d.at + 1) & (len(d.list) - 1)
	return int(d.list[d.at])
}

// readDraws reads what the harness drew for this thread: the file has all threads' int32s, one thread after the other.
func readDraws(c *cell, thread int) ([]int32, error) {
	file, err := os.Open(c.Draws)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	status, err := file.Stat()
	if err != nil {
		return nil, err
	}
	part := make([]byte, status.Size()/int64(c.Threads))
	if _, err := file.ReadAt(part, int64(thread*len(part))); err != nil {
		return nil, err
	}
	list := make([]int32, len(part)/4)
	for at := range list {
		list[at] = int32(binary.LittleEndian.Uint32(part[at*4:]))
	}
	return list, nil
}

type ascending struct {
	first, space, at int
}

func (a *ascending) restart(phase int) {
	a.at = (a.first + int(uint32(mixSeed(int32(phase)))>>1)) % a.space
}

func (a *ascending) next() int {
	now := a.at
	a.at++
	if a.at == a.space {
		a.at = 0
	}
	return now
}
