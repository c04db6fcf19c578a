// The main result in plain sentences, made of nothing but the figures.

import { formatAmount, formatNumber, formatTime } from '../harness/amounts.js';
import type { Cell, Results } from '../harness/results.js';
import { judgeBars, OURS } from './bars.js';
import { geometricMean, multipleOf } from './multiples.js';
import { Subjects } from './plots/plot.js';

/** One subject beside another, over all cells that both have with as many threads. */
export interface Standing {
  readonly subject: string;
  readonly title: string;
  readonly cells: number;
  readonly mean: number;
  readonly least: Place;
  readonly most: Place;
}

interface Place {
  readonly value: number;
  readonly cell: Cell;
}

/** The subject that the report is about: threadmap, or, where it was not measured, the first one that was. */
export function focusOf({ cells }: Results): string | undefined {
  const measured = cells.filter(({ throughput }) => throughput !== undefined);
  return (measured.find(({ subject }) => subject === OURS) ?? measured[0])?.subject;
}

/** Beside each other subject, that which it is farthest ahead of first. With the most threads of the run, up to the cores. */
export function standings(results: Results): Standing[] {
  const focus = focusOf(results);
  const subjects = new Subjects(results);
  const ours = atMostThreads(results).filter(({ subject }) => subject === focus);
  const byPlace = new Map(results.cells.map((cell) => [placeOf(cell, cell.threads, cell.subject), cell]));
  const others = subjects.sorted(results.cells.map(({ subject }) => subject));
  return (
    others
      // Another way to use the same map is no other.
      .filter((name) => name !== focus && !name.startsWith(`${focus}-`))
      .flatMap((name): Standing[] => {
        const places = ours.flatMap((cell): Place[] => {
          const threads = subjects.isSingle(name) ? 1 : cell.threads;
          const multiple = multipleOf(cell, byPlace.get(placeOf(cell, threads, name)));
          return multiple === undefined ? [] : [{ value: multiple.value, cell }];
        });
        if (places.length === 0) return [];
        places.sort((a, b) => a.value - b.value);
        return [
          {
            ...{ subject: name, title: subjects.titleOf(name), cells: places.length },
            mean: geometricMean(places.map(({ value }) => value)),
            least: places[0] as Place,
            most: places.at(-1) as Place,
          },
        ];
      })
      .sort((a, b) => b.mean - a.mean)
  );
}

const placeOf = ({ workload, keys, entries }: Cell, threads: number, subject: string) =>
  [workload, keys, entries, threads, subject].join('/');

/** The number of threads that the standings are of. */
export function mainThreads({ cells, machine }: Results): number {
  const counts = cells.map(({ threads }) => threads);
  const within = counts.filter((threads) => threads <= machine.cores);
  return Math.max(1, ...(within.length > 0 ? within : counts));
}

function atMostThreads(results: Results): Cell[] {
  const threads = mainThreads(results);
  return results.cells.filter((cell) => cell.threads === threads);
}

/** Sentences for the first screen. */
export function summaryOf(results: Results): string[] {
  const focus = focusOf(results);
  if (focus === undefined) return ['Nothing was measured: the tables tell why.'];
  const title = new Subjects(results).titleOf(focus);
  return [
    ...peerSentences(results, title),
    ...mapSentence(results, title),
    ...pauseSentence(results, focus, title),
    ...barSentence(results),
    ...badSentence(results),
  ];
}

const BOUNDS = ['map', 'private-map'];
const times = (value: number) => `${formatAmount(value)} times`;

