// Rows about calls for many keys, and about values that a thread keeps: SharedMap beside itself.

import type { Comparison } from './clock.js';
import type { Line } from './line.js';
import { measure } from './measure.js';
import type { Effort, Row } from './rows.js';

const count = (entries: number) => entries.toLocaleString('en-US');

/** A line whose ratio is how many times as fast the new way is as the old. */
function lineOf(work: string, old: string, found: Comparison, atLeast?: number): Line {
  const { map, shared, loop } = found;
  const line: Line = {
    work,
    unit: 'ns',
    shared: shared.best,
    value: map.best / shared.best,
    note: `Beside ${map.best.toFixed(0)} ns for ${old}.`,
    details: { old: map, new: shared, loop },
  };
  return atLeast === undefined ? line : { ...line, bar: { atLeast } };
}

async function measureMany({ quick }: Effort): Promise<Line[]> {
  const lines: Line[] = [];
  for (const entries of [1_000, 100_000, quick ? 1_000_000 : 4_000_000]) {
    for (const verb of ['get', 'has', 'set', 'delete'] as const) {
      const rounds = quick ? { count: 100_000, rounds: 3 } : { count: 1_000_000, rounds: 7 };
      const found = await measure('bulk', { verb, entries, ...rounds });
      const bar = verb === 'get' && entries >= 1_000_000 ? 2 : undefined;
      lines.push(
        lineOf(`${verb}Many, a number key, ${count(entries)} entries`, `a ${verb} alone`, found, bar),
      );
    }
  }
  return lines;
}

async function measureKept({ quick }: Effort): Promise<Line[]> {
  const rounds = quick ? { count: 20_000, rounds: 3 } : { count: 200_000, rounds: 7 };
  const object = await measure('cachedValues', { entries: 1_000, value: 'object', ...rounds });
  const text = await measure('cachedValues', { entries: 1_000, value: 4_000, ...rounds });
  return [
    lineOf('get of an object of 1 KB that is kept', 'decoding it', object, 5),
    lineOf('get of a string of 4,000 characters that is kept', 'reading it', text),
  ];
}

export const bulkRows: readonly Row[] = [
  { id: 'bulk', measure: measureMany },
  { id: 'cached-values', measure: measureKept },
];
