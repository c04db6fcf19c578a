/** How an entry is shown by `util.inspect`. */
const brief = { depth: 0, maxStringLength: 40, maxArrayLength: 5 };

/** Entries that are shown. */
const SHOWN = 5;

export type Inspect = (value: unknown, options: object) => string;

/**
 * A map or a set, as it is to be shown. Its functions may throw: the memory may be damaged, a codec
 * may fail.
 */
export interface Shown {
  readonly isClosed: boolean;
  size(): number;
  keys(): Iterable<unknown>;
  /** Of a map. */
  readonly valueAt: ((key: unknown) => unknown) | undefined;
}

/**
 * A few entries, for `util.inspect` and the console. Throws for no map and in no state: who looks
 * at an object wants to see what is wrong with it. `look` throws for what only inherits from a map:
 * a prototype, a proxy.
 */
export function show(
  name: string,
  look: () => Shown,
  depth: number,
  options: object,
  inspect: Inspect,
): string {
  let shown: Shown;
  try {
    shown = look();
  } catch {
    return `Object [${name}] {}`;
  }
  if (shown.isClosed) return `${name}(detached)`;
  let size: number;
  try {
    size = shown.size();
  } catch (error) {
    return `${name}(${problemOf(error)})`;
  }
  if (depth < 0) return `${name}(${size}) {…}`;
  const texts = entryTexts(shown, (part) => inspect(part, { ...options, ...brief }));
  return `${name}(${size}) {${texts.length > 0 ? ` ${texts.join(', ')} ` : ''}}`;
}

function entryTexts({ keys, valueAt }: Shown, textOf: (part: unknown) => string): string[] {
  const texts: string[] = [];
  try {
    for (const key of keys()) {
      if (texts.length === SHOWN) {
        texts.push('…');
        break;
      }
      const text = partText(() => key, textOf);
      texts.push(valueAt === undefined ? text : `${text} => ${partText(() => valueAt(key), textOf)}`);
    }
  } catch (error) {
    texts.push(problemOf(error));
  }
  return texts;
}

/**
 * What `util.inspect` says of a part; it asks objects that have a text of their own, which may
 * throw.
 */
function partText(part: () => unknown, textOf: (part: unknown) => string): string {
  try {
    return textOf(part());
  } catch (error) {
    return problemOf(error);
  }
}

/**
 * What stands in the place of something that cannot be shown. No code of the error's own runs that
 * could throw.
 */
function problemOf(error: unknown): string {
  try {
    const { code, name } = error as { code?: unknown; name?: unknown };
    return `<${typeof code === 'string' ? code : String(name)}>`;
  } catch {
    return '<Error>';
  }
}
