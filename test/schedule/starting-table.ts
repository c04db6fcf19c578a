import type { Hash } from './kernel-module.js';
import { type Candidate, keysOf } from './key-finder.js';
import type { LogicalThread } from './logical-thread.js';
import type { Key, Value } from './operations.js';
import { SharedTable } from './shared-table.js';

// How a scenario's table comes about: operations of the inspector, run before the threads attach.

const PAGE = 65536;
const THREADS = 3;
const S_LENGTH = 4;
const S_KEY = 1024;
const S_VALUE = 16384;
const MAX_SMALL = 32768 - 16;
const CHAINS = 16;
/** In the kernel's `work`. */
const COMPACTING = 2;
const SHRINKING = 8;
/** Entries at which a table of 16 chains doubles: more than 6.5 for each. */
const GROWTH_AT = 105;
const TABLE = 131072;
const BUCKET_SIZE = 152;
/** In a bucket. */
const CONTROL = 16;
/** In the header: the smallest B, the root word. */
const FLOOR = 12;
const ROOT = 64;
const MIN_B = 4;
/** In the root word. */
const AMENDED_AND_SHRINKING = 1n | (1n << 21n);
const CHANGE = 1n << 24n;

export class StartingTable {
  readonly hash: Hash;
  readonly table: SharedTable;
  readonly contents = new Map<Key, Value>();
  readonly #used = new Set<Key>();
  #clears = 0;

  constructor(hash: Hash, pages: number) {
    this.hash = hash;
    this.table = new SharedTable(hash, pages * PAGE, THREADS);
  }

  attach(): LogicalThread[] {
    for (const thread of this.table.threads) thread.attach();
    return this.table.threads;
  }

  /** Clears that the map will have seen when the keys are used: each reseeds the hash. */
  after(clears: number): this {
    this.#clears = clears;
    return this;
  }

  #candidates(ending: number, bits: number, kind: 'number' | 'string'): Candidate[] {
    return keysOf(this.hash, kind, this.#clears, ending, bits).filter(({ key }) => !this.#used.has(key));
  }

  /** `n` new keys whose hash ends in these bits. */
  keys(n: number, ending: number, bits = 4, kind: 'number' | 'string' = 'number'): Key[] {
    const found = this.#candidates(ending, bits, kind);
    if (found.length < n) throw new Error(`only ${found.length} keys end in ${ending}`);
    const taken = found.slice(0, n).map(({ key }) => key);
    for (const key of taken) this.#used.add(key);
    return taken;
  }

  key(ending: number, bits = 4, kind: 'number' | 'string' = 'number'): Key {
    return this.keys(1, ending, bits, kind)[0] as Key;
  }

