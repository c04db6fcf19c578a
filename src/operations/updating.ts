import { removeIf, type Seen, see, storeIf } from '../access/token.js';
import type { Door } from '../attach/door.js';
import type { Argument } from '../codec/argument.js';
import { canonicalKey, keyArgument } from '../codec/key.js';
import { plainAnswer } from '../codec/thenable.js';
import { valueArgument } from '../codec/value.js';
import { afterChanges, checkCallback, isUndecodable } from '../errors.js';
import { each, Undecoded } from '../iteration/each.js';
import { ofListedKey } from '../iteration/entries.js';
import { listedKeys } from '../iteration/keys.js';
import { trapped, trappedAt } from '../wasm/trap.js';

// Functions of what is there: read with a token, call with nothing held, write by the token, and once more if another
// thread has written the key meanwhile. Callbacks stand outside of any `try`: what they throw is their own.

type Change = (value: unknown, present: boolean) => unknown;
type Predicate = (value: unknown, key: unknown) => unknown;

function look(door: Door, argument: Argument, key: unknown): Seen {
  try {
    return see(door, argument.copy);
  } catch (error) {
    throw trappedAt(error, key);
  }
}

/** Puts `next` in the place of what was seen, undefined for nothing. False: it is there no more. */
function change(door: Door, key: Argument, seen: Seen, next: unknown): boolean {
  try {
    if (next === undefined) return removeIf(door, seen, key.copy);
    return storeIf(door, seen, key, valueArgument(door.settings, next));
  } catch (error) {
    throw trapped(error);
  }
}

/** Returns what was stored. */
export function update(door: Door, key: unknown, fn: Change): unknown {
  checkCallback('update', fn);
  return updated(door, key, fn, 'the function of update');
}

/** `who` gives answers, which may be no promises; undefined where `fn` sees to that. */
function updated(door: Door, key: unknown, fn: Change, who?: string): unknown {
  const argument = keyArgument(door.settings.key, key).own;
  for (;;) {
    const seen = look(door, argument, key);
    const next = fn(seen.value, seen.token !== undefined);
    if (who !== undefined) plainAnswer(who, next);
    if (change(door, argument, seen, next)) return next;
  }
}

export function merge(
  door: Door,
  key: unknown,
  value: unknown,
  fn: (old: unknown, value: unknown) => unknown,
): unknown {
  checkCallback('merge', fn);
  return updated(door, key, (old, present) =>
    present ? plainAnswer('the function of merge', fn(old, value)) : value,
  );
}

/** Deletes a key as long as it is there and `unwanted` says so. Each answer is about the value that goes or stays. */
function drop(door: Door, key: unknown, unwanted: (value: unknown) => unknown): boolean {
  const argument = keyArgument(door.settings.key, key).own;
  for (;;) {
    const seen = look(door, argument, key);
    if (seen.token === undefined || !unwanted(seen.value)) return false;
    if (change(door, argument, seen, undefined)) return true;
  }
}

export function deleteIf(door: Door, key: unknown, predicate: Predicate): boolean {
  checkCallback('deleteIf', predicate);
  const given = canonicalKey(door.settings.key, key);
  return drop(door, key, (value) => plainAnswer('the function of deleteIf', predicate(value, given)));
}

/** Leaves an entry as it is. */
const KEEP: unique symbol = Symbol('keep');

/** Returns how many entries it has deleted. */
export function retain(door: Door, predicate: Predicate): number {
  checkCallback('retain', predicate);
  return changeEach(door, (value, key) =>
    plainAnswer('the function of retain', predicate(value, key)) ? KEEP : undefined,
  );
}

/** Returns how many entries it has changed. */
export function replaceAll(door: Door, fn: Predicate): number {
  checkCallback('replaceAll', fn);
  return changeEach(door, (value, key) => plainAnswer('the function of replaceAll', fn(value, key)));
}

/** Puts what `decide` says in the place of each value, undefined for nothing. Returns how many were changed. */
function changeEach(door: Door, decide: Predicate): number {
  let changed = 0;
  const undecoded = new Undecoded();
  each(listedKeys(door), undecoded, (key) => {
    const argument = keyArgument(door.settings.key, key).own;
    for (;;) {
      const seen = lookListed(door, argument, key, undecoded);
      if (seen?.token === undefined) break;
      const next = decide(seen.value, key);
      if (next === KEEP) break;
      if (!changeNext(door, argument, seen, next, changed)) continue;
      changed++;
      break;
    }
  });
  undecoded.tell(changed);
  return changed;
}

/** `look` at a key of a walk; undefined, and a note, where its value cannot be decoded. */
function lookListed(door: Door, argument: Argument, key: unknown, undecoded: Undecoded): Seen | undefined {
  try {
    return look(door, argument, key);
  } catch (error) {
    undecoded.note(isUndecodable(error) ? ofListedKey(error, key) : error);
    return undefined;
  }
}

/** A change after `done` others of one call: an error says so. */
function changeNext(door: Door, key: Argument, seen: Seen, next: unknown, done: number): boolean {
  try {
    return change(door, key, seen, next);
  } catch (error) {
    throw afterChanges(error, done);
  }
}
