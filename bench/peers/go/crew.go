package main

import (
	"sync"
	"sync/atomic"
	"time"
)

// counter has cache lines of its own: what is counted is not disturbed by the counting.
type counter struct {
	operations atomic.Int64
	_          [120]byte
}

// crew is goroutines that begin together, and the counters that the main one reads while they work.
type crew struct {
	counters []counter
	_        [128]byte
	stopped  atomic.Bool
	_        [128]byte
}

func newCrew(threads int) *crew { return &crew{counters: make([]counter, threads)} }

// phase does one task in each goroutine, all beginning together; `watch` runs in the caller from that moment on, which is
// told by the clock. Returns what a check of theirs found wrong, or "".
func (c *crew) phase(task func(thread int), watch func(started time.Time)) string {
	c.stopped.Store(false)
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	wrong := make([]wrongResult, len(c.counters))
	ready.Add(len(c.counters))
	done.Add(len(c.counters))
	for thread := range c.counters {
		c.counters[thread].operations.Store(0)
		go func(thread int) {
			defer done.Done()
			defer func() {
				if failure := recover(); failure != nil {
					c.stopped.Store(true)
					result, isWrong := failure.(wrongResult)
					if !isWrong {
						panic(failure)
					}
					wrong[thread] = result
				}
			}()
			ready.Done()
			<-start
			task(thread)
		}(thread)
	}
	ready.Wait()
	// Before: a goroutine that begins may take the processor from this one.
	started := time.Now()
	close(start)
	if watch != nil {
		watch(started)
	}
	done.Wait()
	for _, one := range wrong {
		if one != "" {
			return string(one)
		}
	}
	return ""
}

// counts are the operations so far, thread by thread.
func (c *crew) counts() []int64 {
	list := make([]int64, len(c.counters))
	for thread := range c.counters {
		list[thread] = c.counters[thread].operations.Load()
	}
	return list
}
