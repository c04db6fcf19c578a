package main

// table is the map with one thread's keys. Each key becomes an interface at the call of the map itself, as in a user's code: where the
// map does not keep it, the compiler leaves the box on the stack.
type table struct {
	m *Map
	k *keys
	v *values
}

func (t *table) load(index int) (any, bool) {
	if t.k.isInt {
		return t.m.Load(t.k.number(index))
	}
	return t.m.Load(t.k.string(index))
}

func (t *table) store(index int, value any) {
	if t.k.isInt {
		t.m.Store(t.k.number(index), value)
	} else {
		t.m.Store(t.k.string(index), value)
	}
}

// set stores the value of a write.
func (t *table) set(index int, stamp int32) { t.store(index, t.v.make(index, stamp)) }

func (t *table) loadAndDelete(index int) (any, bool) {
	if t.k.isInt {
		return t.m.LoadAndDelete(t.k.number(index))
	}
	return t.m.LoadAndDelete(t.k.string(index))
}

func (t *table) loadOrStore(index int, value any) (any, bool) {
	if t.k.isInt {
		return t.m.LoadOrStore(t.k.number(index), value)
	}
	return t.m.LoadOrStore(t.k.string(index), value)
}

func (t *table) swap(index int, value any) (any, bool) {
	if t.k.isInt {
		return t.m.Swap(t.k.number(index), value)
	}
	return t.m.Swap(t.k.string(index), value)
}

func (t *table) compareAndSwap(index int, old, value any) bool {
	if t.k.isInt {
		return t.m.CompareAndSwap(t.k.number(index), old, value)
	}
	return t.m.CompareAndSwap(t.k.string(index), old, value)
}

// add counts one up: sync.Map has no such operation, so it is tried until nobody came between.
func (t *table) add(index int) int {
	for {
		before, loaded := t.load(index)
		if !loaded {
			if before, loaded = t.loadOrStore(index, 1); !loaded {
				return 1
			}
		}
		sum := before.(int) + 1
		if t.compareAndSwap(index, before, sum) {
			return sum
		}
	}
}
