import { ABSENT, getOrAbsent } from '../access/reading.js';
import { assign, INSERT } from '../access/writing.js';
import type { Door } from '../attach/door.js';
import { canonicalKey, keptKey, keyArgument } from '../codec/key.js';
import { plainAnswer } from '../codec/thenable.js';
import { valueArgument } from '../codec/value.js';
import { checkCallback } from '../errors.js';
import { trappedAt } from '../wasm/trap.js';

// Values for keys that may have one. Who finds one pays for a `get` and no more.

/** The value that is there, or `value`, which is stored where there is none. */
export function getOrInsert(door: Door, key: unknown, value: unknown): unknown {
  try {
    const kept = keptKey(door.settings.key, key);
    const there = getOrAbsent(door, kept);
    return there === ABSENT ? insertOrGet(door, kept, value) : there;
  } catch (error) {
    throw trappedAt(error, key);
  }
}

/** The same, with a value that is made when it is needed. What the callback throws is its own. */
export function getOrInsertComputed(door: Door, key: unknown, callback: (key: unknown) => unknown): unknown {
  checkCallback('getOrInsertComputed', callback);
  const { key: kind } = door.settings;
  const kept = keptKey(kind, key);
  const there = getOrDefault(door, kept, ABSENT);
  if (there !== ABSENT) return there;
  const value = plainAnswer('the function of getOrInsertComputed', callback(canonicalKey(kind, key)));
  try {
    return insertOrGet(door, kept, value);
  } catch (error) {
    throw trappedAt(error, key);
  }
}

/** Nobody else's code runs between two attempts: a value that was found is the end of it. */
function insertOrGet(door: Door, key: unknown, value: unknown): unknown {
  const { settings } = door;
  const argument = keyArgument(settings.key, key);
  const brought = valueArgument(settings, value);
  for (;;) {
    if (assign(door, INSERT, argument.copy, brought.copy)) return value;
    const there = getOrAbsent(door, key);
    if (there !== ABSENT) return there;
  }
}

/** The value that is there, or `other`. */
export function getOrDefault(door: Door, key: unknown, other: unknown): unknown {
  try {
    const there = getOrAbsent(door, key);
    return there === ABSENT ? other : there;
  } catch (error) {
    throw trappedAt(error, key);
  }
}
