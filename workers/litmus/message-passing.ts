// One of the two threads of test/litmus/message-passing.test.ts. The writer stores its step's
// number plainly into shared memory that is none of the map's, then changes the map by that number.
// What the reader sees in the map says how old the plain words can be at most.

import { parentPort, workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'threadmap';

export type MessageWay = keyof typeof ways;

/** `late`: the writer stores the words after its change; `early`: the reader loads them first. */
export type Order = 'kept' | 'late' | 'early';

export interface MessageData {
  readonly handle: SharedMapHandle<unknown, unknown>;
  readonly way: MessageWay;
  readonly order: Order;
  readonly writes: boolean;
  /** The words that are stored plainly. */
  readonly message: SharedArrayBuffer;
  /** One word: whether the reader has done. */
  readonly done: SharedArrayBuffer;
  /** The reader ends after so many changes that it saw, or, of an order not kept, so many looks. */
  readonly changes: number;
  readonly looks: number;
}

/** What the reader answers: changes that it saw, and how often a word was older than they. */
export interface Messages {
  readonly seen: number;
  readonly older: number;
}

type AnyMap = SharedMap<unknown, unknown> & {
  add(key: unknown, delta: number): number;
};

/** A change of the map, and the step that a look at it tells; `last` is what was known before. */
interface Way {
  write(map: AnyMap, step: number): void;
  read(map: AnyMap, last: number): number;
}

const NUMBER = 7;
const TEXT = 'a key of some length';
const LONG = 'a key that no short path compares, '.repeat(3);

const numberOf = (value: unknown): number => (value as number | undefined) ?? 0;
const stepOf = (value: unknown): number => (value as { step: number } | undefined)?.step ?? 0;

/** Present after even steps, with that step's number; absent after odd ones. */
function comesAndGoes(key: unknown, put: (map: AnyMap, step: number) => void): Way {
  return {
    write(map, step) {
      if (step % 2 === 0) put(map, step);
      else map.delete(key);
    },
    read(map, last) {
      const value = map.get(key) as number | undefined;
      if (value !== undefined) return value;
      // Before its first step it may be that nothing was written yet.
      return last > 0 && last % 2 === 0 ? last + 1 : last;
    },
  };
}

const setAndGet = (key: unknown): Way => ({
  write: (map, step) => void map.set(key, step),
  read: (map) => numberOf(map.get(key)),
});

const ways = {
  'set of a number under a number': setAndGet(NUMBER),
  'set of a number under a string': setAndGet(TEXT),
  'set of a number under a long string': setAndGet(LONG),
  'set of an object': {
    write: (map, step) => void map.set(NUMBER, { step }),
    read: (map) => stepOf(map.get(NUMBER)),
  },
  'set of a string': {
    write: (map, step) => void map.set(NUMBER, `step ${step}`),
    read: (map) => Number((map.get(NUMBER) as string | undefined)?.slice(5) ?? 0),
  },
  add: { write: (map) => void map.add(NUMBER, 1), read: (map) => numberOf(map.get(NUMBER)) },
  compareAndSet: {
    write(map, step) {
      if (step === 1) map.set(NUMBER, 1);
      else if (!map.compareAndSet(NUMBER, step - 1, step)) throw new Error('nobody else writes');
    },
    read: (map) => numberOf(map.get(NUMBER)),
  },
  'setMany and getMany': {
    write: (map, step) => void map.setMany([1, NUMBER, 2], [0, step, 0]),
    read: (map) => numberOf(map.getMany([1, NUMBER, 2])[1]),
  },
  'insert and delete': comesAndGoes(NUMBER, (map, step) => {
    if (!map.insert(NUMBER, step)) throw new Error('nobody else writes');
  }),
  'set and delete under a string': comesAndGoes(TEXT, (map, step) => void map.set(TEXT, step)),
} satisfies Record<string, Way>;

/** Words of 4 bytes, one in each of four cache lines. */
const WORDS = [0, 16, 32, 48];

const store = (message: Int32Array, step: number): void => {
  for (const word of WORDS) message[word] = step;
};

const oldest = (message: Int32Array): number => Math.min(...WORDS.map((word) => message[word] as number));

const data = workerData as MessageData;
const map = SharedMap.attach(data.handle) as unknown as AnyMap;
const message = new Int32Array(data.message);
const done = new Int32Array(data.done);
const { write, read }: Way = ways[data.way];

function writeOn(): void {
  for (let step = 1; Atomics.load(done, 0) === 0; step++) {
    if (data.order !== 'late') store(message, step);
    write(map, step);
    if (data.order === 'late') store(message, step);
  }
}

function readOn(): Messages {
  let last = 0;
  let seen = 0;
  let older = 0;
  for (
    let looks = 0;
    seen < data.changes && looks < data.looks && (data.order === 'kept' || older === 0);
    looks++
  ) {
    const before = data.order === 'early' ? oldest(message) : Number.POSITIVE_INFINITY;
    const step = read(map, last);
    if (Math.min(before, oldest(message)) < step) older++;
    if (step < last) throw new Error(`after step ${last} came ${step}`);
    if (step > last) seen++;
    last = step;
  }
  Atomics.store(done, 0, 1);
  return { seen, older };
}

if (data.writes) {
  writeOn();
  parentPort?.postMessage(undefined);
} else {
  parentPort?.postMessage(readOn());
}
