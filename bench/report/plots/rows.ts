// A panel of rows: each has its name and figure on a line, and below them its dots on an axis that all rows share. Names need
// no room beside the drawing, so it is as good on a telephone.

import type { Spec } from '../draw.js';
import { type Look, paint } from '../palette.js';
import { decades } from './axes.js';

export interface Row {
  readonly title: string;
  /** At the right end. */
  readonly figure: string;
  readonly dots: readonly Dot[];
  /** The one that the report is about. */
  readonly isOurs?: boolean;
}

export interface Dot {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly look: Look;
  readonly hollow?: boolean;
}

export interface RowsAxis {
  readonly title: string;
  /** Of all panels of the plot, so that they can be compared. */
  readonly domain: readonly [number, number];
  readonly scale: 'log' | 'linear';
  /** A vertical line, such as at the ratio 1. */
  readonly mark?: number;
  /** Of the labels, as d3-format has it. */
  readonly format: string;
  /** Bars from 0 instead of dots. */
  readonly bars?: boolean;
}

/** Height of a row, the name above its dots. */
const ROW = 36;
const LETTERS = {
  ...{ type: 'text', baseline: 'middle', dy: -13, stroke: paint('panel'), strokeWidth: 3 },
  fill: paint('ink'),
};

export function rowsPanel(
  rows: readonly Row[],
  { title, domain, scale, mark, format, bars = false }: RowsAxis,
): Spec {
  const places = rows.map((row, at) => ({
    at,
    title: row.title,
    figure: row.figure,
    isOurs: row.isOurs === true,
  }));
  const dots = rows.flatMap((row, at) =>
    row.dots.map(({ value, low, high, look, hollow = false }) => ({
      ...{ at, value, low: low ?? value, high: high ?? value, shape: look.symbol },
      ...{ stroke: paint(look.colour), fill: hollow ? paint('panel') : paint(look.colour) },
    })),
  );
  const y = {
    field: 'at',
    type: 'quantitative',
    scale: { domain: [-0.6, rows.length - 0.6], reverse: true, nice: false, zero: false },
    axis: null,
  };
  const names = (isOurs: boolean) => ({
    data: { values: places.filter((place) => place.isOurs === isOurs) },
    mark: { ...LETTERS, align: 'left', x: 0, fontWeight: isOurs ? 700 : 400 },
    encoding: { y, text: { field: 'title', type: 'nominal' } },
  });
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    scale: { type: scale, domain, nice: false, ...(scale === 'linear' ? { zero: true } : {}) },
    title,
    axis: { format, ...(scale === 'log' ? { values: decades(domain) } : { tickCount: 5 }) },
  });
  const literal = { scale: null, type: 'nominal' };
  const spans = rows.map((row, at) => ({
    at,
    from: bars ? 0 : Math.min(...row.dots.map(({ value }) => value)),
    to: Math.max(...row.dots.map(({ value }) => value)),
    stroke: row.dots[0] === undefined ? '' : paint(row.dots[0].look.colour),
  }));
  return {
    height: rows.length * ROW,
    layer: [
      ...(mark === undefined
        ? []
        : [
            {
              data: { values: [{ mark }] },
              mark: { type: 'rule', strokeDash: [4, 3], strokeWidth: 1.5, stroke: paint('soft') },
              encoding: { x: x('mark') },
            },
          ]),
      names(false),
      names(true),
      {
        data: { values: places },
        mark: { ...LETTERS, align: 'right', x: 'width', fontWeight: 600 },
        encoding: { y, text: { field: 'figure', type: 'nominal' } },
      },
      {
        data: { values: spans.filter(({ from, to }) => to > from) },
        mark: { type: 'rule', strokeWidth: bars ? 9 : 2, opacity: bars ? 1 : 0.45 },
        encoding: { x: x('from'), x2: { field: 'to' }, y, stroke: { field: 'stroke', ...literal } },
      },
      ...(bars
        ? []
        : [
            {
              data: { values: dots.filter(({ low, high }) => high > low) },
              mark: { type: 'rule', strokeWidth: 1.5 },
              encoding: { x: x('low'), x2: { field: 'high' }, y, stroke: { field: 'stroke', ...literal } },
            },
            {
              data: { values: dots },
              mark: { type: 'point', size: 64, strokeWidth: 1.6, opacity: 1 },
              encoding: {
                ...{ x: x('value'), y },
                shape: { field: 'shape', ...literal },
                stroke: { field: 'stroke', ...literal },
                fill: { field: 'fill', ...literal },
              },
            },
          ]),
    ],
  } as unknown as Spec;
}
