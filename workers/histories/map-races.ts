// Races about the map as a whole: clear, size, iteration and growth beside writes and reads. Each tells what may come of
// it, in the order thread 0, thread 1, end; -1 is absent, true and false are 1 and 0.

import type { Race, Stage } from './race.js';

const endOf = ({ map, a, read }: Stage) => `${read(map.get(a))}`;
const setA = ({ map, a, value }: Stage) => void map.set(a, value(1));

/** Keys that are there all the time. */
const STABLE = 12;
const stableKey = (i: number) => (i % 2 === 0 ? `stable ${i}` : -i);
const isStable = (key: unknown) => (typeof key === 'number' ? key < 0 : String(key).startsWith('stable'));

function stand({ map }: Stage): void {
  if (!map.has(stableKey(0))) for (let i = 0; i < STABLE; i++) map.set(stableKey(i), i);
}

/** How often the stable keys came, and the key of the trial: 120 or 121 when all is well. */
function survey({ map, a }: Stage): number {
  let stable = 0;
  let fresh = 0;
  const seen = new Set<unknown>();
  for (const key of map.keys()) {
    if (seen.has(key)) return -2;
    seen.add(key);
    if (isStable(key)) stable++;
    if (key === a) fresh++;
  }
  return stable * 10 + fresh;
}

/** The first growths of a map begin above so many entries, one more trial each. */
const THRESHOLDS = [104, 208, 416, 832];
let filler = 1e6;

/** Fills the map until it is about to grow. */
function fill(stage: Stage): void {
  stand(stage);
  setA(stage);
  const { map, trial } = stage;
  while (map.size < (THRESHOLDS[trial] as number) - 2) map.set(filler++, 0);
}

/** Enough inserts to begin a growth and to end it. */
function grow({ map, trial }: Stage): number {
  for (let i = (THRESHOLDS[trial] as number) / 16 + 8; i > 0; i--) map.set(filler++, 0);
  return 0;
}

export const MAP_RACES: readonly Race[] = [
  {
    name: 'clear | set',
    prepare: (stage) => {
      setA(stage);
      stage.map.set('stays', 1);
    },
    steps: [
      ({ map }) => {
        map.clear();
        return 0;
      },
      ({ map, a, value }) => {
        map.set(a, value(2));
        return 0;
      },
    ],
    end: (stage) => `${endOf(stage)} ${stage.map.has('stays')}`,
    outcomes: { '0 0 2 false': 'first', '0 0 -1 false': 'second' },
  },
  {
    name: 'clear | add',
    prepare: ({ map, a }) => void map.set(a, 5),
    steps: [
      ({ map }) => {
        map.clear();
        return 0;
      },
      ({ map, a }) => map.add(a, 1),
    ],
    end: ({ map, a }) => String(map.get(a) ?? -1),
    outcomes: { '0 1 1': 'first', '0 6 -1': 'second' },
  },
  {
    name: 'clear | size',
    prepare: ({ map }) => {
      for (let i = 0; i < 5; i++) map.set(`one of five ${i}`, i);
    },
    steps: [
      ({ map }) => {
        map.clear();
        return 0;
      },
      ({ map }) => map.size,
    ],
    end: ({ map }) => `${map.size}`,
    outcomes: { '0 0 0': 'first', '0 5 0': 'second' },
  },
  {
    name: 'set | iterate',
    prepare: stand,
    steps: [
      ({ map, a, value }) => {
        map.set(a, value(1));
        return 0;
      },
      survey,
    ],
    outcomes: { '0 121': 'first', '0 120': 'second' },
  },
  {
    name: 'delete | iterate',
    prepare: (stage) => {
      stand(stage);
      setA(stage);
    },
    steps: [({ map, a }) => map.delete(a), survey],
    outcomes: { '1 120': 'first', '1 121': 'second' },
  },
  {
    name: 'delete, insert | entries',
    prepare: setA,
    steps: [
      ({ map, a, value }) => Number(map.delete(a)) * 10 + Number(map.insert(a, value(2))),
      ({ map, a, read }) => {
        // An entry with the value undefined is none that ever was.
        for (const [key, value] of map) if (key === a) return value === undefined ? -2 : read(value);
        return -1;
      },
    ],
    end: endOf,
    outcomes: { '11 2 2': 'first', '11 1 2': 'second', '11 -1 2': 'between' },
  },
  {
    name: 'growth, set | get, get',
    trialsPerMap: THRESHOLDS.length,
    prepare: fill,
    steps: [
      (stage) => {
        grow(stage);
        stage.map.set(stage.a, stage.value(2));
        return 0;
      },
      ({ map, a, read }) => {
        // Never absent, never the old value after the new one; and what nobody touches is there all the time.
        let [first, last] = [0, 1];
        for (let i = 0; i < 10 * STABLE; i++) {
          if (map.get(stableKey(i % STABLE)) !== i % STABLE) return -3;
          const now = read(map.get(a));
          if (now < last) return now;
          last = now;
          if (first === 0) first = now;
        }
        return first === last ? first : 3;
      },
    ],
    end: endOf,
    outcomes: { '0 2 2': 'first', '0 1 2': 'second', '0 3 2': 'between' },
  },
  {
    name: 'growth | iterate',
    trialsPerMap: THRESHOLDS.length,
    prepare: fill,
    steps: [grow, survey],
    outcomes: { '0 121': 'between' },
  },
];