function peerSentences(results: Results, title: string): string[] {
  const peers = standings(results).filter(({ subject }) => !BOUNDS.includes(subject));
  if (peers.length === 0) return [];
  const threads = mainThreads(results);
  const ahead = peers.filter(({ least }) => least.value > 1);
  const behind = peers.filter(({ most }) => most.value < 1);
  const mixed = peers.filter((peer) => !ahead.includes(peer) && !behind.includes(peer));
  const told = (list: readonly Standing[]) => list.map((peer) => `${peer.title} (${range(peer)})`).join(', ');
  const ours = `With ${threads} thread${threads === 1 ? '' : 's'} on ${results.machine.cores} cores, ${title}`;
  return [
    ...(ahead.length > 0 ? [`has more throughput ${aheadOf(ahead)}.`] : []),
    ...(mixed.length > 0 ? [`is faster in some cells and slower in others than ${told(mixed)}.`] : []),
    ...(behind.length > 0 ? [`is slower in every cell than ${told(behind)}.`] : []),
  ].map((sentence, at) => `${at === 0 ? ours : 'It'} ${sentence}`);
}

function aheadOf(ahead: readonly Standing[]): string {
  const nearest = ahead.reduce((one, other) => (other.least.value < one.least.value ? other : one));
  const farthest = ahead.reduce((one, other) => (other.most.value > one.most.value ? other : one));
  if (ahead.length === 1) return `in every cell than ${nearest.title}, ${range(nearest)}`;
  return `in every cell than each of ${ahead.length} others, from ${times(nearest.least.value)} (${nearest.title}) to ${times(farthest.most.value)} (${farthest.title})`;
}

function range({ least, most }: Standing): string {
  const [low, high] = [formatAmount(least.value), formatAmount(most.value)];
  return low === high ? `${low} times` : `${low} to ${high} times`;
}

function mapSentence(results: Results, title: string): string[] {
  const map = standings(results).find(({ subject }) => subject === 'map');
  if (map === undefined) return [];
  const hasObjects = atMostThreads(results).some(({ values }) => values === 'object');
  const withObjects = hasObjects ? '; among them those of objects, which Map does not copy' : '';
  return [
    `Beside one Map in one thread, which shares nothing, ${title} has ${times(map.mean)} the throughput (geometric mean of ${formatNumber(map.cells)} cells, ${range(map)})${withObjects}.`,
  ];
}

function pauseSentence({ cells }: Results, focus: string, title: string): string[] {
  const grown = cells.filter(({ growth }) => growth !== undefined);
  const ours = grown.filter(({ subject }) => subject === focus).sort((a, b) => b.entries - a.entries)[0];
  const map = grown.find(
    ({ subject, workload, entries }) =>
      subject === 'map' && workload === ours?.workload && entries === ours.entries,
  );
  if (ours?.growth === undefined || map?.growth === undefined) return [];
  const longest = (cell: typeof ours) => formatTime(cell.growth?.longestNanoseconds ?? 0);
  return [
    `Growing from empty to ${formatNumber(ours.entries)} entries, the longest single insert took ${longest(ours)} in ${title}, ${longest(map)} in Map.`,
  ];
}

function barSentence(results: Results): string[] {
  const judged = judgeBars(results);
  const count = (verdict: string) => judged.filter((bar) => bar.verdict === verdict).length;
  if (count('not measured') === judged.length) return [];
  const missing = count('not measured');
  return [
    `Of ${judged.length} bars, ${count('met')} are met and ${count('not met')} are not${missing > 0 ? `; ${missing} were not measured in full` : ''}.`,
  ];
}

function badSentence({ cells }: Results): string[] {
  const count = (outcome: Cell['outcome']) => cells.filter((cell) => cell.outcome === outcome).length;
  const [wrong, failed] = [count('wrong'), count('failed')];
  if (wrong + failed === 0) return ['Every result was checked inside the run, and every check held.'];
  return [
    `Results were checked inside the run: ${wrong} of ${cells.length} cells gave wrong answers, ${failed} failed. They have no throughput, and are named below.`,
  ];
}

/** How often and how long; of merged runs, which differ in that, how many runs there were and how many samples a cell has. */
export function repetitionsOf({ cells, settings }: Pick<Results, 'cells' | 'settings'>): string {
  const runs = new Set(cells.map(({ run }) => run)).size;
  if (runs <= 1) return `${settings.repetitions} repetitions of ${settings.seconds} s`;
  const counts = cells.map(({ samples }) => samples.length);
  return `${runs} runs, ${Math.min(...counts)} to ${Math.max(...counts)} repetitions`;
}
