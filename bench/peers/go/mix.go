package main

// tally is what a thread's operations came to: the accounts that the map must agree with at the end.
type tally struct {
	inserted int
	deleted  int
	// Additions, and compare-and-swaps that succeeded.
	added int
	// The first and the next new key of a thread with keys of its own; those in between are there.
	oldest int
	newest int
}

// loop is what both loops have: a phase is begun, some operations are done, and the accounts are kept over all phases.
type loop interface {
	begin(phase int)
	run(count int)
	accounts() *tally
}

// part is what one thread works with.
type part struct {
	c      *cell
	thread int
	keys   *keys
	values *values
	seq    sequence
}

// mixLoop does operations on keys that all threads share: bench/harness/mix-loop.ts.
type mixLoop struct {
	table
	part
	tally
	cycle    []byte
	mayMiss  bool
	counting bool
	at       int
	stamp    int32
}

func newMixLoop(m *Map, p part) *mixLoop {
	return &mixLoop{
		table: table{m, p.keys, p.values}, part: p,
		cycle: p.c.cycle(), mayMiss: p.c.mayMiss(), counting: p.c.isCounting(),
	}
}

func (l *mixLoop) accounts() *tally { return &l.tally }

func (l *mixLoop) begin(phase int) {
	l.at = l.thread * cycleStep % len(l.cycle)
	l.stamp = firstStamp(phase, l.thread)
	l.seq.restart(phase)
}

func (l *mixLoop) run(count int) {
	cycle, at, stamp := l.cycle, l.at, l.stamp
	for q := 0; q < count; q++ {
		op := cycle[at]
		at++
		if at == len(cycle) {
			at = 0
		}
		index := l.seq.next()
		stamp++
		switch op {
		case opGet:
			value, loaded := l.load(index)
			l.checkRead("get", index, value, loaded)
		case opSet:
			l.set(index, stamp)
		case opHas:
			if _, loaded := l.load(index); !loaded && !l.mayMiss {
				wrongAnswer("has", index, false, "it was never deleted")
			}
		case opDelete:
			if _, loaded := l.loadAndDelete(index); loaded {
				l.deleted++
			}
		case opInsert:
			if _, loaded := l.loadOrStore(index, l.v.make(index, stamp)); !loaded {
				if !l.mayMiss {
					wrongAnswer("insert", index, true, "it was there")
				}
				l.inserted++
			}
		default:
			l.runRare(op, index, stamp)
		}
	}
	l.at, l.stamp = at, stamp
}

func (l *mixLoop) checkRead(name string, index int, value any, loaded bool) {
	switch {
	case !loaded:
		if !l.mayMiss {
			wrongAnswer(name, index, nil, "it was never deleted")
		}
	case l.counting:
		if count, isInt := value.(int); !isInt || count < 0 {
			wrongValue(name, index, value)
		}
	case !l.v.belongs(value, index):
		wrongValue(name, index, value)
	}
}

func (l *mixLoop) runRare(op byte, index int, stamp int32) {
	switch op {
	case opAdd:
		if sum := l.add(index); sum < 1 {
			wrongAnswer("add", index, sum, "it had counted up")
		}
		l.added++
	case opCompareAndSet:
		value, loaded := l.load(index)
		l.checkRead("get", index, value, loaded)
		if loaded && l.compareAndSwap(index, value, value.(int)+1) {
			l.added++
		}
	case opModify:
		value, loaded := l.load(index)
		l.checkRead("get", index, value, loaded)
		l.set(index, stamp)
	case opGetAndSet:
		value, loaded := l.swap(index, l.v.make(index, stamp))
		l.checkRead("getAndSet", index, value, loaded)
	case opGetAndDelete:
		value, loaded := l.loadAndDelete(index)
		l.checkRead("getAndDelete", index, value, loaded)
		if loaded {
			l.deleted++
		}
	case opRange:
		visited := 0
		l.m.Range(func(_, _ any) bool {
			visited++
			return true
		})
		if visited == 0 && !l.mayMiss {
			wrongAnswer("range", index, "no entry", "the map is not empty")
		}
	}
}
