// Colours, light and dark. A subject has the same colour and symbol in every plot; those of one family share a colour and differ
// by their symbol. Distinguishable without red and green: lightness and symbol differ too. All have 3 to 1 or more on the page.

export type Scheme = 'light' | 'dark';
export type Shape = 'circle' | 'square' | 'triangle-up' | 'diamond' | 'cross' | 'triangle-down';

/** Custom properties of the page; drawings name them, and a file that stands alone has the colours instead. */
export const COLOURS = {
  page: { light: '#ffffff', dark: '#14171b' },
  panel: { light: '#f6f7f9', dark: '#1b1f25' },
  ink: { light: '#16191d', dark: '#e9ecef' },
  soft: { light: '#565d66', dark: '#a9b1bb' },
  line: { light: '#dde1e6', dark: '#323841' },
  link: { light: '#0a58b0', dark: '#7bb8ff' },
  good: { light: '#0b6b50', dark: '#54cfa5' },
  bad: { light: '#a83a12', dark: '#ff9570' },
  // Steps of the grid, from far below the bar to far above; ink is read on each.
  'step-1': { light: '#f3b48f', dark: '#7d3a17' },
  'step-2': { light: '#fadcc6', dark: '#4d2a17' },
  'step-3': { light: '#dbe9fa', dark: '#1c3450' },
  'step-4': { light: '#b3d2f5', dark: '#1f4c7e' },
  'step-5': { light: '#84b6ee', dark: '#215fa8' },
  // Families of subjects.
  ours: { light: '#0b62c4', dark: '#6cb0ff' },
  map: { light: '#656c75', dark: '#aab2bc' },
  message: { light: '#9a4090', dark: '#dd9fd7' },
  sharedmap: { light: '#c03f17', dark: '#ff8460' },
  lmdb: { light: '#0a7556', dark: '#4cc9a0' },
  ems: { light: '#836800', dark: '#d9bd3e' },
  go: { light: '#0f8299', dark: '#63d6ec' },
  java: { light: '#bd6f00', dark: '#ffb454' },
  redis: { light: '#80202f', dark: '#f0899b' },
  other: { light: '#4f4a8c', dark: '#aaa4f0' },
} as const satisfies Record<string, Readonly<Record<Scheme, string>>>;
export type Colour = keyof typeof COLOURS;

export interface Look {
  readonly colour: Colour;
  readonly symbol: Shape;
}

const LOOKS: Readonly<Record<string, Look>> = {
  threadmap: { colour: 'ours', symbol: 'circle' },
  'threadmap-cached': { colour: 'ours', symbol: 'diamond' },
  map: { colour: 'map', symbol: 'square' },
  'private-map': { colour: 'map', symbol: 'diamond' },
  'message-map': { colour: 'message', symbol: 'triangle-down' },
  'message-map-pipelined': { colour: 'message', symbol: 'triangle-up' },
  sharedmap: { colour: 'sharedmap', symbol: 'cross' },
  lmdb: { colour: 'lmdb', symbol: 'square' },
  'lmdb-snapshot': { colour: 'lmdb', symbol: 'diamond' },
  'lmdb-batched': { colour: 'lmdb', symbol: 'triangle-up' },
  ems: { colour: 'ems', symbol: 'triangle-down' },
  'go-sync-map': { colour: 'go', symbol: 'diamond' },
  'go-sync-map-old': { colour: 'go', symbol: 'cross' },
  'java-chm': { colour: 'java', symbol: 'square' },
  redis: { colour: 'redis', symbol: 'cross' },
};
/** For subjects of one's own, by their place. */
const SYMBOLS: readonly Shape[] = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'];

export function lookOf(subject: string, at = 0): Look {
  return LOOKS[subject] ?? { colour: 'other', symbol: SYMBOLS[at % SYMBOLS.length] as Shape };
}

/** As drawings name it. */
export const paint = (colour: Colour) => `var(--${colour})`;

/** The custom properties as CSS declarations. */
export function declarations(scheme: Scheme): string {
  return Object.entries(COLOURS)
    .map(([name, colour]) => `--${name}:${colour[scheme]};`)
    .join('');
}

/** A drawing for a file of its own, where no page tells the colours. */
export function withColours(svg: string, scheme: Scheme): string {
  return svg.replace(/var\(--([\w-]+)\)/g, (_, name: Colour) => COLOURS[name][scheme]);
}
