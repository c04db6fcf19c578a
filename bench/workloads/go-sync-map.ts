// Go's sync/map_bench_test.go, by name. Its benchmarks count on from thread x b.N, and what an operation does may follow from what
// the last one gave, so these have steps of their own. A mistake of the map throws.

import { defineWorkload, type MakeSteps, type Workload, WrongResult } from '../harness/workload.js';
import type { Operation, Value } from '../subjects/subject.js';

const HITS = 1023;
const BALANCED = 128;
const MAP_SIZE = 1 << 10;
/** Values are int32s: what a step stores is its number's lower bits. */
const low = (i: number) => i & 0x7fffff;

type Made = Pick<Workload, 'entries' | 'uses'> & { readonly about: string; readonly steps: MakeSteps };

function bench(name: string, { about, entries, uses, steps }: Made): Workload {
  return defineWorkload({
    name: `go-${name.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase()}`,
    title: `Go: Map${name}`,
    source: 'golang/go: sync/map_bench_test.go',
    about,
    keys: ['int'],
    entries,
    ...(uses === undefined ? {} : { uses }),
    steps,
    module: import.meta.url,
  });
}

function expect(holds: boolean, what: string, i: number): void {
  if (!holds) throw new WrongResult(`step ${i}: ${what}`);
}

/** Load(i % (hits + misses)) of a map with the first `hits` keys. */
function loads(hits: number, misses: number): MakeSteps {
  return (map, { keys }) => ({
    step(i) {
      const at = i % (hits + misses);
      const value = map.get(keys.at(at));
      if (value === undefined ? at < hits : at >= hits) expect(false, `get of key ${at} gave ${value}`, i);
    },
  });
}

/** LoadOrStore: a key below `hits`, or a new one. */
function loadOrStores(hits: number, misses: number): MakeSteps {
  return (map, { keys }) => ({
    step(i) {
      const at = i % (hits + misses);
      const isHit = at < hits;
      // New keys begin where those that were filled end.
      const inserted = map.insert(keys.at(isHit ? at : hits + i), low(i));
      if (inserted === isHit) expect(false, `insert of key ${isHit ? at : hits + i} gave ${inserted}`, i);
    },
  });
}

/** The key of a step in benchmarks that mostly hit or mostly miss: a hit is a key that was filled, a miss the step's own. */
function keyOf(i: number, hits: number, misses: number): number {
  const at = i % (hits + misses);
  return at < hits ? at : hits + i;
}

function swaps(hits: number, misses: number): MakeSteps {
  return (map, { keys }) => ({
    step(i) {
      const index = keyOf(i, hits, misses);
      const key = keys.at(index);
      const before = map.getAndSet(key, low(index));
      if (index >= hits) {
        map.delete(key);
        expect(before === undefined, `getAndSet of a new key gave ${String(before)}`, i);
      } else expect(before !== undefined, `getAndSet of key ${index} gave nothing`, i);
    },
  });
}

function compareAndSwaps(hits: number, misses: number): MakeSteps {
  return (map, { keys, entries }) => ({
    step(i) {
      const index = keyOf(i, hits, misses);
      const value = low(index);
      const swapped = map.compareAndSet(keys.at(index), value, value);
      expect(swapped === index < Math.min(hits, entries), `compareAndSet of key ${index} gave ${swapped}`, i);
    },
  });
}

function compareAndDeletes(hits: number, misses: number): MakeSteps {
  return (map, { keys, threads }) => ({
    step(i) {
      const index = keyOf(i, hits, misses);
      const key = keys.at(index);
      if (map.compareAndDelete(key, low(index))) map.set(key, low(index));
      // Alone it finds what it has put back itself.
      else expect(index >= hits || threads > 1, `compareAndDelete of key ${index} gave false`, i);
    },
  });
}

/** Everybody at one key. */
function collision(uses: readonly Operation[], what: string, steps: MakeSteps): Made {
  return { about: `${what} Everybody at key 0.`, entries: [1], uses, steps };
}

const isValue = (value: Value | undefined) => typeof value === 'number';
const NEW_KEYS = 'A miss is a new key each time.';

