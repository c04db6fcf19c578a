import { codeOf, withLongKey } from '../access/long-key.js';
import { GONE } from '../access/reading.js';
import type { Door } from '../attach/door.js';
import { Argument } from '../codec/argument.js';
import type { Entry } from '../iteration/iterate.js';
import {
  NUMBER,
  SPECIAL,
  STATUS_ABSENT,
  STATUS_BYTES,
  STATUS_FAILED,
  STATUS_LARGE,
  STATUS_NUMBER,
  STATUS_SPECIAL,
} from '../wasm/codes.js';
import type { Kernel } from '../wasm/kernel.js';
import { S_LENGTH, S_STATUS } from '../wasm/scratch.js';

// Keys and values as they are stored: their forms and bytes, with no codec and no decoding on the way.

const KEY = 0;

/** What the last call has found, with bytes of its own; undefined where there was nothing. GONE: it has changed, look again. */
function rawFound(door: Door, number: number): Argument | undefined | typeof GONE {
  const { kernel } = door;
  const { status, value } = kernel;
  const code = status[S_STATUS] as number;
  if (!Number.isNaN(number) || code === STATUS_NUMBER) return new Argument(NUMBER, 0, number);
  if (code === STATUS_ABSENT) return undefined;
  const length = status[S_LENGTH] as number;
  if (code === STATUS_SPECIAL) return new Argument(SPECIAL, length, 0);
  if (code >= STATUS_FAILED) door.answer(STATUS_FAILED - code);
  if (code < STATUS_LARGE) {
    return new Argument(code - STATUS_BYTES, length, 0, new Uint8Array(value.bytes.subarray(0, length)));
  }
  const bytes = kernel.readLarge();
  return bytes === undefined ? GONE : new Argument(code - STATUS_LARGE, length, 0, bytes);
}

/** The key of a listed entry; undefined when it was deleted meanwhile. */
export function rawKey(door: Door, entry: Entry): Argument | undefined {
  const [low, high, headerLow, headerHigh, epoch] = entry as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  const number = door.kernel.exports.listedKey(low, high, headerLow, headerHigh, epoch);
  const key = rawFound(door, number);
  return key === GONE ? undefined : key;
}

/** The value of a key that `rawKey` gave; undefined when the key is absent. */
export function rawValue(door: Door, key: Argument): Argument | undefined {
  const { kernel } = door;
  for (;;) {
    const value = rawFound(door, getRaw(kernel, key.copy));
    if (value !== GONE) return value;
  }
}

function getRaw(kernel: Kernel, key: Argument): number {
  const { exports } = kernel;
  if (!key.exceeds(kernel.key)) {
    key.place(kernel, kernel.key, KEY, true);
    return exports.get(key.form, key.length, key.number);
  }
  let number = Number.NaN;
  withLongKey(kernel, key, (form) => {
    number = exports.get(form, 0, 0);
    return codeOf(kernel, number);
  });
  return number;
}
