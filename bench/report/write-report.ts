// Results in, report.html out.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { BenchError } from '../harness/needs.js';
import type { Results } from '../harness/results.js';
import { Drawer } from './draw.js';
import { drawPlots } from './draw-plots.js';
import { type DrawnPlot, makePage } from './page.js';

export interface WrittenReport {
  /** What it lacks, and what adds it; undefined when all is there. */
  readonly missing: string | undefined;
}

/** Writes one file that needs nothing else. Without vega and vega-lite it has all but the plots. */
export async function writeReport(path: string, results: Results): Promise<WrittenReport> {
  const { plots, missing } = await plotsOf(results);
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.part`;
  writeFileSync(partial, makePage(results, plots, missing));
  renameSync(partial, path);
  return { missing };
}

async function plotsOf(
  results: Results,
): Promise<{ plots: readonly DrawnPlot[]; missing: string | undefined }> {
  try {
    return { plots: await drawPlots(results, await Drawer.load()), missing: undefined };
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    return { plots: [], missing: error.message };
  }
}
