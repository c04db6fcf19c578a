import type { Hash } from './kernel-module.js';
import type { Key, Value } from './operations.js';
import type { StartingTable } from './starting-table.js';

// The states of a table that operations may meet, by name. Each leaves three keys behind for operations to meet on: all
// of one chain, one of them absent.

export interface Keys {
  readonly present: Key;
  readonly neighbour: Key;
  readonly absent: Key;
}

export interface Start {
  readonly name: string;
  readonly prepare: (table: StartingTable, kind: 'number' | 'string') => Keys;
  readonly hash?: Hash;
  readonly pages?: number;
  readonly scarce?: boolean;
}

/** What a table needs, for the plan of a scenario on it. */
export function needsOf({ name, prepare, ...needs }: Start): Omit<Start, 'name' | 'prepare'> {
  return needs;
}

/** What keys of this kind hold at first: words, or records. */
export function oldValue(kind: 'number' | 'string'): (i: number) => Value {
  return kind === 'string' ? (i) => `old value ${i}` : (i) => i;
}

/** A chain of so many entries, no growth near. */
function chainOf(entries: number): Start['prepare'] {
  return (table, kind) => {
    const keys = table.keys(entries, 3, 4, kind);
    table.fill(keys, oldValue(kind));
    const present = keys.at(-1) as Key;
    return { present, neighbour: keys.at(-2) ?? present, absent: table.key(3, 4, kind) };
  };
}

/** Chain 5 has `n` X and `n` Y entries and is to be split; the operations meet on its X or its Y half. */
function halves(n: number, ending: 5 | 21): Start['prepare'] {
  return (table, kind) => {
    const xs = table.keys(n, 5, 5, kind);
    const ys = table.keys(n, 21, 5, kind);
    table.fill(
      xs.flatMap((x, i) => [x, ys[i] as Key]),
      oldValue(kind),
    );
    table.grow(5);
    const mine = ending === 5 ? xs : ys;
    return { present: mine.at(-1) as Key, neighbour: mine[0] as Key, absent: table.key(ending, 5, kind) };
  };
}

/** Chains 0 and 16 hold so many entries and are the first to be merged; the operations meet on those of one. */
function merging(xs: number, ys: number, ending: 0 | 16): Start['prepare'] {
  return (table, kind) => {
    table.widen();
    const keys = { 0: table.keys(xs, 0, 5, kind), 16: table.keys(ys, 16, 5, kind) };
    table.fill([...keys[0], ...keys[16]], oldValue(kind));
    table.shrink();
    const mine = keys[ending];
    return { present: mine.at(-1) as Key, neighbour: mine[0] as Key, absent: table.key(ending, 5, kind) };
  };
}

/** A clear, and two entries of the generation after it: setting them swept their own chain. */
function cleared(swept: boolean): Start['prepare'] {
  return (table, kind) => {
    table.after(1);
    const old = table.keys(12, 3, 4, kind);
    table.fill(old, oldValue(kind));
    table.clear(swept);
    const [present, neighbour] = table.keys(2, 3, 4, kind) as [Key, Key];
    table.fill([present, neighbour], oldValue(kind));
    return { present, neighbour, absent: old[swept ? 1 : 0] as Key };
  };
}

