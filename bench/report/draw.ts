// Drawings: a vega-lite specification as an SVG that belongs into a page. Its colours are the page's custom properties, so it is light
// or dark as the page is.

import type { TopLevelSpec } from 'vega-lite';
import { harnessPackage } from '../harness/needs.js';
import { escapeText } from './markup.js';
import { paint } from './palette.js';

/** Width of a drawing, all in: of a telephone's screen. On wider ones they stand side by side. */
export const PANEL = 340;

export type Spec = Omit<TopLevelSpec, '$schema' | 'config' | 'background'> & Record<string, unknown>;

/** Of all drawings: no frame, few lines, the page's own letters. */
const CONFIG = {
  // The whole drawing has one description; a hundred of its parts help nobody.
  aria: false,
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    ...{ labelColor: paint('soft'), titleColor: paint('soft'), labelFontSize: 11, titleFontSize: 11 },
    ...{ gridColor: paint('line'), domain: false, ticks: false, titleFontWeight: 'normal' },
    ...{ labelPadding: 6, titlePadding: 8 },
  },
  text: { fontSize: 12, color: paint('ink') },
} as const;

export class Drawer {
  readonly #vega: typeof import('vega');
  readonly #lite: typeof import('vega-lite');
  #drawn = 0;

  private constructor(vega: typeof import('vega'), lite: typeof import('vega-lite')) {
    this.#vega = vega;
    this.#lite = lite;
  }

  /** Throws BenchError where the packages are not installed. */
  static async load(): Promise<Drawer> {
    const vega = await harnessPackage<typeof import('vega')>('vega');
    return new Drawer(vega, await harnessPackage<typeof import('vega-lite')>('vega-lite'));
  }

  /** `description` is what is read out instead. */
  async draw(spec: Spec, description: string): Promise<string> {
    const { compile } = this.#lite;
    const { logger, None, parse, View } = this.#vega;
    const autosize = { type: 'fit-x', contains: 'padding' };
    const full = { ...spec, width: PANEL, autosize, config: CONFIG, background: null, padding: 2 };
    const view = new View(parse(compile(full as unknown as TopLevelSpec, { logger: logger(None) }).spec), {
      renderer: 'none',
    });
    try {
      return this.#mend(await view.toSVG(), description);
    } finally {
      view.finalize();
    }
  }

  /** Scales with its place, tells what it shows, and keeps nothing that cannot be seen. */
  #mend(svg: string, description: string): string {
    const prefix = `drawing-${this.#drawn++}-`;
    return (
      svg
        .replace(/^<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>/, (_, width, height) => {
          const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
          return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escapeText(description)}">`;
        })
        .replace(/<text [^>]*opacity="0"[^>]*>[^<]*<\/text>/g, '')
        .replace(/<path [^>]*display="none"[^>]*\/>/g, '')
        .replace(/<path class="background"[^>]*d="M0,0h0v0h0Z"[^>]*\/>/g, '')
        .replace(/ (aria-hidden|pointer-events|class|font-family)="[^"]*"/g, '')
        .replace(/ (?:stroke-)?opacity="1"/g, '')
        // What is written over lines has a rim, which must not cover the letters.
        .replace(/<text (?=[^>]*stroke=)/g, '<text paint-order="stroke" ')
        .replace(/\bid="(clip\d+)"/g, `id="${prefix}$1"`)
        .replace(/url\(#(clip\d+)\)/g, `url(#${prefix}$1)`)
        // Of places, not of what is written.
        .replace(/ (?:d|transform|[xy]2?)="[^"]*"/g, (places) =>
          places.replace(/-?\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2)))),
        )
    );
  }
}
