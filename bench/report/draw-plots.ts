// Results in, drawings out.

import type { Results } from '../harness/results.js';
import type { Drawer } from './draw.js';
import type { DrawnPlot } from './page.js';
import { PLOTS } from './plots/index.js';

/** All plots that the results have something for. */
export async function drawPlots(results: Results, drawer: Drawer): Promise<DrawnPlot[]> {
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