export const goSyncMap = [
  bench('LoadMostlyHits', {
    about: 'Load, 1023 hits to 1 miss.',
    entries: [HITS],
    steps: loads(HITS, 1),
  }),
  bench('LoadMostlyMisses', {
    about: 'Load, 1 hit to 1023 misses.',
    entries: [1],
    steps: loads(1, HITS),
  }),
  bench('LoadOrStoreBalanced', {
    about: `LoadOrStore, 128 hits to 128 misses. ${NEW_KEYS}`,
    entries: [BALANCED],
    uses: ['insert'],
    steps: loadOrStores(BALANCED, BALANCED),
  }),
  bench('LoadOrStoreUnique', {
    about: `LoadOrStore of new keys. The map has one entry at the start.`,
    entries: [1],
    uses: ['insert'],
    steps: (map, { keys }) => ({
      step: (i) => expect(map.insert(keys.at(i + 1), low(i)), 'insert of a new key gave false', i),
    }),
  }),
  bench(
    'LoadOrStoreCollision',
    collision(['insert'], 'LoadOrStore.', (map, { keys }) => ({
      step: (i) => expect(!map.insert(keys.at(0), low(i)), 'insert of a present key gave true', i),
    })),
  ),
  bench('LoadAndDeleteBalanced', {
    about: `LoadAndDelete, 128 keys that were there to 128 that never were.`,
    entries: [BALANCED],
    uses: ['getAndDelete'],
    steps: (map, { keys }) => ({
      step(i) {
        const index = keyOf(i, BALANCED, BALANCED);
        const value = map.getAndDelete(keys.at(index));
        if (index >= BALANCED) expect(value === undefined, 'getAndDelete of an absent key gave a value', i);
      },
    }),
  }),
  bench('LoadAndDeleteUnique', {
    about: 'LoadAndDelete of keys that never were there.',
    entries: [1],
    uses: ['getAndDelete'],
    steps: (map, { keys }) => ({
      step: (i) => expect(map.getAndDelete(keys.at(i + 1)) === undefined, 'getAndDelete gave a value', i),
    }),
  }),
  bench(
    'LoadAndDeleteCollision',
    collision(['getAndDelete'], 'LoadAndDelete, and Store where something was there.', (map, { keys }) => ({
      step() {
        if (map.getAndDelete(keys.at(0)) !== undefined) map.set(keys.at(0), 0);
      },
      check: () => expect(isValue(map.get(keys.at(0))), 'nobody has put the entry back', -1),
    })),
  ),
  bench('Range', {
    about: 'Range over 1,024 entries; a step is one Range.',
    entries: [MAP_SIZE],
    uses: ['range'],
    steps: (map, { entries }) => ({
      step(i) {
        let visited = 0;
        map.range(() => ++visited > 0);
        if (visited !== entries) expect(false, `range visited ${visited} of ${entries} entries`, i);
      },
    }),
  }),
  bench('AdversarialAlloc', {
    about: 'Load of new keys, with LoadOrStore in between at growing distances.',
    entries: [1],
    uses: ['insert'],
    steps: (map, { keys }) => {
      let stores = 0;
      let loadsSinceStore = 0;
      return {
        step(i) {
          map.get(keys.at(i + 1));
          if (++loadsSinceStore > stores) {
            expect(map.insert(keys.at(i + 1), low(stores)), 'insert of a new key gave false', i);
            loadsSinceStore = 0;
            stores++;
          }
        },
      };
    },
  }),
  bench('AdversarialDelete', {
    about: 'Load; once in 1,024 the first entry of a Range is deleted and a new one stored.',
    entries: [MAP_SIZE],
    uses: ['range', 'delete'],
    steps: (map, { keys }) => ({
      step(i) {
        map.get(keys.at(i));
        if (i % MAP_SIZE === 0) {
          map.range((key) => {
            map.delete(key);
            return false;
          });
          map.set(keys.at(i), low(i));
        }
      },
    }),
  }),
  bench(
    'DeleteCollision',
    collision(['delete'], 'Delete.', (map, { keys }) => {
      let deleted = 0;
      return {
        step() {
          if (map.delete(keys.at(0))) deleted++;
        },
        check: () =>
          expect(deleted <= 1 && map.get(keys.at(0)) === undefined, `${deleted} deletes found it`, -1),
      };
    }),
  ),
  bench(
    'SwapCollision',
    collision(['getAndSet'], 'Swap.', (map, { keys }) => ({
      step: (i) => expect(isValue(map.getAndSet(keys.at(0), 0)), 'getAndSet gave nothing', i),
    })),
  ),
  bench('SwapMostlyHits', {
    about: `Swap, 1023 hits to 1 miss, which is deleted again. ${NEW_KEYS}`,
    entries: [HITS],
    uses: ['getAndSet', 'delete'],
    steps: swaps(HITS, 1),
  }),
  bench('SwapMostlyMisses', {
    about: `Swap, 1 hit to 1023 misses, which are deleted again. ${NEW_KEYS}`,
    entries: [1],
    uses: ['getAndSet', 'delete'],
    steps: swaps(1, HITS),
  }),
  bench(
    'CompareAndSwapCollision',
    collision(
      ['compareAndSet'],
      'CompareAndSwap of 0 to 42, and back by whoever did it.',
      (map, { keys }) => ({
        step(i) {
          const key = keys.at(0);
          if (map.compareAndSet(key, 0, 42))
            expect(map.compareAndSet(key, 42, 0), 'somebody else has taken 42', i);
        },
        check: () => expect(map.get(keys.at(0)) === 0, 'it is not 0 again', -1),
      }),
    ),
  ),
  bench('CompareAndSwapNoExistingKey', {
    about: 'CompareAndSwap of keys that never were there.',
    entries: [1],
    uses: ['compareAndSet'],
    steps: (map, { keys }) => ({
      step: (i) => expect(!map.compareAndSet(keys.at(i + 1), 0, 0), 'compareAndSet gave true', i),
    }),
  }),
  bench(
    'CompareAndSwapValueNotEqual',
    collision(['compareAndSet'], 'CompareAndSwap that expects another value.', (map, { keys }) => ({
      step: (i) => expect(!map.compareAndSet(keys.at(0), 1, 2), 'compareAndSet gave true', i),
    })),
  ),
  bench('CompareAndSwapMostlyHits', {
    about: `CompareAndSwap of a value by itself, 1023 hits to 1 miss.`,
    entries: [HITS],
    uses: ['compareAndSet'],
    steps: compareAndSwaps(HITS, 1),
  }),
  bench('CompareAndSwapMostlyMisses', {
    about: `CompareAndSwap of a value by itself, 1 hit to 1023 misses.`,
    entries: [1],
    uses: ['compareAndSet'],
    steps: compareAndSwaps(1, HITS),
  }),
  bench(
    'CompareAndDeleteCollision',
    collision(['compareAndDelete'], 'CompareAndDelete, and Store by whoever did it.', (map, { keys }) => ({
      step() {
        if (map.compareAndDelete(keys.at(0), 0)) map.set(keys.at(0), 0);
      },
      check: () => expect(isValue(map.get(keys.at(0))), 'nobody has put the entry back', -1),
    })),
  ),
  bench('CompareAndDeleteMostlyHits', {
    about: 'CompareAndDelete, and Store by whoever did it, 1023 hits to 1 miss.',
    entries: [HITS],
    uses: ['compareAndDelete'],
    steps: compareAndDeletes(HITS, 1),
  }),
  bench('CompareAndDeleteMostlyMisses', {
    about: 'CompareAndDelete, and Store by whoever did it, 1 hit to 1023 misses.',
    entries: [1],
    uses: ['compareAndDelete'],
    steps: compareAndDeletes(1, HITS),
  }),
  bench('Clear', {
    about: 'Clear and a Store of one of 256 keys.',
    entries: [256],
    uses: ['clear'],
    steps: (map, { keys }) => ({
      step(i) {
        map.clear();
        map.set(keys.at(i % 256), i % 256);
      },
    }),
  }),
];
