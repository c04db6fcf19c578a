// Many number keys in one call. A single operation waits for its bucket to come from memory; here the buckets of a whole
// batch are asked for before the first of them is looked at, so that they come together. Then each key has its operation,
// alone, as if it had been called for: what one key finds says nothing of the others.
import { touch } from './atomics';
import { setNumber } from './assign-short';
import { bucketAt, loadControl, loadKey, loadOverflow, loadTop, loadValue, routed, stillReads } from './bucket';
import { find, foundValue } from './find';
import { settle } from './hand';
import { hashWord } from './hash';
import { loadRoot } from './header';
import { prepareKey } from './key';
import { CONTROL, KEYS, S_EXPECTED, S_FENCE, S_KEY, S_NUMBERS, S_VALUE, VALUES } from './layout';
import { remove } from './remove';
import { answersBelow } from './route';
import { failed, NO, setLength, YES } from './status';
import { ensureSeed, knownMask, knownRoot, nearMask, newBit, scratch } from './thread';
import { lowestCell, matchTop, topHash } from './tophash';
import { FORM_NUMBER, isNumber, numberKeyWord } from './word';

/**
 * Keys whose buckets are asked for together. Measured with 4 million entries, against single look-ups: 2.3 times as fast
 * with 16, 2.5 with 32, 2.3 with 64 (more pages than the processor knows the addresses of at once).
 */
const BATCH: u32 = 32;

/** Chains of a table that the processor's cache holds (some 600 KB): a write need not ask for its bucket first. */
const CACHED_CHAINS: u64 = 1 << 12;

// What is known of each key of a batch, at S_EXPECTED: address of its bucket u32, hash u32.
const LANE: usize = 8;

// Answers of `getMany`, a byte for each key at S_KEY.
const MISSING: u8 = 0;
const HERE: u8 = 1; // the number stands where the key was
const OTHER: u8 = 2; // the value is no number: to be asked for alone

// @ts-ignore: decorator
@inline function lane(i: u32): usize { return scratch + S_EXPECTED + <usize>i * LANE; }

// @ts-ignore: decorator
@inline function placeAt(i: u32): usize { return scratch + S_VALUE + (<usize>i << 3); }

// @ts-ignore: decorator
@inline function batchFrom(i: u32, n: u32): u32 { return n - i < BATCH ? n - i : BATCH; }

/** Looks up the `n` number keys at S_VALUE, in no particular order. YES, or how it failed: then nothing was answered. */
export function getMany(n: u32): i32 {
  for (let i: u32 = 0; i < n; i += BATCH) {
    const size = batchFrom(i, n);
    const root = gather(i, size);
    for (let j: u32 = 0; j < size; j++) {
      const r = look(root, j, i + j);
      if (r < NO) return r;
    }
  }
  return YES;
}

/**
 * `set` for keys `from` to `n` at S_VALUE, to the numbers at S_NUMBERS, in order. Returns how many keys are done, those
 * below `from` included; fewer than `n`: the status says why.
 */
export function setMany(from: u32, n: u32): u32 {
  settle(); // what a call that met a locked chain has kept
  for (let i = from; i < n; i++) {
    if ((i - from) % BATCH == 0 && knownMask >= CACHED_CHAINS) gather(i, batchFrom(i, n));
    const r = setNumber(load<f64>(placeAt(i)), load<f64>(scratch + S_NUMBERS + (<usize>i << 3)));
    if (r != YES) {
      failed(r);
      return i;
    }
  }
  return n;
}

/** `remove`, likewise. The length says how many of these keys were there. */
export function removeMany(from: u32, n: u32): u32 {
  let removed: u32 = 0;
  let i = from;
  for (; i < n; i++) {
    if ((i - from) % BATCH == 0 && knownMask >= CACHED_CHAINS) gather(i, batchFrom(i, n));
    const r = remove(FORM_NUMBER, 0, load<f64>(placeAt(i)));
    if (r < NO) {
      failed(r);
      break;
    }
    removed += r;
  }
  setLength(removed);
  return i;
}

/**
 * Asks for the buckets of keys `from` to `from + size`: root, hashes, and only then all the loads, in a loop so short that
 * the processor runs far ahead in it. Returns the root that the lanes belong to.
 */
function gather(from: u32, size: u32): u64 {
  const root = loadRoot();
  ensureSeed(root);
  for (let j: u32 = 0; j < size; j++) {
    const hash = hashWord(numberKeyWord(load<f64>(placeAt(from + j))));
    store<u32>(lane(j), <u32>bucketAt(hash & nearMask));
    store<u32>(lane(j), <u32>hash, 4);
  }
  let seen = ask(size);
  if (newBit != 0) {
    // Where a parent has been split, its child is asked for: the parent was born, so its page was written.
    for (let j: u32 = 0; j < size; j++) {
      const hash = <u64>load<u32>(lane(j), 4);
      if ((hash & newBit) != 0 && routed(loadControl(<usize>load<u32>(lane(j))), root)) {
        store<u32>(lane(j), <u32>bucketAt(hash & knownMask));
      }
    }
    seen |= ask(size);
  }
  store<u32>(scratch, seen, S_FENCE); // nobody reads it, but without it nothing would be asked for
  return root;
}

/** Asks for one word of each cache line of the buckets. */
// @ts-ignore: decorator
@inline function ask(size: u32): u32 {
  let seen: u32 = 0;
  for (let at = lane(0), end = lane(size); at < end; at += LANE) {
    const head = <usize>load<u32>(at);
    seen |= touch(head, CONTROL) | touch(head, KEYS + 48) | touch(head, VALUES + 48);
  }
  return seen;
}

/** As `getNumber` in find-short.ts, with a hash and a place that are known, under the root that they belong to. */
// @ts-ignore: decorator
@inline function look(root: u64, j: u32, i: u32): i32 {
  const place = placeAt(i);
  const key = load<f64>(place);
  const head = <usize>load<u32>(lane(j));
  const hash = <u64>load<u32>(lane(j), 4);
  const control = loadControl(head);
  // A parent that was split since is `routed` too, and no longer answers for its child.
  if (knownRoot == root && ((routed(control, root) && head == bucketAt(hash & knownMask)) || answersBelow(control, hash))) {
    const match = matchTop(loadTop(head), topHash(hash));
    if (match) {
      const cell = lowestCell(match);
      if (loadKey(head, cell) == numberKeyWord(key)) {
        const value = loadValue(head, cell);
        if (isNumber(value) && stillReads(head, control)) {
          store<u64>(place, value);
          store<u8>(scratch + i, HERE, S_KEY);
          return YES;
        }
      }
    } else if (loadOverflow(head) == 0 && stillReads(head, control)) {
      store<f64>(place, NaN);
      store<u8>(scratch + i, MISSING, S_KEY);
      return NO;
    }
  }
  return lookLong(key, i);
}

function lookLong(key: f64, i: u32): i32 {
  prepareKey(FORM_NUMBER, 0, key);
  const r = find();
  if (r < NO) return r;
  const number = r == YES && isNumber(foundValue);
  store<f64>(placeAt(i), number ? reinterpret<f64>(foundValue) : NaN);
  store<u8>(scratch + i, number ? HERE : r == YES ? OTHER : MISSING, S_KEY);
  return r;
}
