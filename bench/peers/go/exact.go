package main

// exactLoop has keys that a thread alone inserts and deletes, so that it knows each answer: bench/harness/exact-loop.ts.
type exactLoop struct {
	table
	part
	tally
	cycle    []byte
	isLatest bool
	// The thread's first own key that was not filled.
	firstOwn int
	at       int
	stamp    int32
}

func newExactLoop(m *Map, p part) *exactLoop {
	first := 0
	if p.c.Filled > p.thread {
		first = (p.c.Filled - p.thread + p.c.Threads - 1) / p.c.Threads
	}
	return &exactLoop{
		table: table{m, p.keys, p.values}, part: p, tally: tally{newest: first},
		cycle: p.c.cycle(), isLatest: p.c.Sequence == "latest", firstOwn: first,
	}
}

func (l *exactLoop) accounts() *tally { return &l.tally }

func (l *exactLoop) begin(phase int) {
	l.at = l.thread * cycleStep % len(l.cycle)
	l.stamp = firstStamp(phase, l.thread)
	l.seq.restart(phase)
}

func (l *exactLoop) run(count int) {
	for q := 0; q < count; q++ {
		op := l.cycle[l.at]
		l.at++
		if l.at == len(l.cycle) {
			l.at = 0
		}
		l.stamp++
		switch op {
		case opInsert:
			l.insert()
		case opDelete:
			l.remove()
		default:
			if drawn := l.seq.next(); l.isLatest {
				l.touch(op, l.newestOf(drawn))
			} else {
				l.touch(op, l.any(drawn))
			}
		}
	}
}

func (l *exactLoop) insert() {
	index := l.indexOf(l.newest)
	l.newest++
	if _, loaded := l.loadOrStore(index, l.v.make(index, l.stamp)); loaded {
		wrongAnswer("insert", index, false, "it was a new key")
	}
}

func (l *exactLoop) remove() {
	// Nothing left: a key of its own that was never there.
	present := l.oldest < l.newest
	own := l.newest
	if present {
		own = l.oldest
		l.oldest++
	}
	index := l.indexOf(own)
	if _, loaded := l.loadAndDelete(index); loaded != present {
		wrongAnswer("delete", index, loaded, told(present))
	}
}

func (l *exactLoop) touch(op byte, index int) {
	own := index / l.c.Threads
	present := l.isLatest || (own >= l.oldest && own < l.newest)
	if op != opSet {
		value, loaded := l.load(index)
		if loaded != present {
			wrongAnswer("get", index, value, told(present))
		}
		if loaded && !l.v.belongs(value, index) {
			wrongValue("get", index, value)
		}
	}
	// An update of what is absent would be an insert.
	if (op == opSet || op == opModify) && present {
		l.set(index, l.stamp)
	}
}

// any takes own keys at random, of all that the thread will ever have: some reads miss.
func (l *exactLoop) any(drawn int) int {
	reach := l.c.Space / l.c.Threads
	if reach < 1 {
		reach = 1
	}
	return l.indexOf(l.oldest + drawn%reach)
}

func (l *exactLoop) newestOf(rank int) int {
	own := l.newest - l.firstOwn
	if rank < own {
		return l.indexOf(l.newest - 1 - rank)
	}
	if before := l.c.Filled - 1 - (rank - own); before >= 0 {
		return before
	}
	return rank % l.c.Filled
}

func (l *exactLoop) indexOf(own int) int { return l.thread + own*l.c.Threads }

func told(present bool) string {
	if present {
		return "it was there"
	}
	return "it was absent"
}
