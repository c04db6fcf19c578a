import { difference } from './difference.js';
import { buildValue, type Recipe } from './values.js';

/** The encoding under test: that of the built package, or of this program. */
export interface Encoding {
  encodedCopy(value: object): Uint8Array;
  decode(bytes: Buffer, length: number): unknown;
}

/** What a value's bytes are for, in a buffer longer than they: what lies behind them is not theirs. */
export function decoded({ decode }: Encoding, bytes: Uint8Array): unknown {
  const buffer = Buffer.alloc(bytes.length + 16, 0xff);
  buffer.set(bytes);
  return decode(buffer, bytes.length);
}

/**
 * What is wrong with the round trip of a recipe's value, in words, or undefined. The value comes
 * back as it went in and as structuredClone has it; the bytes are the same for what came back, and
 * for an equal value that was made anew in other ways.
 */
export function wrongRoundTrip(
  encoding: Encoding,
  recipe: Recipe,
  counts: OracleCounts = { asked: 0 },
): string | undefined {
  const value = buildValue(recipe);
  const bytes = encoding.encodedCopy(value);
  const got = decoded(encoding, bytes);
  const wrong = difference(value, got);
  if (wrong !== undefined) return wrong;
  const otherThanClone = differenceFromClone(value, got, counts);
  if (otherThanClone !== undefined) return `not as structuredClone has it: ${otherThanClone}`;
  if (!sameBytes(encoding.encodedCopy(got as object), bytes)) return 'what came back has other bytes';
  for (const style of [0, recipe.seed | 1]) {
    if (!sameBytes(encoding.encodedCopy(buildValue(recipe, style)), bytes))
      return `an equal value, made anew in style ${style}, has other bytes`;
  }
  return undefined;
}

/** Of the values, how many structuredClone could say something of. */
export interface OracleCounts {
  asked: number;
}

function differenceFromClone(value: object, got: unknown, counts: OracleCounts): string | undefined {
  let clone: unknown;
  try {
    clone = structuredClone(value);
  } catch {
    return undefined; // Node 20 cannot read the cause of an error that it has written
  }
  counts.asked++;
  return difference(clone, got, { errors: true });
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** The same recipe with the fewest nodes that `isWrong` still holds for. */
export function smallest(recipe: Recipe, isWrong: (recipe: Recipe) => boolean): Recipe {
  for (let nodes = 0; nodes < recipe.nodes; nodes++)
    if (isWrong({ ...recipe, nodes })) return { ...recipe, nodes };
  return recipe;
}
