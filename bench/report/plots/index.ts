// All plots of the report, in its order.

import { gridPlot } from './grid.js';
import { growthPlot } from './growth.js';
import { latencyPlot } from './latency.js';
import { limitPlot } from './limit.js';
import { memoryPlot } from './memory.js';
import { oversubscriptionPlot } from './oversubscription.js';
import type { MakePlot } from './plot.js';
import { ratioPlot, throughputPlot } from './throughput.js';

export const PLOTS: readonly MakePlot[] = [
  ...[throughputPlot, ratioPlot, gridPlot, limitPlot],
  ...[latencyPlot, growthPlot, oversubscriptionPlot, memoryPlot],
];
