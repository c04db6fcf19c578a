/** A row of the table that is printed. */
export interface Line {
  readonly work: string;
  /** Either map's figure, in `unit`. */
  readonly map?: number;
  readonly shared?: number;
  readonly unit: string;
  /** What is held against the bar: a ratio that speaks for SharedMap above 1, or what `shared` says. */
  readonly value?: number;
  readonly bar?: Bar;
  /** What else there is to know. */
  readonly note?: string;
  /** Figures behind the line, for --json. */
  readonly details?: unknown;
}

export type Bar = { readonly atLeast: number } | { readonly atMost: number };

/** Undefined where nothing is asked for. */
export function passes({ value, bar }: Line): boolean | undefined {
  if (bar === undefined || value === undefined) return undefined;
  return 'atLeast' in bar ? value >= bar.atLeast : value <= bar.atMost;
}

/** A line for two times, of which the shorter is the better. */
export function timesLine(
  work: string,
  unit: string,
  { map, shared }: { readonly map: number; readonly shared: number },
  atLeast?: number,
): Line {
  const line = { work, map, shared, unit, value: map / shared };
  return atLeast === undefined ? line : { ...line, bar: { atLeast } };
}
