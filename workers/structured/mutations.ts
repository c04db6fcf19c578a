import { Random } from '../random.js';
import { buildValue, type Recipe, recipeOf } from './values.js';

// Bytes that no encoder has written: those of a value, damaged, and some made for harm.

const NUMBERS = [0, 1, 0x7f, 0x80, 0xff, 0xc7, 0xcc];
/** Lengths as a varint: what a few bytes may claim. */
const CLAIMS = [0x80, 0xffff, 2 ** 20, 3e7, 2 ** 28, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53];
const FIRST_TAG = 0xc0;
const TAGS = 0x20;

export function varint(number: number): number[] {
  const bytes: number[] = [];
  let rest = number;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** Damaged bytes that follow from the seed. `encoded` gives those of a value. */
export function mutation(seed: number, encoded: (value: object) => Uint8Array): Uint8Array {
  const random = new Random(Math.imul(seed, 0x85ebca6b) ^ 0x51ed270b);
  let bytes = [...encoded(someValue(random))];
  if (bytes.length > 4000) bytes.length = 4000;
  for (let times = 1 + random.below(3); times > 0; times--) bytes = changed(random, bytes, encoded);
  return Uint8Array.from(bytes);
}

function someValue(random: Random): object {
  const recipe: Recipe = recipeOf(random.below(2 ** 31));
  return buildValue({ ...recipe, nodes: Math.min(recipe.nodes, 30) });
}

function changed(random: Random, bytes: number[], encoded: (value: object) => Uint8Array): number[] {
  const at = random.below(bytes.length + 1);
  const result = bytes.slice();
  switch (random.below(9)) {
    case 0:
      result[at] = (result[at] ?? 0) ^ (1 << random.below(8));
      return result;
    case 1:
      return result.slice(0, at);
    case 2:
      result.splice(at, 0, ...Array.from({ length: 1 + random.below(8) }, () => random.below(256)));
      return result;
    case 3:
      result.splice(at, 1 + random.below(8));
      return result;
    case 4:
      result[at] = FIRST_TAG + random.below(TAGS);
      return result;
    case 5:
      result[at] = random.of(NUMBERS);
      return result;
    case 6: {
      // A tag, and a length that its bytes do not have.
      const number = random.of(CLAIMS) - random.below(3);
      result.splice(at, random.below(3), FIRST_TAG + random.below(TAGS), ...varint(Math.max(0, number)));
      return result;
    }
    case 7: {
      const other = encoded(someValue(random));
      const from = random.below(other.length);
      return [...result.slice(0, at), ...other.subarray(from, from + 4000)];
    }
    default:
      return [...result.slice(0, at), ...nested(random, result.slice(at))];
  }
}

/** One object in the other, up to far beyond any depth that is allowed. */
function nested(random: Random, inner: readonly number[]): number[] {
  const depth = random.of([3, 999, 1000, 1001, 3000]);
  const around = random.of([
    [0xd1, 1],
    [0xd4, 1],
    [0xd3, 1, 0],
    [0xd0, 3, 1, 0x81, 0x61],
    [0xda, 0, 8],
  ]);
  const bytes: number[] = [];
  for (let level = 0; level < depth; level++) bytes.push(...around);
  return [...bytes, ...inner];
}
