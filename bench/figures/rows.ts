import { bulkRows } from './bulk-rows.js';
import { growthRows } from './growth-rows.js';
import { kindRows } from './kind-rows.js';
import type { Line } from './line.js';
import { speedRows } from './speed-rows.js';
import { threadRows } from './thread-rows.js';

/** How thoroughly to measure. */
export interface Effort {
  /** A trial of the program: smaller maps, few and short rounds. Its figures mean nothing. */
  readonly quick: boolean;
}

/** One row of the requirements: what `--only` names, and what it takes to fill it in. */
export interface Row {
  readonly id: string;
  measure(effort: Effort): Promise<Line[]>;
}

/** All rows, in the order in which they are printed. */
export const rows: readonly Row[] = [...speedRows, ...kindRows, ...bulkRows, ...growthRows, ...threadRows];
