import { isIndex } from './elements.js';

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

/**
 * The same error, one step nearer to the value. What others throw stays as it is, and the step is not
 * made: little stack may be left.
 */
export function under(error: unknown, step: () => string): unknown {
  if (error instanceof Refused) error.path = step() + error.path;
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

/** Longer names and keys are cut in a path. */
const LONGEST = 40;

function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

// By no regular expression: to compile one where little stack is left ends the process.

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$';
const DIGITS = '0123456789';

function isIdentifier(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const unit = name.charAt(i);
    if (!LETTERS.includes(unit) && (i === 0 || !DIGITS.includes(unit))) return false;
  }
  return name !== '';
}

/** The step to a field, or to an element by its name. */
export function fieldStep(name: string): string {
  if (isIndex(name)) return `[${name}]`;
  return name.length <= LONGEST && isIdentifier(name) ? `.${name}` : `[${quoted(name)}]`;
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
