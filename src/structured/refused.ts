// Values that cannot come back as they are. What is refused is named, and where it is.

/** Thrown while a value is encoded: something in it cannot be stored. */
export class Refused extends Error {
  /** From the value on: `.user.callback`. Grows while the encoder goes back up. */
  path = '';
  /** What is there: `a function`. */
  readonly what: string;

  constructor(what: string) {
    super(what);
    this.name = 'Refused';
    this.what = what;
  }
}

/** The same error, one step nearer to the value. What user code threw stays as it is. */
export function under(step: string, error: unknown): unknown {
  if (error instanceof Refused) error.path = step + error.path;
  return error;
}

/** Longer paths are cut in the middle. */
const LONGEST_PATH = 200;

/** What is refused and where, from `value` on: `value.user.callback is a function`. */
export function reason({ path, what }: Refused): string {
  const half = LONGEST_PATH / 2;
  const short = path.length > LONGEST_PATH ? `${path.slice(0, half)} … ${path.slice(-half)}` : path;
  return `value${short} is ${what}`;
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
/** Longer names and keys are cut in a path. */
const LONGEST = 40;

function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

const INDEX = /^(?:0|[1-9]\d*)$/;

/** The step to a field, or to an element by its name. */
export function fieldStep(name: string): string {
  if (INDEX.test(name) && name.length <= LONGEST) return `[${name}]`;
  return IDENTIFIER.test(name) && name.length <= LONGEST ? `.${name}` : `[${quoted(name)}]`;
}

/** The step to an element of an array. */
export function elementStep(index: number): string {
  return `[${index}]`;
}

/** The step to the value of a Map: by its key where that has a short name, else by its place. */
export function entryStep(key: unknown, place: number): string {
  if (typeof key === 'string') return `.get(${quoted(key)})`;
  return typeof key === 'number' ? `.get(${key})` : `.get(<key ${place}>)`;
}

/** The step to a key of a Map. */
export function keyStep(place: number): string {
  return `.keys()[${place}]`;
}

/** The step to an element of a Set. */
export function memberStep(place: number): string {
  return `.values()[${place}]`;
}
