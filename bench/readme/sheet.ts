// The panels of a plot as one SVG file: a page on GitHub has no style of ours, so titles and colours are in it.

import { PANEL } from '../report/draw.js';
import { escapeText } from '../report/markup.js';
import type { DrawnPlot } from '../report/page.js';
import { COLOURS, type Scheme, withColours } from '../report/palette.js';

const GAP = 24;
/** A line of a title, and the letters that fit into it. */
const LINE = 16;
const LETTERS = 42;
/** Two lines. */
const TITLE = 2 * LINE + 6;

interface Placed {
  readonly title: string;
  readonly inner: string;
  readonly width: number;
  readonly height: number;
}

export function sheetOf({ title, panels }: DrawnPlot, columns: number, scheme: Scheme): string {
  const placed = panels.map(({ title: heading, svg }) => ({ title: heading, ...open(svg) }));
  const rows = Array.from({ length: Math.ceil(placed.length / columns) }, (_, row) =>
    placed.slice(row * columns, (row + 1) * columns),
  );
  const used = Math.min(columns, placed.length);
  const width = used * PANEL + (used + 1) * GAP;
  let top = GAP;
  const drawn = rows.map((row) => {
    const text = row.map((panel, at) => panelAt(panel, GAP + at * (PANEL + GAP), top)).join('\n');
    top += TITLE + Math.max(...row.map(({ height }) => height)) + GAP;
    return text;
  });
  // The rim of letters is the ground that they lie on.
  const ground = COLOURS.panel[scheme];
  return withColours(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" viewBox="0 0 ${width} ${top}" role="img" aria-label="${escapeText(title)}" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif">
<rect width="${width}" height="${top}" rx="8" fill="${ground}"/>
${drawn.join('\n')}
</svg>
`,
    scheme,
  );
}

function panelAt({ title, inner, width, height }: Placed, x: number, y: number): string {
  const lines = linesOf(title).map(
    (line, at) => `<tspan x="${x}" y="${y + 12 + at * LINE}">${escapeText(line)}</tspan>`,
  );
  return `<text font-size="13" font-weight="600" fill="var(--ink)">${lines.join('')}</text>
<svg x="${x}" y="${y + TITLE}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${inner}</svg>`;
}

/** Broken between words; what does not fit into two lines is cut. */
function linesOf(title: string): string[] {
  const [first, ...rest] = title.split(' ');
  const lines = [first as string];
  for (const word of rest) {
    const last = lines.at(-1) as string;
    if (last.length + 1 + word.length <= LETTERS) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const fit = lines.map((line) => (line.length > LETTERS ? `${line.slice(0, LETTERS - 1)}…` : line));
  return fit.length <= 2 ? fit : [fit[0] as string, `${(fit[1] as string).slice(0, LETTERS - 1)}…`];
}

/** What a drawing holds, without its outer element. */
function open(svg: string): Omit<Placed, 'title'> {
  const [, width, height, inner] =
    /^<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>([\s\S]*)<\/svg>$/.exec(svg) as RegExpExecArray;
  return { width: Number(width), height: Number(height), inner: inner as string };
}