  /** New keys with one tophash, one for each of the endings: whoever looks for one finds the other's cell. */
  twins(endings: readonly number[], bits = 4, kind: 'number' | 'string' = 'number'): Key[] {
    const taken: Key[] = [];
    const choose = (top: number): boolean => {
      taken.length = 0;
      for (const ending of endings) {
        const twin = this.#candidates(ending, bits, kind).find(
          (c) => c.top === top && !taken.includes(c.key),
        );
        if (twin === undefined) return false;
        taken.push(twin.key);
      }
      return true;
    };
    if (!Array.from({ length: 250 }, (_, i) => i + 6).some(choose)) throw new Error('no twins are left');
    for (const key of taken) this.#used.add(key);
    return taken;
  }

  set(key: Key, value: Value): void {
    const { inspector: kernel, bytes, scratch } = this.table;
    const put = (item: Key | Value, at: number): [number, number, number] =>
      typeof item === 'number' ? [0, 0, item] : [1, bytes.write(item, scratch + at, 'latin1'), 0];
    let argument: [number, number, number] = [7, 0, 0];
    if (typeof value === 'number' || value.length <= MAX_SMALL) argument = put(value, S_VALUE);
    else this.#stage(value);
    const result = kernel.assign?.(0, ...put(key, S_KEY), ...argument);
    if (result !== 1) throw new Error(`the preparation's set answers ${result}`);
    this.contents.set(key, value);
  }

  /** Puts a long value into pages of its own. */
  #stage(value: string): void {
    const { inspector: kernel, bytes } = this.table;
    if (kernel.stage?.(1, 1, value.length, 1) !== 1) throw new Error('no room for a large value');
    for (let done = 0; done < value.length; done += PAGE) {
      const page = (kernel.largePage?.(this.table.word(28)) as number) >>> 0;
      bytes.write(value.slice(done, done + PAGE), page, 'latin1');
    }
  }

  /** Values that tell the keys apart. */
  fill(keys: readonly Key[], value: (i: number) => Value = (i) => i): void {
    keys.forEach((key, i) => {
      this.set(key, value(i));
    });
  }

  delete(key: Key): void {
    const { inspector: kernel, bytes, scratch } = this.table;
    const argument: [number, number, number] =
      typeof key === 'number' ? [0, 0, key] : [1, bytes.write(key, scratch + S_KEY, 'latin1'), 0];
    kernel.remove?.(...argument);
    this.contents.delete(key);
  }

  clear(swept: boolean): void {
    this.table.inspector.clear?.();
    if (swept) this.table.inspector.sweep?.();
    this.contents.clear();
  }

  /** Fills other chains than this one, seven entries each, until the table has `total` entries. */
  pad(chain: number, total: number): void {
    for (let i = 0; this.contents.size < total; i++) {
      const other = (chain + 1 + (Math.floor(i / 7) % (CHAINS - 1))) % CHAINS;
      this.set(this.key(other), i);
    }
  }

  /** A growth has just begun and no chain has moved; chains other than this one have what it takes. */
  grow(chain: number): void {
    this.pad(chain, GROWTH_AT - 1);
    this.set(this.key((chain + 1) % CHAINS), -1);
    if (((this.table.inspector.work?.() as number) & 1) === 0) throw new Error('no growth has begun');
  }

  /** A table of 32 chains, which may shrink to 16. */
  widen(): void {
    if (this.table.inspector.reserve?.(GROWTH_AT) !== 1) throw new Error('no room for 32 chains');
    this.table.words[FLOOR >> 2] = MIN_B;
  }

  /** A shrink has just begun, as deletes begin it, and no chains were merged. */
  shrink(): void {
    const root = new BigUint64Array(this.table.memory.buffer, ROOT, 1);
    root[0] = ((root[0] as bigint) | AMENDED_AND_SHRINKING) + CHANGE;
    if (((this.table.inspector.work?.() as number) & SHRINKING) === 0) throw new Error('no shrink has begun');
  }

  /** Overflow buckets with one entry each, until a growth of the same size begins: no chain has been compacted then. */
  crowd(): void {
    for (let chain = 4; chain <= 40; chain++) {
      const some = this.keys(9, chain % CHAINS);
      this.fill(some);
      if (((this.table.inspector.work?.() as number) & COMPACTING) !== 0) return;
      for (const key of some.slice(0, 8)) this.delete(key);
    }
    throw new Error('no growth of the same size');
  }

  /** How many of the 16 parents have moved, or have been merged; undefined when there is one behind one that has not. */
  #moved(): number | undefined {
    const level = ((this.table.inspector.work?.() as number) & SHRINKING) === 0 ? MIN_B + 1 : MIN_B;
    const levels = Array.from({ length: CHAINS }, (_, chain) => {
      const control = this.table.words[(TABLE + chain * BUCKET_SIZE + CONTROL) >> 2] as number;
      return (control >> 3) & 31;
    });
    const first = levels.findIndex((other) => other !== level);
    const moved = first < 0 ? CHAINS : first;
    return levels.slice(moved).includes(level) ? undefined : moved;
  }

  /** Carries the growth, or the shrink, on until `n` chains, from the first on, have moved. */
  moveTo(n: number, key: Key): void {
    for (let i = 0; (this.#moved() ?? 0) < n; i++) {
      this.set(key, i);
      if (i > 10 * CHAINS) throw new Error('the growth stands still');
    }
    if (this.#moved() !== n) throw new Error(`the growth stands at ${this.#moved()}`);
  }

  /** What the map holds under a key. */
  static read(table: SharedTable, key: Key): Value | undefined {
    const { inspector: kernel, bytes, scratch } = table;
    const argument: [number, number, number] =
      typeof key === 'number' ? [0, 0, key] : [1, bytes.write(key, scratch + S_KEY, 'latin1'), 0];
    const number = kernel.get?.(...argument) as number;
    if (!Number.isNaN(number)) return number;
    const status = table.word(0);
    if (status === 0) return undefined;
    if (status === 1) return Number.NaN;
    if (status < 16 || status >= 64) throw new Error(`get answers with status ${status}`);
    const length = table.word(S_LENGTH);
    if (status < 32) return bytes.toString('latin1', scratch + S_VALUE, scratch + S_VALUE + length);
    let text = '';
    for (let page = table.word(12); text.length < length; page = table.word(28)) {
      const at = (kernel.largePage?.(page) as number) >>> 0;
      text += bytes.toString('latin1', at, at + Math.min(PAGE, length - text.length));
    }
    return text;
  }
}
