// What the harness asks of a map that it measures. A subject is one module: the main thread and every worker import it, and
// find the subject as its default export. One that is no JavaScript is a program, spoken to over stdin and stdout.

import type { MessagePort } from 'node:worker_threads';

/**
 * `int`: int32, scattered. `string`: `user:` and 11 digits, strings that each thread holds (a Map has their hashes cached).
 * `fresh`: the same made anew for each operation, as from a socket. `long`: xsync's long prefix and the index.
 */
export type KeyKind = 'int' | 'string' | 'fresh' | 'long';
/** `number`: int32. `object`: a plain object of some 1 KB with a field `id`, the index of its key. */
export type ValueKind = 'number' | 'object';

export type Key = number | string;
export type Value = number | BenchObject;
/** Ten fields of 100 characters, as YCSB has them, and the number that is checked. */
export interface BenchObject {
  readonly id: number;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * What a mix is made of. `modify` is a get and then a set (YCSB's read-modify-write, not atomic), `range` visits all entries.
 * The names are those of SharedMap where it has one.
 */
export const OPERATIONS = [
  ...['get', 'has', 'set', 'delete', 'insert', 'add', 'compareAndSet', 'modify'],
  ...['getAndSet', 'getAndDelete', 'compareAndDelete', 'range', 'clear'],
] as const;
export type Operation =
  | ('get' | 'has' | 'set' | 'delete' | 'insert' | 'add' | 'compareAndSet' | 'modify')
  | ('getAndSet' | 'getAndDelete' | 'compareAndDelete' | 'range' | 'clear');

/** A map as one thread sees it. Only what `Subject.operations` names is called. */
export interface BenchMap<K extends Key = Key, V extends Value = Value> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
  has?(key: K): boolean;
  /** Tells whether it was there. */
  delete?(key: K): boolean;
  /** Sets if absent; tells whether it did. */
  insert?(key: K, value: V): boolean;
  /** Adds to the number, absent being 0; the new one. */
  add?(key: K, delta: number): number;
  compareAndSet?(key: K, expected: V, value: V): boolean;
  getAndSet?(key: K, value: V): V | undefined;
  getAndDelete?(key: K): V | undefined;
  compareAndDelete?(key: K, expected: V): boolean;
  /** Visits entries until the callback returns false. */
  range?(visit: (key: K, value: V) => boolean): void;
  clear?(): void;
  /** Called between batches of some hundred operations: a place for what a user would do once per turn of the event loop. */
  refresh?(): void;
  /** Called when the filling and each phase end: what was held back goes out. */
  flush?(): void;
}

/** The same with answers that come later. */
export type AsyncBenchMap<K extends Key = Key, V extends Value = Value> = {
  [M in keyof BenchMap<K, V>]: NonNullable<BenchMap<K, V>[M]> extends (...given: infer A) => infer R
    ? (...given: A) => Promise<Awaited<R>>
    : never;
};

/** What the map has to hold. */
export interface MapPlan {
  readonly keys: KeyKind;
  readonly values: ValueKind;
  /** Entries that it will hold at most. A subject of fixed size makes room for them. */
  readonly entries: number;
  /** Should one that can grow make room for them at once? */
  readonly presized: boolean;
  readonly threads: number;
  /** The longest key, in characters; int keys as decimal numbers. */
  readonly longestKey: number;
}

/** What structured clone moves instead of copying. */
export type Transferable = MessagePort | ArrayBuffer;

/** What the main thread made: `handle` goes to the threads by structured clone. */
export interface Created {
  readonly handle: unknown;
  /** Instead of `handle`, one for each thread: for what is transferred, such as a MessagePort. */
  readonly perThread?: readonly { readonly handle: unknown; readonly transfer: readonly Transferable[] }[];
  /** Where the version is no package's: that of a server. */
  readonly version?: string;
  /** The resident size of another process that has the map: it is measured instead of this one's. */
  outsideBytes?(): number | Promise<number>;
  /** Everything it holds outside of the threads' heaps is given back: files, servers, threads. */
  close(): void | Promise<void>;
}

/** A package that a subject needs, and the version that it was written for. */
export interface NeededPackage {
  readonly name: string;
  readonly version: string;
}

interface AnySubject {
  /** For --subjects and ids. Lower case and hyphens. */
  readonly name: string;
  /** In tables. */
  readonly title: string;
  /**
   * `shared`: all threads see one map. `private`: each has one of its own with the same entries, and is judged alone.
   * `single`: one thread only, whatever was asked for: a bound to compare with.
   */
  readonly sharing: 'shared' | 'private' | 'single';
  readonly keys: readonly KeyKind[];
  readonly values: readonly ValueKind[];
  readonly operations: readonly Operation[];
  /** The most entries that it can hold; a cell with more is left out. */
  readonly mostEntries?: number;
  /** True: it fails when it is asked for a key that is absent, and is left out where that can be. */
  readonly onlyPresent?: boolean;
  /** What a fair reader has to know: printed with the results. */
  readonly notes: readonly string[];
}

/** A subject in JavaScript. */
export interface Subject extends AnySubject {
  readonly kind?: 'module';
  /** `import.meta.url` of the module whose default export this is. */
  readonly module: string;
  readonly needs?: readonly NeededPackage[];
  /** What is missing on this machine beside packages, with what to do about it. */
  missing?(): string | undefined | Promise<string | undefined>;
  /** Does the map answer by promises? Then how many operations a thread has under way at once; 1 waits for each. */
  readonly pipeline?: number;
  /** In the main thread. */
  create(plan: MapPlan): Created | Promise<Created>;
  /** In each thread, before the clock starts. */
  attach(
    handle: unknown,
    plan: MapPlan,
  ): BenchMap | AsyncBenchMap | Promise<BenchMap> | Promise<AsyncBenchMap>;
}

/**
 * A subject that is a program (Go, Java), started once per cell and asked over stdin, a line of JSON each. It answers on
 * stdout, a line of JSON each; what it writes to stderr is shown when it fails.
 *
 * 1. `{"do":"prepare","cell":ProgramCell}`: starts its threads, makes and fills the map; answers `{"ready":true,"version":"go1.23.1"}`
 *    with `"bytesPerEntry":n` where it knows.
 * 2. `{"do":"run","phase":1,"seconds":2,"warmUp":false}`: answers a `ProgramSample`. As often as there are repetitions, each with a
 *    phase of its own, which the sequences begin with; while it waits for the next line it uses no processor. A warm-up ends
 *    when the rate is stable, or with the seconds. In a cell with `operationsPerThread` each run begins with a new, filled map.
 * 3. `{"do":"check"}`: verifies size and every entry, answers `{"wrong":null}` or `{"wrong":"what"}`.
 * 4. End of stdin: it ends.
 *
 * Those of this project also answer `{"do":"sequence","thread":0,"phase":1,"count":10}`: the first `indexes` of a thread with their
 * `keys`, and the `values` that it writes under them. Tests compare them with ours.
 */
export interface ProgramSubject extends AnySubject {
  readonly kind: 'program';
  /** What is missing on this machine, with what to do about it; undefined: it can run. */
  missing(): string | undefined | Promise<string | undefined>;
  /** May compile. */
  command(): ProgramCommand | Promise<ProgramCommand>;
}

export interface ProgramCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/** A cell as a program is told of it: all numbers that the key sequence follows from. bench/harness/sequence.ts is the reference. */
export interface ProgramCell {
  readonly workload: string;
  readonly threads: number;
  readonly entries: number;
  /** Indexes run from 0 to `space` - 1; those below `filled` are there at the start. */
  readonly space: number;
  readonly filled: number;
  readonly presized: boolean;
  readonly keys: KeyKind;
  readonly values: ValueKind;
  /** The operations of a cycle, shuffled: thread t begins at place (t * 7919) % length. */
  readonly cycle: readonly Operation[];
  readonly sequence: string;
  readonly theta: number | null;
  /**
   * For `zipf` and `latest`, whose powers and sums differ in their last bits from language to language: a file with the indexes (of
   * `latest`: ranks) as little-endian int32s, as many for each thread, one thread after the other. It is gone after `prepare`.
   */
  readonly draws: string | null;
  readonly seed: number;
  /** null: until the time is over. */
  readonly operationsPerThread: number | null;
}

export interface ProgramSample {
  readonly seconds: number;
  readonly perThread: readonly number[];
  readonly gcMilliseconds: number;
  readonly gcCount: number;
  /** A value that was not one written under its key, or another check that failed. */
  readonly wrong: string | null;
}

export type BenchSubject = Subject | ProgramSubject;

/** Checks the shape of a subject and gives it its type: `export default defineSubject({ ... })`. */
export function defineSubject(subject: Subject): Subject;
export function defineSubject(subject: ProgramSubject): ProgramSubject;
export function defineSubject(subject: BenchSubject): BenchSubject {
  if (!/^[a-z][a-z0-9-]*$/.test(subject.name))
    throw new TypeError(
      `A subject's name is lower case letters, digits and hyphens, not ${JSON.stringify(subject.name)}`,
    );
  if (subject.operations.some((operation) => !OPERATIONS.includes(operation)))
    throw new TypeError(`Subject ${subject.name}: operations are some of ${OPERATIONS.join(', ')}`);
  if (subject.kind !== 'program' && !/^(file|data|node):/.test(subject.module))
    throw new TypeError(`Subject ${subject.name}: module must be import.meta.url, which workers import`);
  return subject;
}

/** Do two values carry the same number? */
export function sameValue(one: Value, other: Value): boolean {
  return typeof one === 'object' && typeof other === 'object' ? one.id === other.id : one === other;
}
