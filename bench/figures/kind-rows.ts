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

export const kindRows: readonly Row[] = [{ id: 'kinds', measure: measureKinds }];
