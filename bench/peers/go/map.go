package main

import "sync"

// Map is what is measured.
type Map = sync.Map
