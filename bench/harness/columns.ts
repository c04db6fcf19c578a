// results.json in few bytes, for a repository: a list of like objects is written as columns, a name once instead of once in each;
// what follows from a cell's id is left out; figures have four digits, which is more than any of them is sure of. Each cell is a line,
// so that two versions can be compared.

import type { KeyKind } from '../subjects/subject.js';
import type { Cell, LimitCell, Results } from './results.js';

const DIGITS = 4;
/** Windows of a growth that are kept: about what a plot has room for. */
const WINDOWS = 150;

type Columns = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of objects with the same keys as an object of lists, and so on inside; anything else as it is. */
function toColumns(list: readonly unknown[]): unknown {
  const [first] = list;
  if (!isRecord(first) || !list.every(isRecord)) return list;
  const keys = Object.keys(first);
  return Object.fromEntries(keys.map((key) => [key, toColumns(list.map((one) => one[key]))]));
}

function fromColumns(columns: unknown): unknown[] {
  if (Array.isArray(columns)) return columns;
  const lists = Object.entries(columns as Columns).map(
    ([key, column]) => [key, fromColumns(column)] as const,
  );
  const length = lists[0]?.[1].length ?? 0;
  return Array.from({ length }, (_, at) => Object.fromEntries(lists.map(([key, list]) => [key, list[at]])));
}

/** The text of the file. */
export function packResults(results: Results): string {
  const { cells, limits, ...rest } = results;
  const round = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value;
  const lines = (list: readonly (Cell | LimitCell)[]) =>
    `[\n${list.map((cell) => JSON.stringify(packCell(cell), round)).join(',\n')}\n]`;
  const head = JSON.stringify(rest, undefined, 1).replace(/\n}$/, '');
  return `${head},\n "limits": ${lines(limits)},\n "cells": ${lines(cells)}\n}\n`;
}

function packCell(cell: Cell | LimitCell): object {
  const samples = toColumns(cell.samples.map(withoutNoise));
  if (!('latency' in cell)) return { ...cell, samples };
  const { workload, subject, threads, entries, keys, outcome, reason, latency, growth, ...rest } = cell;
  return {
    ...rest,
    ...(outcome === 'measured' ? {} : { outcome, reason }),
    samples,
    latency: latency.map((one) => ({ ...one, percentiles: toColumns(one.percentiles) })),
    ...(growth === undefined ? {} : { growth: { ...growth, windows: toColumns(thin(growth.windows)) } }),
  };
}

/** Counts of operations are whole numbers of eight digits and more: the last ones say nothing. */
function withoutNoise<T extends { readonly operations: number; readonly perThread: readonly number[] }>(
  sample: T,
): T {
  const round = (count: number) => Number(count.toPrecision(DIGITS));
  return { ...sample, operations: round(sample.operations), perThread: sample.perThread.map(round) };
}

type Windows = NonNullable<Cell['growth']>['windows'];

/** Neighbours as one, with the longest operation of both, until few are left. */
function thin(windows: Windows): Windows {
  if (windows.length <= WINDOWS) return windows;
  const pairs = Array.from({ length: Math.ceil(windows.length / 2) }, (_, at) =>
    windows.slice(2 * at, 2 * at + 2),
  );
  return thin(
    pairs.map((pair) => ({
      milliseconds: pair[0]?.milliseconds ?? 0,
      operations: pair.reduce((sum, { operations }) => sum + operations, 0),
      longestNanoseconds: Math.max(...pair.map(({ longestNanoseconds }) => longestNanoseconds)),
    })),
  );
}

/** Of either form. */
export function unpackResults(results: Results): Results {
  const samples = (cell: { readonly samples: unknown }) => fromColumns(cell.samples) as never;
  return {
    ...results,
    limits: results.limits.map((limit) => ({ ...limit, samples: samples(limit) })),
    cells: results.cells.map((cell) => ({
      ...placeOf(cell.id),
      ...{ outcome: 'measured', reason: null },
      ...cell,
      samples: samples(cell),
      latency: cell.latency.map((one) => ({ ...one, percentiles: fromColumns(one.percentiles) as never })),
      ...(cell.growth === undefined
        ? {}
        : { growth: { ...cell.growth, windows: fromColumns(cell.growth.windows) as never } }),
    })),
  };
}

/** `workload/keys/entries/threads/subject`. */
function placeOf(id: string) {
  const [workload, keys, entries, threads, subject] = id.split('/') as [
    string,
    KeyKind,
    string,
    string,
    string,
  ];
  return { workload, keys, entries: Number(entries), threads: Number(threads), subject };
}
