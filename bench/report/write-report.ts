// Results in, report.html out.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { BenchError } from '../harness/needs.js';
import type { Results } from '../harness/results.js';
import { Drawer } from './draw.js';
import { type DrawnPlot, makePage } from './page.js';
import { PLOTS } from './plots/index.js';

export interface WrittenReport {
  /** What it lacks, and what adds it; undefined when all is there. */
  readonly missing: string | undefined;
}

/** Without vega and vega-lite it has all but the plots. */
export async function writeReport(path: string, results: Results): Promise<WrittenReport> {
  const { plots, missing } = await drawPlots(results);
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.part`;
  writeFileSync(partial, makePage(results, plots, missing));
  renameSync(partial, path);
  return { missing };
}

async function drawPlots(
  results: Results,
): Promise<{ plots: readonly DrawnPlot[]; missing: string | undefined }> {
  try {
    return { plots: await draw(results, await Drawer.load()), missing: undefined };
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    return { plots: [], missing: error.message };
  }
}

/** All plots that the results have something for. */
export async function draw(results: Results, drawer: Drawer): Promise<DrawnPlot[]> {
  const drawn: DrawnPlot[] = [];
  for (const make of PLOTS) {
    const plot = make(results);
    if (plot === undefined) continue;
    const panels: { title: string; svg: string }[] = [];
    for (const { title, spec, description } of plot.panels)
      panels.push({ title, svg: await drawer.draw(spec, `${title}. ${description}`) });
    drawn.push({ ...plot, panels });
  }
  return drawn;
}
