// What two builds are compared by.

import type { Work } from '../figures/work.js';
import { isFilling, type Operation } from '../figures/work-loops.js';

/** The work but for the build. */
export type RowWork = Omit<Work, 'build' | 'subject'>;

export interface AgainstRow {
  /** What --only takes. */
  readonly id: string;
  readonly work: RowWork;
}

/** Of the operations on entries that are there. */
const ENTRIES = 100_000;
/** Of one pass: 5 to 100 ms. */
const OPERATIONS = 300_000;
/** Of which the best counts. */
const PASSES = 5;
const SIZES = [200_000, 1_000_000];
/** What --quick divides entries and operations by. */
const QUICK_SHARE = 10;

const KEYS = ['number', 'string'] as const;
const STEADY: readonly Operation[] = [
  ...(['get', 'get-missing', 'has', 'set', 'add', 'insert-present', 'compareAndSet', 'churn'] as const),
];

function steady(operation: Operation, keys: Work['keys'] = 'number', threads = 1): AgainstRow {
  const id = [operation, keys, ...(threads > 1 ? [`${threads}-threads`] : [])].join('/');
  const work = { operation, keys, threads, entries: ENTRIES, presized: false };
  return { id, work: { ...work, operations: OPERATIONS, passes: PASSES } };
}

function fill(
  operation: Operation,
  keys: Work['keys'],
  entries: number,
  threads: number,
  presized = false,
): AgainstRow {
  const how = `${presized ? 'presized' : 'from-empty'}/${entries.toExponential().replace('+', '')}`;
  const id = `${operation}/${keys}/${how}/${threads === 1 ? '1-thread' : `${threads}-threads`}`;
  return { id, work: { operation, keys, threads, entries, presized, operations: entries, passes: 1 } };
}

export const againstRows: readonly AgainstRow[] = [
  ...KEYS.flatMap((keys) => STEADY.map((operation) => steady(operation, keys))),
  steady('getMany'),
  steady('setMany'),
  steady('iterate'),
  steady('mixed'),
  steady('mixed', 'number', 2),
  ...KEYS.flatMap((keys) =>
    SIZES.flatMap((entries) =>
      [false, true].flatMap((presized) =>
        [1, 2].map((threads) => fill('fill-set', keys, entries, threads, presized)),
      ),
    ),
  ),
  ...KEYS.flatMap((keys) => [1, 2].map((threads) => fill('fill-insert', keys, 1_000_000, threads))),
  fill('fill-setMany', 'number', 1_000_000, 1, true),
];

/** The row's work in short, as a trial. */
export function quickly({ operation, entries, operations, passes, ...rest }: RowWork): RowWork {
  const share = (amount: number) => amount / QUICK_SHARE;
  const isFill = isFilling(operation);
  return {
    ...rest,
    operation,
    entries: share(entries),
    operations: share(operations),
    passes: isFill ? passes : 1,
  };
}