export const STARTS: readonly Start[] = [
  { name: 'one entry', prepare: chainOf(1) },
  { name: 'a bucket with one cell left', prepare: chainOf(7) },
  { name: 'a full bucket', prepare: chainOf(8) },
  { name: 'one entry in the only overflow bucket', prepare: chainOf(9) },
  { name: 'a chain of three buckets', prepare: chainOf(20) },
  {
    name: 'an empty overflow bucket in the middle',
    prepare(table, kind) {
      const keys = table.keys(18, 3, 4, kind);
      table.fill(keys, oldValue(kind));
      for (const key of keys.slice(8, 15)) table.delete(key);
      return {
        present: keys[15] as Key,
        neighbour: keys[17] as Key,
        absent: table.key(3, 4, kind),
      };
    },
  },
  { name: 'the X half of a chain of one that is to be split', prepare: halves(3, 5) },
  { name: 'the Y half of a chain of one that is to be split', prepare: halves(3, 21) },
  { name: 'the X half of a chain of two that is to be split', prepare: halves(7, 5) },
  { name: 'the Y half of a chain of two that is to be split', prepare: halves(7, 21) },
  { name: 'the Y half of a chain of five that is to be split', prepare: halves(20, 21) },
  {
    name: 'one entry before a growth',
    prepare(table, kind) {
      const keys = table.keys(4, 5, 5, kind);
      table.fill(keys, oldValue(kind));
      table.pad(5, 104);
      return { present: keys[0] as Key, neighbour: keys[1] as Key, absent: table.key(21, 5, kind) };
    },
  },
  {
    name: 'the last chain before a promotion',
    prepare(table, kind) {
      const xs = table.keys(5, 15, 5, kind);
      const ys = table.keys(6, 31, 5, kind);
      table.fill([...xs, ...ys], oldValue(kind));
      table.grow(15);
      const free = table.key(0, 5);
      table.set(free, 0);
      table.moveTo(15, free);
      return { present: ys[0] as Key, neighbour: xs[0] as Key, absent: table.key(31, 5, kind) };
    },
  },
  { name: 'the lower of two chains that are to be merged', prepare: merging(3, 3, 0) },
  { name: 'the upper of two chains that are to be merged', prepare: merging(3, 3, 16) },
  { name: 'the upper of two chains that are to be merged into two buckets', prepare: merging(6, 7, 16) },
  { name: 'the lower of two chains of two that are to be merged', prepare: merging(12, 11, 0) },
  { name: 'the upper of two chains of two that are to be merged', prepare: merging(12, 11, 16) },
  {
    name: 'the last chains before the table has shrunk',
    prepare(table, kind) {
      table.widen();
      const xs = table.keys(4, 15, 5, kind);
      const ys = table.keys(5, 31, 5, kind);
      table.fill([...xs, ...ys], oldValue(kind));
      table.shrink();
      const free = table.key(0, 5);
      table.set(free, 0);
      table.moveTo(15, free);
      return { present: ys[0] as Key, neighbour: xs[0] as Key, absent: table.key(31, 5, kind) };
    },
  },
  {
    name: 'a growth of the same size',
    prepare(table, kind) {
      const keys = table.keys(25, 3, 4, kind);
      table.fill(keys, oldValue(kind));
      for (const key of [...keys.slice(1, 8), ...keys.slice(9, 16)]) table.delete(key);
      table.crowd();
      return { present: keys[24] as Key, neighbour: keys[8] as Key, absent: table.key(3, 4, kind) };
    },
  },
  { name: 'a clear that was not swept', prepare: cleared(false) },
  { name: 'a map that was cleared and swept', prepare: cleared(true) },
  {
    name: 'a chain that cannot grow for want of buckets',
    pages: 5,
    scarce: true,
    prepare(table) {
      const xs = table.keys(10, 5, 5);
      const ys = table.keys(11, 21, 5);
      table.fill([...xs, ...ys]);
      table.grow(5);
      table.table.hoard(1);
      return { present: ys[10] as Key, neighbour: xs[0] as Key, absent: table.key(21, 5) };
    },
  },
  {
    name: 'a chain of keys with one hash',
    hash: 'constant',
    prepare(table, kind) {
      const keys = table.keys(17, 0, 0, kind);
      table.fill(keys, oldValue(kind));
      return { present: keys[16] as Key, neighbour: keys[0] as Key, absent: table.key(0, 0, kind) };
    },
  },
];

/** One of them. */
export function startNamed(name: string): Start {
  const found = STARTS.find((other) => other.name === name);
  if (found === undefined) throw new Error(`no table is ${name}`);
  return found;
}
