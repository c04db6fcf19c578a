package main

import (
	"runtime"
	"time"
)

const (
	// Fewer entries than this do not show in the heap.
	leastForMemory = 100_000
	// Operations between two looks at the stop word.
	mostBatch = 256
	// A batch should take about so long: where it takes longer it is halved, where it takes less doubled.
	batchTime = 50 * time.Microsecond
	// Batches of a phase that are looked at for that.
	tried = 64
	// A rate is stable when so many windows in a row differ by no more than this share.
	warmWindows = 3
	warmSpread  = 0.05
	warmWindow  = 100 * time.Millisecond
	// How often a sleeping main goroutine sees whether all has ended.
	look = 250 * time.Millisecond
)

// session is one cell: a map, its goroutines, and what is asked of them.
type session struct {
	c             *cell
	crew          *crew
	parts         []part
	past          [][]pastPhase
	m             *Map
	loops         []loop
	bytesPerEntry *float64
}

type sample struct {
	Seconds        float64 `json:"seconds"`
	PerThread      []int64 `json:"perThread"`
	GcMilliseconds float64 `json:"gcMilliseconds"`
	GcCount        uint32  `json:"gcCount"`
	Wrong          *string `json:"wrong"`
}

// prepareParts makes the keys, before the map: what they take is not the map's memory.
func prepareParts(c *cell, crew *crew) ([]part, error) {
	parts := make([]part, c.Threads)
	failures := make([]error, c.Threads)
	crew.phase(func(thread int) {
		seq, err := makeSequence(c, thread)
		failures[thread] = err
		parts[thread] = part{c: c, thread: thread, keys: makeKeys(c), values: makeValues(c), seq: seq}
	}, nil)
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	return parts, nil
}

func newSession(c *cell, crew *crew, parts []part) *session {
	s := &session{c: c, crew: crew, parts: parts, past: make([][]pastPhase, c.Threads)}
	measurable := c.Filled >= leastForMemory
	var before uint64
	if measurable {
		before = heapInUse()
	}
	s.m = new(Map)
	crew.phase(s.fill, nil)
	if measurable {
		bytes := (float64(heapInUse()) - float64(before)) / float64(c.Filled)
		s.bytesPerEntry = &bytes
	}
	for _, p := range parts {
		if c.isExact() {
			s.loops = append(s.loops, newExactLoop(s.m, p))
		} else {
			s.loops = append(s.loops, newMixLoop(s.m, p))
		}
	}
	return s
}

func (s *session) fill(thread int) {
	p := s.parts[thread]
	t := table{s.m, p.keys, p.values}
	counting := s.c.isCounting()
	for index := thread; index < s.c.Filled; index += s.c.Threads {
		if counting {
			t.store(index, 0)
		} else {
			t.set(index, 0)
		}
	}
}

func (s *session) run(phase int, seconds float64, warmUp bool) sample {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var started time.Time
	taken := sample{}
	finished := make([]time.Time, s.c.Threads)
	wrong := s.crew.phase(func(thread int) {
		s.drive(thread, phase)
		finished[thread] = time.Now()
	}, func(begin time.Time) {
		started = begin
		if s.c.OperationsPerThread != nil {
			return
		}
		if warmUp {
			s.untilStable(seconds)
		} else {
			s.sleep(seconds)
		}
		taken.Seconds = time.Since(started).Seconds()
		taken.PerThread = s.crew.counts()
		s.crew.stopped.Store(true)
	})
	if s.c.OperationsPerThread != nil {
		for _, one := range finished {
			if span := one.Sub(started).Seconds(); span > taken.Seconds {
				taken.Seconds = span
			}
		}
		taken.PerThread = s.crew.counts()
	}
	runtime.ReadMemStats(&after)
	taken.GcMilliseconds = float64(after.PauseTotalNs-before.PauseTotalNs) / 1e6
	taken.GcCount = after.NumGC - before.NumGC
	taken.Wrong = orNull(wrong)
	return taken
}

// drive is the work of one goroutine.
func (s *session) drive(thread, phase int) {
	l := s.loops[thread]
	operations, batch := 0, 1
	l.begin(phase)
	for n := 0; ; n++ {
		count := batch
		if most := s.c.OperationsPerThread; most != nil && count > *most-operations {
			count = *most - operations
		}
		before := time.Time{}
		if n < tried {
			before = time.Now()
		}
		l.run(count)
		operations += count
		s.crew.counters[thread].operations.Store(int64(operations))
		if n < tried {
			if taken := time.Since(before); taken < batchTime && batch < mostBatch {
				batch *= 2
			} else if taken > 4*batchTime && batch > 1 {
				batch /= 2
			}
		}
		if s.crew.stopped.Load() || s.c.OperationsPerThread != nil && operations >= *s.c.OperationsPerThread {
			break
		}
	}
	s.past[thread] = append(s.past[thread], pastPhase{phase, operations})
}

// judge returns what is wrong with what the map holds, or "".
func (s *session) judge() string {
	j := newJudge(s.c, s.m)
	if !s.c.isExact() {
		s.crew.phase(func(thread int) { j.tell(s.parts[thread], s.past[thread]) }, nil)
	}
	found := make([]findings, s.c.Threads)
	wrong := s.crew.phase(func(thread int) {
		found[thread] = j.verify(s.parts[thread], s.loops[thread].accounts())
	}, nil)
	if wrong != "" {
		return wrong
	}
	return j.balance(s.loops, found)
}

func (s *session) untilStable(most float64) {
	var rates []float64
	before := int64(0)
	end := time.Now().Add(time.Duration(most * float64(time.Second)))
	for time.Now().Before(end) && !s.crew.stopped.Load() {
		start := time.Now()
		time.Sleep(warmWindow)
		done := int64(0)
		for _, count := range s.crew.counts() {
			done += count
		}
		rates = append(rates, float64(done-before)/time.Since(start).Seconds())
		before = done
		if len(rates) >= warmWindows && isStable(rates[len(rates)-warmWindows:]) {
			return
		}
	}
}

func isStable(rates []float64) bool {
	lowest, highest := rates[0], rates[0]
	for _, rate := range rates {
		if rate < lowest {
			lowest = rate
		}
		if rate > highest {
			highest = rate
		}
	}
	return highest-lowest <= warmSpread*highest
}

// sleep ends early when a check has failed.
func (s *session) sleep(seconds float64) {
	end := time.Now().Add(time.Duration(seconds * float64(time.Second)))
	for left := time.Until(end); left > 0 && !s.crew.stopped.Load(); left = time.Until(end) {
		if left > look {
			left = look
		}
		time.Sleep(left)
	}
}

func heapInUse() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
