// Rows about one thread's time per operation on maps that have their entries.

import { type Comparison, geometricMean, median } from './clock.js';
import { type Line, timesLine } from './line.js';
import { measure } from './measure.js';
import type { Effort, Row } from './rows.js';

/** Operations of a round: some 100 ms of them. */
const COUNT = 4_000_000;
const COUNT_IN_LARGE = 1_000_000;
const LARGE = 1_000_000;

function roundsFor(entries: number, { quick }: Effort): { count: number; rounds: number } {
  const count = entries >= LARGE ? COUNT_IN_LARGE : COUNT;
  return quick ? { count: count / 10, rounds: 3 } : { count, rounds: 7 };
}

/**
 * The middle one, by ratio, of several processes: where a process happens to get its memory, and when V8 happens to
 * compile what, stays for all its life, and no number of rounds evens it out.
 */
async function typical({ quick }: Effort, once: () => Promise<Comparison>): Promise<Comparison> {
  const found: Comparison[] = [];
  for (let run = 0; run < (quick ? 1 : 3); run++) found.push(await once());
  return median(found.sort((a, b) => ratio(a) - ratio(b)));
}

function ratio({ map, shared }: Comparison): number {
  return map.best / shared.best;
}

function lineOf(work: string, { map, shared, loop }: Comparison, atLeast?: number): Line {
  const line = timesLine(work, 'ns', { map: map.best, shared: shared.best }, atLeast);
  return { ...line, details: { map, shared, loop } };
}

async function measureNumbers(
  effort: Effort,
  verb: 'get' | 'set',
  bars: { readonly each: number; readonly mean: number },
): Promise<Line[]> {
  const lines: Line[] = [];
  for (const entries of [1_000, 100_000, effort.quick ? 1_000_000 : 4_000_000]) {
    const options = { verb, entries, ...roundsFor(entries, effort) };
    const found = await typical(effort, () => measure('numberKeys', options));
    lines.push(lineOf(`number ${verb}, ${entries.toLocaleString('en-US')} entries`, found, bars.each));
  }
  const value = geometricMean(lines.map((line) => line.value as number));
  return [...lines, { work: `number ${verb}, geometric mean`, unit: '', value, bar: { atLeast: bars.mean } }];
}

async function measureStrings(
  effort: Effort,
  strings: 'fresh' | 'constant',
  bars: ReadonlyMap<number, number>,
): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [entries, atLeast] of bars) {
    const { count, rounds } = roundsFor(entries, effort);
    // They take some times longer than numbers.
    const options = { strings, entries, rounds, count: count / 4 };
    const found = await typical(effort, () => measure('stringKeys', options));
    lines.push(lineOf(`string get, ${strings}, ${entries.toLocaleString('en-US')} entries`, found, atLeast));
  }
  return lines;
}

async function measureThreeMaps(effort: Effort): Promise<Line[]> {
  const lines: Line[] = [];
  for (const verb of ['get', 'set'] as const) {
    const options = { verb, entries: 100_000, others: true, ...roundsFor(100_000, effort) };
    const found = await typical(effort, () => measure('numberKeys', options));
    lines.push(lineOf(`number ${verb}, 100,000 entries, three maps in use`, found));
  }
  return lines;
}

export const speedRows: readonly Row[] = [
  { id: 'number-get', measure: (effort) => measureNumbers(effort, 'get', { each: 1.2, mean: 1.5 }) },
  { id: 'number-set', measure: (effort) => measureNumbers(effort, 'set', { each: 1, mean: 1.3 }) },
  {
    id: 'string-fresh',
    measure: (effort) =>
      measureStrings(
        effort,
        'fresh',
        new Map([
          [1_000, 1.3],
          [100_000, 2],
        ]),
      ),
  },
  {
    id: 'string-constant',
    measure: (effort) =>
      measureStrings(
        effort,
        'constant',
        new Map([
          [1_000, 0.6],
          [100_000, 0.6],
        ]),
      ),
  },
  { id: 'three-maps', measure: measureThreeMaps },
];
