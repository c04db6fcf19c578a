// What README shows of results: Markdown for each of its parts, and the drawings that they name.

import { formatAmount, formatNumber } from '../harness/amounts.js';
import type { Results } from '../harness/results.js';
import { foundOf, neededOf, worstOf } from '../report/bar-tables.js';
import { judgeBars } from '../report/bars.js';
import type { Drawer } from '../report/draw.js';
import { drawPlots } from '../report/draw-plots.js';
import type { DrawnPlot } from '../report/page.js';
import { KEYS } from '../report/plots/chosen.js';
import { repetitionsOf, standings, summaryOf } from '../report/summary.js';
import { sheetOf } from './sheet.js';

/** Plots that are read without a legend, the narrow ones in more columns. */
const SHOWN: readonly { readonly id: string; readonly columns: number }[] = [
  { id: 'throughput', columns: 3 },
  { id: 'grid', columns: 3 },
  { id: 'growth', columns: 2 },
  { id: 'memory', columns: 2 },
];

export interface ReadmeParts {
  /** By the names of their markers. */
  readonly texts: Readonly<Record<string, string>>;
  /** SVG files of the folder of the results, by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** `folder`: the results', as README names it. */
export async function partsOf(results: Results, drawer: Drawer, folder: string): Promise<ReadmeParts> {
  const drawn = await drawPlots(results, drawer);
  const shown = SHOWN.flatMap(({ id, columns }) => {
    const plot = drawn.find((one) => one.id === id);
    return plot === undefined ? [] : [{ plot, columns }];
  });
  const files: Record<string, string> = {};
  for (const { plot, columns } of shown)
    for (const scheme of ['light', 'dark'] as const)
      files[`${plot.id}-${scheme}.svg`] = sheetOf(plot, columns, scheme);
  return {
    texts: {
      'harness-summary': summaryText(results),
      'harness-standings': standingsText(results),
      'harness-bars': barsText(results),
      'harness-plots': shown.map(({ plot }) => pictureOf(plot, folder)).join('\n\n'),
    },
    files,
  };
}

function summaryText(results: Results): string {
  const { machine, started, cells } = results;
  const how = `${machine.cpu}, ${machine.cores} cores, ${formatAmount(machine.memoryBytes / 2 ** 30)} GiB, ${machine.system}, Node ${machine.node}; ${formatNumber(cells.length)} cells, ${repetitionsOf(results)}, ${started.slice(0, 10)}.`;
  return [inline(how), '', ...summaryOf(results).map((sentence) => `- ${inline(sentence)}`)].join('\n');
}

function standingsText(results: Results): string {
  const place = ({ workload, keys, entries }: (typeof results.cells)[number]) =>
    `${workload}, ${KEYS[keys]}, ${formatNumber(entries)}`;
  return table(
    ['threadmap beside', 'throughput, geometric mean', 'least', 'most', 'cells'],
    standings(results).map(({ title, mean, least, most, cells }) => [
      title,
      `${formatAmount(mean)} ×`,
      `${formatAmount(least.value)} × (${place(least.cell)})`,
      `${formatAmount(most.value)} × (${place(most.cell)})`,
      formatNumber(cells),
    ]),
  );
}

function barsText(results: Results): string {
  return table(
    ['against', 'bar', 'least found, 95 %', 'cells met', ''],
    judgeBars(results).map((bar) => {
      const worst = worstOf(bar);
      const met = bar.judged.filter(({ verdict }) => verdict === 'met').length;
      return [
        bar.against,
        neededOf(bar),
        worst === undefined ? '' : foundOf(worst),
        `${met} of ${bar.judged.length}`,
        bar.verdict,
      ];
    }),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inline).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** What would be markup is not. */
function inline(text: string): string {
  return text.replace(/[\\`*_<>|[\]]/g, (character) => `\\${character}`).replace(/\s+/g, ' ');
}

function pictureOf({ id, title, caption }: DrawnPlot, folder: string): string {
  const alt = title.replace(/"/g, '&quot;');
  return `**${title}.** ${inline(caption)}

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="${folder}/${id}-dark.svg">
  <img alt="${alt}" src="${folder}/${id}-light.svg">
</picture>`;
}
