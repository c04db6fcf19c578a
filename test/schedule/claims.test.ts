import { expect, test } from 'vitest';
import { Random } from '../random.js';
import type { LogicalThread } from './logical-thread.js';
import { insert, type Key, set } from './operations.js';
import { Broken, type Plan, Scenario } from './scenario.js';
import type { SharedTable } from './shared-table.js';
import { StartingTable } from './starting-table.js';

// Claims of stretches, step by step: whatever a thread has claimed, others end the work without it;
// who comes late takes nothing back; and no write does more than its share.

const CHAINS = 16;
const TABLE = 131072;
const BUCKET_SIZE = 152;
const CONTROL = 16;
const FLOOR = 12;
/** In the kernel's `work`. */
const AMENDED = 1;
const COMPACTING = 2;
const SWEEPING = 4;
const SHRINKING = 8;

function scenario(plan: Plan): Scenario {
  const made = new Scenario(plan);
  made.program(new Random(1));
  return made;
}

/** Steps of thread 0 until its operations end. */
function stepsAlone(made: Scenario): number {
  made.begin();
  made.run(0, 1e6);
  return made.steps[0] as number;
}

interface Work {
  readonly name: string;
  readonly flag: number;
  /** A table on which the work has begun. */
  readonly begin: (table: StartingTable) => void;
}

const WORKS: readonly Work[] = [
  {
    name: 'a growth',
    flag: AMENDED,
    begin: (table) => table.grow(5),
  },
  {
    name: 'a shrink',
    flag: SHRINKING,
    begin(table) {
      table.widen();
      table.fill(table.keys(3, 5, 5));
      table.fill(table.keys(3, 21, 5));
      table.shrink();
    },
  },
  { name: 'a compaction', flag: COMPACTING, begin: (table) => table.crowd() },
  {
    name: 'the sweep of a clear',
    flag: SWEEPING,
    begin(table) {
      table.after(1);
      for (let chain = 0; chain < CHAINS; chain++) table.set(table.key(chain), chain);
      table.clear(false);
    },
  },
  {
    name: 'the sweep of a clear between two sizes',
    flag: SWEEPING,
    begin(table) {
      table.after(1);
      table.grow(5);
      table.clear(false);
    },
  },
];

for (const { name, flag, begin } of WORKS) {
  test(`${name} ends, at whichever step a thread dies that had its part in it`, () => {
    let table: SharedTable | undefined;
    const made = scenario({
      name,
      pages: 40,
      prepare(starting) {
        begin(starting);
        table = starting.table;
        const [a, b] = starting.keys(2, 3) as [Key, Key];
        // Two writes claim a stretch of four chains, finish it, and claim the next one. The other
        // thread needs three writes for as many chains, and a second round.
        return [[set(a, 1), set(a, 2)], Array.from({ length: 3 * CHAINS }, (_, i) => set(b, i))];
      },
    });
    const steps = stepsAlone(made);
    for (let step = 1; step < steps; step++) {
      made.begin();
      made.run(0, step);
      made.kill(0);
      made.run(1, 1e6);
      made.finish();
      const work = table?.inspector.work?.() as number;
      expect(work & flag, `the first thread dies at step ${step}`).toBe(0);
      made.judgeMemory();
    }
  });
}

/** Numbers of the work, and what they go with, in the words of the header that tell how far it is. */
interface Progress {
  readonly number: bigint;
  readonly value: bigint;
}

const H_CLAIM = 3648;
const H_NEVACUATE = 3656;
const WORK_DONE = 77824;
const LOW = (1n << 25n) - 1n;

function wordsOf(table: SharedTable): { claim: Progress; prefix: Progress; done: Progress } {
  const word = (at: number): bigint => table.bytes.readBigUInt64LE(at);
  const counted = (at: number): Progress => ({ number: word(at) >> 25n, value: word(at) & LOW });
  const bits = word(WORK_DONE);
  return {
    claim: counted(H_CLAIM),
    prefix: counted(H_NEVACUATE),
    done: { number: bits >> 16n, value: bits & 0xffffn },
  };
}

