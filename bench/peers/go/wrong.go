package main

import "fmt"

// wrongResult is what a thread panics with when the map gave an answer that no correct map gives.
type wrongResult string

func wrongf(format string, parts ...any) { panic(wrongResult(fmt.Sprintf(format, parts...))) }

func wrongValue(operation string, index int, value any) {
	wrongf("%s of key %d gave %v, which was never written under it", operation, index, value)
}

func wrongAnswer(operation string, index int, answer any, why string) {
	wrongf("%s of key %d gave %v, but %s", operation, index, answer, why)
}
