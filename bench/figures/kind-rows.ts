// Rows about the kinds of key and value, each beside the numbers that it should cost no more than.

import type { Comparison } from './clock.js';
import type { Kinds } from './kinds.js';
import { type Line, timesLine } from './line.js';
import { measure } from './measure.js';
import type { Effort, Row } from './rows.js';

const ENTRIES = 100_000;
const COUNT = 2_000_000;

const PAIRS = [
  { key: 'number', value: 'number' },
  { key: 'int32', value: 'int32' },
  { key: 'bigint', value: 'number' },
  { key: 'uuid', value: 'number' },
  { key: 'number', value: 'bigint' },
  { key: 'number', value: 'record' },
] as const;

async function line(effort: Effort, kinds: Pick<Kinds, 'key' | 'value' | 'verb'>): Promise<Line> {
  const rounds = effort.quick ? 3 : 7;
  const count = effort.quick ? COUNT / 10 : COUNT;
  const found: Comparison = await measure('kinds', { ...kinds, entries: ENTRIES, rounds, count });
  const work = `${kinds.verb}, ${kinds.key} keys, ${kinds.value} values, 100,000 entries`;
  return timesLine(work, 'ns', { map: found.map.best, shared: found.shared.best });
}

async function measureKinds(effort: Effort): Promise<Line[]> {
  const lines: Line[] = [];
  for (const verb of ['get', 'set'] as const)
    for (const pair of PAIRS) lines.push(await line(effort, { ...pair, verb }));
  for (const value of ['number', 'int32', 'bigint'] as const)
    lines.push(await line(effort, { key: 'number', value, verb: 'add' }));
  return lines;
}

/** Few entries: they stay in the caches, so that what is measured is the work and not the memory. */
const FEW = 1000;

const RECORDS_AND_TEXTS = [
  { key: 'number', value: 'number' },
  { key: 'number', value: 'one field' },
  { key: 'number', value: 'record' },
  ...[20, 60, 300, 1000, 3000].map((units) => ({ key: 'number', value: 'string', units }) as const),
  ...[20, 60].map((units) => ({ key: 'string', value: 'number', units }) as const),
] as const;

function workOf({ key, value, verb, units }: Pick<Kinds, 'key' | 'value' | 'verb' | 'units'>): string {
  if (key === 'string') return `${verb}, keys of ${units} units, number values, ${FEW} entries`;
  const values = value === 'string' ? `texts of ${units} units` : `${value} values`;
  return `${verb}, number keys, ${values}, ${FEW} entries`;
}

async function measureTexts(effort: Effort): Promise<Line[]> {
  const lines: Line[] = [];
  const rounds = effort.quick ? 3 : 7;
  const count = effort.quick ? COUNT / 20 : COUNT / 4;
  for (const verb of ['get', 'set'] as const) {
    for (const pair of RECORDS_AND_TEXTS) {
      const kinds = { ...pair, verb };
      const found: Comparison = await measure('kinds', { ...kinds, entries: FEW, rounds, count });
      lines.push(timesLine(workOf(kinds), 'ns', { map: found.map.best, shared: found.shared.best }));
    }
  }
  return lines;
}

export const kindRows: readonly Row[] = [
  { id: 'kinds', measure: measureKinds },
  { id: 'records-and-texts', measure: measureTexts },
];
