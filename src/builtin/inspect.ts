/** How an entry is shown by `util.inspect`. */
const brief = { depth: 0, maxStringLength: 40, maxArrayLength: 5 };

/** Entries that are shown. */
const SHOWN = 5;

export type Inspect = (value: unknown, options: object) => string;

/** A map or a set, as it is to be shown. */
interface Shown {
  readonly name: string;
  readonly isClosed: boolean;
  readonly contents: { readonly size: number };
  /** A key and a value, or a value alone. */
  items(): Iterable<readonly unknown[]>;
}

/** A few entries, for `util.inspect` and the console. */
export function show(shown: Shown, depth: number, options: object, inspect: Inspect): string {
  const { name, isClosed, contents } = shown;
  if (isClosed) return `${name}(detached)`;
  const { size } = contents;
  if (depth < 0) return `${name}(${size}) {…}`;
  const texts: string[] = [];
  for (const item of shown.items()) {
    if (texts.length === SHOWN) {
      texts.push('…');
      break;
    }
    texts.push(item.map((part) => inspect(part, { ...options, ...brief })).join(' => '));
  }
  return `${name}(${size}) {${texts.length > 0 ? ` ${texts.join(', ')} ` : ''}}`;
}
