import { GONE, textBuffer } from '../access/reading.js';
import type { Door } from '../attach/door.js';
import { special } from '../codec/argument.js';
import { keyFromBytes, keyFromNumber } from '../codec/key.js';
import { STATUS_ABSENT, STATUS_BYTES, STATUS_LARGE, STATUS_NUMBER, STATUS_SPECIAL } from '../wasm/codes.js';
import { S_LENGTH, S_STATUS } from '../wasm/scratch.js';
import { trapped } from '../wasm/trap.js';
import { type Entry, WHOLE } from './iterate.js';
import { Steps } from './steps.js';

/** The key of a listed entry, or GONE when it was deleted meanwhile. */
export function keyOfEntry({ kernel, settings }: Door, entry: Entry): unknown {
  const { status, value } = kernel;
  const [low, high, headerLow, headerHigh, epoch] = entry as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  const number = kernel.exports.listedKey(low, high, headerLow, headerHigh, epoch);
  const code = status[S_STATUS] as number;
  if (code === STATUS_NUMBER) return keyFromNumber(settings.key, number);
  if (code === STATUS_SPECIAL) return special(status[S_LENGTH] as number);
  if (code === STATUS_ABSENT) return GONE;
  if (code < STATUS_LARGE)
    return keyFromBytes(settings.key, code - STATUS_BYTES, value.bytes, status[S_LENGTH] as number);
  const bytes = kernel.readLarge();
  return bytes === undefined
    ? GONE
    : keyFromBytes(settings.key, code - STATUS_LARGE, textBuffer(bytes), bytes.length);
}

/** The same, and a trap is told as what it is. */
function keyOf(door: Door, entry: Entry): unknown {
  try {
    return keyOfEntry(door, entry);
  } catch (error) {
    throw trapped(error);
  }
}

/** The keys of a map as the kernel lists them, chain by chain: one may have been deleted since. */
export function listedKeys(door: Door): Iterator<unknown, undefined> {
  return new Steps(() => door, WHOLE, keyOf);
}
