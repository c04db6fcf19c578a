package main

import "fmt"

// What a thread did last under a key: nothing, a write, a delete; and whether it tried to insert after that.
const (
	didSet      = 1
	didDelete   = 2
	didLast     = 3
	didInsert   = 4
	neighbours  = 1000
	lostOrStale = "at the end key %d holds %v, which no thread wrote last: a write was lost or came up again"
)

// pastPhase is a phase that a thread has gone through.
type pastPhase struct{ phase, operations int }

// lastWrites are what one thread wrote last under each key.
type lastWrites struct {
	kinds   []byte
	numbers []int32
}

type findings struct{ present, sum int }

// judge sees after the run whether every entry is what the last write has left: bench/harness/judge.ts says how that is known.
type judge struct {
	c       *cell
	m       *Map
	writers []lastWrites
}

func newJudge(c *cell, m *Map) *judge {
	j := &judge{c: c, m: m, writers: make([]lastWrites, c.Threads)}
	if !c.isExact() {
		for thread := range j.writers {
			j.writers[thread] = lastWrites{make([]byte, c.Space), make([]int32, c.Space)}
		}
	}
	return j
}

func kindOf(op byte) byte {
	switch op {
	case opSet, opModify, opGetAndSet:
		return didSet
	case opDelete, opGetAndDelete:
		return didDelete
	case opInsert:
		return didInsert
	}
	return 0
}

// tell goes through a thread's phases again.
func (j *judge) tell(p part, past []pastPhase) {
	last := j.writers[p.thread]
	cycle := p.c.cycle()
	for _, one := range past {
		at := p.thread * cycleStep % len(cycle)
		stamp := firstStamp(one.phase, p.thread)
		p.seq.restart(one.phase)
		for q := 0; q < one.operations; q++ {
			kind := kindOf(cycle[at])
			at = (at + 1) % len(cycle)
			index := p.seq.next()
			stamp++
			switch kind {
			case didInsert:
				last.kinds[index] |= didInsert
			case didSet:
				last.kinds[index] = didSet
				last.numbers[index] = p.values.stamped(index, stamp)
			case didDelete:
				last.kinds[index] = didDelete
			}
		}
	}
}

// verify looks at a thread's part of the keys.
func (j *judge) verify(p part, accounts *tally) findings {
	t := table{j.m, p.keys, p.values}
	if j.c.isExact() {
		return j.verifyOwn(t, p.thread, accounts)
	}
	found := findings{}
	for index := j.c.partStart(p.thread); index < j.c.partStart(p.thread+1); index++ {
		value, loaded := t.load(index)
		if loaded {
			found.present++
		}
		if j.c.isCounting() {
			if count, isInt := value.(int); isInt {
				found.sum += count
			}
		} else if !j.explains(p.values, index, value, loaded) {
			wrongf(lostOrStale, index, value)
		}
	}
	return found
}

// explains tells whether what was found can be what the last of all operations on this key has left.
func (j *judge) explains(v *values, index int, value any, loaded bool) bool {
	number, isOurs := v.number(value)
	untouched, inserted := true, false
	for _, writer := range j.writers {
		kind := writer.kinds[index]
		if kind&didLast == didSet && isOurs && number == writer.numbers[index] {
			return true
		}
		if kind == didDelete && !loaded {
			return true
		}
		inserted = inserted || kind&didInsert != 0
		untouched = untouched && kind&didLast == 0
	}
	if inserted && v.belongs(value, index) {
		return true
	}
	if !untouched {
		return false
	}
	if index >= j.c.Filled {
		return !loaded && !inserted
	}
	return isOurs && number == v.stamped(index, 0)
}

// verifyOwn: all keys between a thread's oldest and its newest are there, and those around are not.
func (j *judge) verifyOwn(t table, thread int, accounts *tally) findings {
	first := accounts.oldest - neighbours
	if first < 0 {
		first = 0
	}
	for own := first; own < accounts.newest+neighbours; own++ {
		index := thread + own*j.c.Threads
		isThere := own >= accounts.oldest && own < accounts.newest
		value, loaded := t.load(index)
		if loaded != isThere || (loaded && !t.v.belongs(value, index)) {
			wrongf("at the end key %d holds %v, but of its thread's keys %d to %d are there", index, value,
				thread+accounts.oldest*j.c.Threads, thread+(accounts.newest-1)*j.c.Threads)
		}
	}
	return findings{present: accounts.newest - accounts.oldest}
}

// balance is what the accounts of all threads say against what was found: "" when they agree.
func (j *judge) balance(loops []loop, found []findings) string {
	var present, sum, inserted, deleted, added, size int
	for thread, one := range found {
		accounts := loops[thread].accounts()
		present += one.present
		sum += one.sum
		inserted += accounts.inserted
		deleted += accounts.deleted
		added += accounts.added
	}
	j.m.Range(func(_, _ any) bool {
		size++
		return true
	})
	if present != size {
		return fmt.Sprintf("at the end %d entries were found, but Range visits %d", present, size)
	}
	switch expected := j.c.Filled + inserted - deleted; {
	case j.c.isExact():
	case j.c.isCounting():
		if sum != added {
			return fmt.Sprintf("at the end the counts come to %d, but %d were added", sum, added)
		}
	case !j.c.has("set", "modify", "getAndSet") && present != expected:
		return fmt.Sprintf("at the end %d entries are there, but the answers account for %d", present, expected)
	}
	return ""
}
