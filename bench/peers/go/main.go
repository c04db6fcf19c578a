// Go's sync.Map under the harness: answers a line of JSON on stdout for each on stdin, as ProgramSubject in
// bench/subjects/subject.ts says. With the argument `old` it refuses to run on another sync.Map than the one before Go 1.24.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"sync"
)

type question struct {
	Do      string
	Cell    *cell
	Phase   int
	Seconds float64
	WarmUp  bool
	Thread  int
	Count   int
}

type program struct {
	c       *cell
	crew    *crew
	parts   []part
	session *session
	isUsed  bool
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "old" && !isOld() {
		fail(fmt.Errorf("%s has no longer the map before HashTrieMap", runtime.Version()))
	}
	var p program
	questions := bufio.NewScanner(os.Stdin)
	// A cycle of thousands of operations is a long line.
	questions.Buffer(nil, 1<<26)
	answers := json.NewEncoder(os.Stdout)
	for questions.Scan() {
		var asked question
		if err := json.Unmarshal(questions.Bytes(), &asked); err != nil {
			fail(err)
		}
		answer, err := p.answer(&asked)
		if err != nil {
			fail(err)
		}
		if err := answers.Encode(answer); err != nil {
			fail(err)
		}
	}
	if err := questions.Err(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func (p *program) answer(asked *question) (any, error) {
	switch asked.Do {
	case "prepare":
		return p.prepare(asked.Cell)
	case "run":
		// In a cell with a fixed number of operations each run begins with a new map.
		if p.c.OperationsPerThread != nil && p.isUsed {
			p.session = nil
			p.session = newSession(p.c, p.crew, p.parts)
		}
		p.isUsed = true
		return p.session.run(asked.Phase, asked.Seconds, asked.WarmUp), nil
	case "check":
		return map[string]any{"wrong": orNull(p.session.judge())}, nil
	case "sequence":
		return p.sequence(asked), nil
	}
	return nil, fmt.Errorf("nobody can %s", asked.Do)
}

func (p *program) prepare(c *cell) (any, error) {
	var err error
	p.c, p.crew = c, newCrew(c.Threads)
	if p.parts, err = prepareParts(c, p.crew); err != nil {
		return nil, err
	}
	p.session = newSession(c, p.crew, p.parts)
	ready := map[string]any{"ready": true, "version": version()}
	if p.session.bytesPerEntry != nil {
		ready["bytesPerEntry"] = *p.session.bytesPerEntry
	}
	return ready, nil
}

// sequence is the first of a thread's indexes, with their keys and the values that it writes.
func (p *program) sequence(asked *question) any {
	own := p.parts[asked.Thread]
	stamp := firstStamp(asked.Phase, asked.Thread)
	own.seq.restart(asked.Phase)
	indexes, keys, values := []int{}, []any{}, []int32{}
	for i := 0; i < asked.Count; i++ {
		index := own.seq.next()
		stamp++
		indexes = append(indexes, index)
		values = append(values, own.values.stamped(index, stamp))
		if own.keys.isInt {
			keys = append(keys, own.keys.number(index))
		} else {
			keys = append(keys, own.keys.string(index))
		}
	}
	return map[string]any{"indexes": indexes, "keys": keys, "values": values}
}

// isOld asks the map itself: GOEXPERIMENT decides in Go 1.24, and the version alone does not tell.
func isOld() bool {
	_, hasDirty := reflect.TypeOf(sync.Map{}).FieldByName("dirty")
	return hasDirty
}

func version() string {
	if isOld() {
		return runtime.Version() + ", read and dirty maps"
	}
	return runtime.Version() + ", HashTrieMap"
}
