import { describe } from 'vitest';
import { explored } from './explored.js';
import { churn, clear, get, insert, iterate, type Key, remove, set } from './operations.js';
import { CHANGES, programs, READS } from './programs.js';
import type { StartingTable } from './starting-table.js';

// Versions, tags, epochs and generations that are about to begin again at 0, in the middle of what the threads do.

const TABLE = 131072;
const BUCKET_SIZE = 152;
const CONTROL = 16;
const ROOT = 64;
const PAGE_ENTRY = 16;
const CLASS_OVERFLOW = 44;
const CHAINS = 64;
const LENGTH_AT = 4;
const SIZE_AT = 28;

const ANYTHING = [...CHANGES, ...READS];

function change(table: StartingTable, at: number, update: (word: bigint) => bigint): void {
  const { bytes } = table.table;
  bytes.writeBigUInt64LE(BigInt.asUintN(64, update(bytes.readBigUInt64LE(at))), at);
}

/** Control words `steps` versions before the last, with the last sequence. */
function lateVersions(table: StartingTable, steps: bigint): void {
  for (let chain = 0; chain < CHAINS; chain++) {
    change(
      table,
      TABLE + chain * BUCKET_SIZE + CONTROL,
      (word) => (word & 0x3ffn) | (((1n << 54n) - 1n - steps) << 10n),
    );
  }
}

/** The root word `steps` changes before the last. Only while no growth and no sweep is under way. */
function lateChanges(table: StartingTable, steps: bigint): void {
  change(table, ROOT, (word) => (word & 0xffffffn) | (((1n << 40n) - 1n - steps) << 24n));
}

/** The clear generation `steps` before the last, in the root and in every chain. */
function lateGenerations(table: StartingTable, steps: bigint): void {
  const gen = 4095n - steps;
  change(table, ROOT, (word) => (word & ~(0xfffn << 8n)) | (gen << 8n));
  for (let chain = 0; chain < CHAINS; chain++) {
    change(table, TABLE + chain * BUCKET_SIZE + CONTROL, (word) =>
      (word & 4n) === 0n ? word : (word & ~(3n << 8n)) | ((gen & 3n) << 8n),
    );
  }
}

/** Page anchors a few tags, page epochs a few uses, records a few versions before their last. */
function lateHeap(table: StartingTable, steps: bigint): void {
  const { table: shared } = table;
  for (let page = 0; page < 16; page++) {
    const entry = shared.pageTable + page * PAGE_ENTRY;
    change(table, entry + 8, (word) => (word & 0xffffffffn) | ((0xffffffffn - steps) << 32n));
    if (page >= shared.frontierPages) continue;
    shared.bytes.writeUInt32LE(0xffffffff - Number(steps), entry);
    const cls = shared.inspector.checkPage?.(page) as number;
    if (cls === 0 || cls >= CLASS_OVERFLOW) continue;
    const [pieces, size] = [shared.word(LENGTH_AT), shared.word(SIZE_AT)];
    for (let i = 0; i < pieces; i++) {
      change(
        table,
        shared.pageBase(page) + i * size,
        (word) => (word & 0xffffffn) | (((1n << 40n) - 1n - steps) << 24n),
      );
    }
  }
}

for (const kind of ['number', 'string'] as const) {
  const old = (i: number) => (kind === 'string' ? `old value ${i}` : i);
  for (const steps of [0n, 1n, 2n, 3n, 5n]) {
    describe(`${kind} keys, ${steps} before the end`, () => {
      explored(
        {
          name: 'versions of one chain',
          prepare(table) {
            const keys = table.keys(9, 3, 4, kind);
            table.fill(keys, old);
            lateVersions(table, steps);
            lateHeap(table, steps);
            return programs({
              keys: [keys[0] as Key, keys[8] as Key, table.key(3, 4, kind)],
              verbs: [ANYTHING, ANYTHING, READS],
            });
          },
        },
        500,
      );

      for (const [buckets, n] of [
        [1, 3],
        [2, 7],
      ] as const) {
        explored(
          {
            name: `a growth that splits a chain of ${buckets}`,
            prepare(table) {
              lateChanges(table, steps);
              const xs = table.keys(n, 5, 5, kind);
              const ys = table.keys(n, 21, 5, kind);
              table.fill([...xs, ...ys], old);
              table.pad(5, 104);
              lateVersions(table, steps);
              const more = table.keys(2, 3, 4, kind);
              return (random) => [
                [insert(more[0] as Key, 1), get(ys[0] as Key), set(xs[0] as Key, 'a new value')],
                [insert(more[1] as Key, 2), random.of([remove(ys[0] as Key), get(ys[n - 1] as Key)])],
                [
                  random.of([clear(random.next() < 0.5), set(ys[0] as Key, 3), iterate(5)]),
                  get(xs[0] as Key),
                ],
              ];
            },
          },
          500,
        );
      }

      explored(
        {
          name: 'growths, promotions and clears, one after the other',
          pages: 40,
          prepare(table) {
            lateChanges(table, steps);
            const keys = table.keys(3, 3, 4, kind);
            table.fill(keys, old);
            return (random) => [
              [set(keys[0] as Key, 'a new value'), clear(random.next() < 0.5), get(keys[0] as Key)],
              [churn(230), set(keys[1] as Key, 5)],
            ];
          },
        },
        12,
      );

      explored(
        {
          name: 'clear generations',
          hash: 'constant',
          prepare(table) {
            lateGenerations(table, steps);
            const keys = table.keys(4, 0, 0, kind);
            table.fill(keys.slice(0, 3), old);
            return programs({
              keys,
              verbs: [
                ['clear', 'set'],
                ['clear', ...CHANGES],
                [...READS, 'clear', 'iterate'],
              ],
            });
          },
        },
        500,
      );
    });
  }
}

explored(
  {
    name: 'a page of records is cut anew after the last of its epochs',
    prepare(table) {
      const half = (n: number): string => `${n}`.padEnd(30_000, '.');
      const keys = table.keys(4, 3);
      const [a, b] = keys as [Key, Key];
      // Two pages.
      table.fill(keys, half);
      for (const key of keys) table.delete(key);
      lateHeap(table, 0n);
      return (random) => [
        [set(a, 'a short record'), set(a, half(1)), get(a)],
        [
          set(b, random.of([half(2), 'another short record'])),
          remove(b),
          set(b, 'a record of a third class, longer'),
        ],
        [get(a), get(b)],
      ];
    },
  },
  1500,
);