test('who comes late from the growth before takes no claim back, and no bit', () => {
  let table: SharedTable | undefined;
  const made = scenario({
    name: 'a thread comes late',
    pages: 40,
    prepare(starting) {
      starting.grow(5);
      table = starting.table;
      const a = starting.key(3);
      // The other one ends the growth to 32 chains, begins the next one, and moves a stretch of it.
      const more = Array.from({ length: 110 }, (_, i) => insert(starting.key(i % CHAINS), i));
      return [[set(a, 1), set(a, 2)], more];
    },
  });
  const steps = stepsAlone(made);
  let late = 0;
  for (let step = 1; step < steps; step++) {
    made.begin();
    made.run(0, step);
    while (made.threads[0]?.inSection) made.run(0, 1);
    made.run(1, 1e6);
    const before = wordsOf(table as SharedTable);
    expect(made.threads[1]?.done).toBe(true);
    expect(table?.inspector.growths?.()).toBe(2);
    expect(before.done.value, 'a bit of the second growth').not.toBe(0n);
    expect(before.done.number).toBe(before.claim.number);
    made.finish();
    made.judgeMemory();
    const after = wordsOf(table as SharedTable);
    const where = `the first thread stood at step ${step}`;
    expect(after.claim.number, `claim: ${where}`).toBe(before.claim.number);
    expect(after.claim.value, `claim: ${where}`).toBeGreaterThanOrEqual(before.claim.value);
    expect(after.done.number, `bits: ${where}`).toBe(before.done.number);
    expect(after.done.value & before.done.value, `bits: ${where}`).toBe(before.done.value);
    expect(after.prefix.number, `prefix: ${where}`).toBe(before.prefix.number);
    late++;
  }
  expect(late).toBeGreaterThan(50);
});

/** Chains that have moved or were merged, by their levels. */
function atLevel(table: SharedTable, chains: number, wanted: number): number {
  let found = 0;
  for (let chain = 0; chain < chains; chain++) {
    const control = table.words[(TABLE + chain * BUCKET_SIZE + CONTROL) >> 2] as number;
    if (((control >> 3) & 31) === wanted) found++;
  }
  return found;
}

// A write whose short path cannot do it goes the long way, which has a share of its own.
for (const { name, flag, begin } of WORKS.slice(0, 2)) {
  test(`a write carries ${name} on by its share of three chains, twice at most, and its own`, () => {
    let table: SharedTable | undefined;
    const level = flag === SHRINKING ? 4 : 5;
    const made = scenario({
      name,
      pages: 40,
      prepare(starting) {
        begin(starting);
        table = starting.table;
        const a = starting.key(14);
        return [Array.from({ length: 12 }, (_, i) => set(a, i))];
      },
    });
    made.begin();
    let before = atLevel(table as SharedTable, CHAINS, level);
    let most = 0;
    while (((table?.inspector.work?.() as number) & flag) !== 0) {
      if (made.threads[0]?.done) throw new Broken('the work does not end');
      made.runOperation(0);
      const now = atLevel(table as SharedTable, CHAINS, level);
      most = Math.max(most, now - before);
      before = now;
    }
    expect(before).toBe(CHAINS);
    expect(most).toBeGreaterThanOrEqual(3);
    expect(most).toBeLessThanOrEqual(7);
  });
}

/** Steps of the longest write while another thread stands in the first stretch of a shrink to this B. */
function longestWrite(b: number): { most: number; writes: number } {
  const starting = new StartingTable('real', 110);
  const { inspector, words } = starting.table;
  if (inspector.reserve?.(6.5 * 2 ** b + 1) !== 1) throw new Error('no room for the table');
  words[FLOOR >> 2] = b;
  const key = starting.key(1) as number;
  starting.set(key, 0);
  starting.shrink();
  const [first, second] = starting.attach() as [LogicalThread, LogicalThread, LogicalThread];
  first.kernel.setNumber?.(key, 1);
  let most = 0;
  let writes = 0;
  while (((inspector.work?.() as number) & SHRINKING) !== 0) {
    if (writes > 2 ** b) throw new Broken('the shrink does not end');
    const before = second.steps;
    if (second.kernel.setNumber?.(key, writes) !== 1) throw new Broken('a write fails');
    most = Math.max(most, second.steps - before);
    writes++;
  }
  if (inspector.b?.() !== b) throw new Broken('another shrink has begun');
  return { most, writes };
}

test('a write does no more in a large table than in a small one', () => {
  const small = longestWrite(7); // two words of bits
  const large = longestWrite(14); // 256 words of bits, all full when the first stretch is done
  // For the prefix, for a claim, and for the prefix again: 32 words of bits at most.
  expect(large.most).toBeLessThanOrEqual(small.most + 3 * 32);
});
