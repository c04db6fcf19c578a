/** How an entry is shown by `util.inspect`. */
const brief = { depth: 0, maxStringLength: 40, maxArrayLength: 5 };

/** Entries that are shown. */
const SHOWN = 5;

export type Inspect = (value: unknown, options: object) => string;

/** A few entries, for `util.inspect` and the console. */
export function showEntries(
  name: string,
  size: number,
  entries: Iterable<readonly [unknown, unknown]>,
  options: object,
  inspect: Inspect,
): string {
  const shown: string[] = [];
  for (const [key, value] of entries) {
    if (shown.length === SHOWN) {
      shown.push('…');
      break;
    }
    shown.push(`${inspect(key, { ...options, ...brief })} => ${inspect(value, { ...options, ...brief })}`);
  }
  return `${name}(${size}) {${shown.length > 0 ? ` ${shown.join(', ')} ` : ''}}`;
}
