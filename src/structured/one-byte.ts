// Does a text fit in one byte for each unit?

/** The built-in one: code that patches it, or `test`, must not decide how a text is stored. */
const exec = RegExp.prototype.exec;

/**
 * V8 keeps strings by one byte or by two for each unit, and knows that no string of one byte can
 * match: 10 ns whatever the length, where a loop takes 1 ns for each unit.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a range of units, from the first on
const WIDE = /[^\x00-\xff]/;

/** Are all units of the text below 256? */
export function isOneByte(text: string): boolean {
  return exec.call(WIDE, text) === null;
}
