package main

// cell is what is measured, as bench/harness/program-run.ts tells it: ProgramCell in bench/subjects/subject.ts.
type cell struct {
	Threads             int
	Entries             int
	Space               int
	Filled              int
	Keys                string
	Values              string
	Cycle               []operation
	Sequence            string
	Draws               string
	Seed                int64
	OperationsPerThread *int
}

type operation string

// Codes that a switch takes.
const (
	opGet = iota
	opHas
	opSet
	opDelete
	opInsert
	opAdd
	opCompareAndSet
	opModify
	opGetAndSet
	opGetAndDelete
	opRange
)

var codes = map[operation]byte{
	"get": opGet, "has": opHas, "set": opSet, "delete": opDelete, "insert": opInsert, "add": opAdd,
	"compareAndSet": opCompareAndSet, "modify": opModify, "getAndSet": opGetAndSet,
	"getAndDelete": opGetAndDelete, "range": opRange,
}

// cycleStep is a prime: threads begin their cycles at different places.
const cycleStep = 7919

func (c *cell) cycle() []byte {
	list := make([]byte, len(c.Cycle))
	for at, name := range c.Cycle {
		code, known := codes[name]
		if !known {
			panic("there is no operation " + string(name))
		}
		list[at] = code
	}
	return list
}

func (c *cell) has(operations ...operation) bool {
	for _, one := range c.Cycle {
		for _, other := range operations {
			if one == other {
				return true
			}
		}
	}
	return false
}

// isCounting tells whether values are counters, added to, instead of writes that name their key.
func (c *cell) isCounting() bool { return c.has("add", "compareAndSet") }

// mayMiss tells whether a key of the space may be absent at some time.
func (c *cell) mayMiss() bool { return c.Filled < c.Space || c.has("delete", "getAndDelete") }

// isExact tells whether each thread knows the answer to each of its operations.
func (c *cell) isExact() bool { return c.Sequence == "window" || c.Sequence == "latest" }

// partStart is where a thread's part of the space begins.
func (c *cell) partStart(thread int) int { return thread * c.Space / c.Threads }
