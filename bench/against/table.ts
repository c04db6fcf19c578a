// What bench:against prints: a line for each row, and what it comes to.

import { median } from '../figures/clock.js';
import type { Lacking, RowResult } from './compare.js';

/** A row and what became of it: figures, a method that one build lacks, or an error. */
export interface Compared {
  readonly id: string;
  readonly result: RowResult | Lacking | { readonly failed: string };
}

const HEAD = ['row', 'old', 'new', 'new / old', '95 %', ''];

export function formatCompared(compared: readonly Compared[], isJudged: boolean): string {
  const lines = [HEAD, ...compared.map(({ id, result }) => [id, ...cellsOf(result, isJudged)])];
  const widths = HEAD.map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  return lines
    .map((line) =>
      line
        .map((cell, at) =>
          at === 0 || at === line.length - 1 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellsOf(result: Compared['result'], isJudged: boolean): string[] {
  if ('failed' in result) return ['', '', '', '', `FAILED: ${result.failed.split('\n')[0]}`];
  if ('lacking' in result)
    return [
      '',
      '',
      '',
      '',
      `left out: ${result.lacking === 'old' ? 'the commit' : 'this tree'} has no such method`,
    ];
  const { old, now, ratio, verdict, again } = result;
  const word = { slower: 'SLOWER', faster: 'faster', same: 'same' }[verdict];
  return [
    formatRate(old),
    formatRate(now),
    ratio.value.toFixed(3),
    isJudged ? `${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)}` : '',
    isJudged ? `${word}${again ? ' (measured again)' : ''}` : '',
  ];
}

/** Millions of operations a second in the median round. */
function formatRate(nanoseconds: readonly number[]): string {
  const middle = median([...nanoseconds].sort((a, b) => a - b));
  return `${(1000 / middle).toFixed(2)} Mop/s`;
}

/** What it comes to: a sentence. */
export function summarize(compared: readonly Compared[]): string {
  const named = (is: (result: Compared['result']) => boolean) =>
    compared.filter(({ result }) => is(result)).map(({ id }) => id);
  const verdict = (word: string) => named((result) => 'verdict' in result && result.verdict === word);
  const told = [
    ...naming('slower', verdict('slower')),
    ...naming('faster', verdict('faster')),
    ...naming(
      'failed',
      named((result) => 'failed' in result),
    ),
  ];
  const same = verdict('same').length;
  return [...told, `${same} of ${compared.length} rows are the same within the noise.`].join('\n');
}

function naming(word: string, ids: readonly string[]): string[] {
  return ids.length === 0 ? [] : [`${word}: ${ids.join(', ')}`];
}

/** Has a row failed, or, of a run that judges, is one slower? */
export function isWorse(compared: readonly Compared[], isJudged: boolean): boolean {
  return compared.some(
    ({ result }) => 'failed' in result || (isJudged && 'verdict' in result && result.verdict === 'slower'),
  );
}
