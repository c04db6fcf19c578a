import type { Door } from '../attach/door.js';
import type { Argument } from '../codec/argument.js';
import { valueFromNumber } from '../codec/value.js';
import { STATUS_ABSENT } from '../wasm/codes.js';
import type { KernelExports } from '../wasm/exports.js';
import { S_EPOCH, S_STAMP, S_STATUS, S_WORD } from '../wasm/scratch.js';
import { codeOf, withLongKey } from './long-key.js';
import { ABSENT, found, GONE } from './reading.js';
import { assign, INSERT, MATCH, withKey } from './writing.js';

const KEY = 0;

/** Names the very value that a read has found (src/kernel/token.ts), in numbers that user code cannot reach. */
class Token {
  readonly #low: number;
  readonly #high: number;
  readonly #headerLow: number;
  readonly #headerHigh: number;
  readonly #epoch: number;

  /** Takes the token that `look` has left, before anything else may use the scratch. */
  constructor(status: Uint32Array) {
    this.#low = status[S_WORD] as number;
    this.#high = status[S_WORD + 1] as number;
    this.#headerLow = status[S_STAMP] as number;
    this.#headerHigh = status[S_STAMP + 1] as number;
    this.#epoch = status[S_EPOCH] as number;
  }

  /** Tells the kernel what the next write by MATCH is for. */
  expect(exports: KernelExports): void {
    exports.expectToken(this.#low, this.#high, this.#headerLow, this.#headerHigh, this.#epoch);
  }
}

/** What a key had: its value and a token for it; no token where the key was absent. */
export interface Seen {
  readonly value: unknown;
  readonly token: Token | undefined;
}

const nothing: Seen = { value: undefined, token: undefined };

/** `get` with a token. The value is decoded already: user code may run from here on. */
export function see(door: Door, key: Argument): Seen {
  const { kernel } = door;
  const { exports, status } = kernel;
  const long = key.exceeds(kernel.key);
  for (;;) {
    let number = Number.NaN;
    if (long) {
      const r = withLongKey(kernel, key, (form) => {
        number = exports.look(form, 0, 0);
        return codeOf(kernel, number);
      });
      if (r < 0) door.answer(r);
    } else {
      key.place(kernel, kernel.key, KEY, true);
      number = exports.look(key.form, key.length, key.number);
    }
    if (status[S_STATUS] === STATUS_ABSENT) return nothing;
    const token = new Token(status);
    const value = Number.isNaN(number) ? found(door, ABSENT) : valueFromNumber(door.settings, number);
    if (value !== GONE) return { value, token };
  }
}

/** Stores `value` if the key still has the very value that was seen, or still is absent if it was. */
export function storeIf(door: Door, { token }: Seen, key: Argument, value: Argument): boolean {
  if (token === undefined) return assign(door, INSERT, key.copy, value);
  token.expect(door.kernel.exports);
  return assign(door, MATCH, key.copy, value);
}

/** Deletes the key if it still has the very value that was seen. Of an absent one: it was absent when it was looked at. */
export function removeIf(door: Door, { token }: Seen, key: Argument): boolean {
  if (token === undefined) return true;
  const { exports } = door.kernel;
  token.expect(exports);
  return withKey(door, key, (form, length, number) => exports.removeIf(MATCH, form, length, number));
}
