// `get` in a straight line, for the keys and values that make up most of the world's look-ups. What it does not decide at
// once goes the long way (find.ts), which also says why a reader may believe what it sees.
import { load32, load64 } from './atomics';
import { bucketAt, loadControl, loadKey, loadOverflow, loadTop, loadValue, routed, stillReads } from './bucket';
import { get } from './find';
import { hashBytes, hashWord } from './hash';
import { loadRoot } from './header';
import { KEYS, RECORD_HEADER, S_KEY, VALUES } from './layout';
import { RECORD_VERSION } from './record';
import { answersBelow } from './route';
import { ABSENT, setStatus } from './status';
import { ensureSeed, knownMask, nearMask, newBit, scratch } from './thread';
import { lowestCell, matchTop, topHash } from './tophash';
import { FORM_NUMBER, MAX_INLINE, numberKeyWord, recordAddress, recordPattern, recordWord } from './word';

/** Chain mask of a table that a core's own caches no longer hold: 8,192 chains, 1.2 MB. */
const WIDE_MASK: u64 = 0x1fff;

/**
 * `get` for a number key: the whole of it in a straight line where the first cell that its tophash points to is the
 * one. A loop would ask for interrupts in every round. The status is set only when the result is NaN.
 */
export function getNumber(key: f64): f64 {
  const word = numberKeyWord(key);
  const root = loadRoot();
  ensureSeed(root);
  const hash = hashWord(word);
  let head = bucketAt(hash & nearMask);
  let control = loadControl(head);
  if ((hash & newBit) != 0 && routed(control, root)) {
    head = bucketAt(hash & knownMask);
    control = loadControl(head);
  }
  // The bucket's other cache lines, asked for together with the first (4 million entries: -7 %; with string keys no gain).
  if (knownMask >= WIDE_MASK) {
    load32(head, KEYS + 48);
    load32(head, VALUES + 48);
  }
  if (routed(control, root) || answersBelow(control, hash)) {
    const tops = loadTop(head);
    const match = matchTop(tops, topHash(hash));
    if (match) {
      const cell = lowestCell(match);
      if (loadKey(head, cell) == word) {
        const value = reinterpret<f64>(loadValue(head, cell));
        // A NaN may be any tagged word.
        if (value == value && stillReads(head, control)) return value;
      }
    } else if (loadOverflow(head) == 0 && stillReads(head, control)) {
      setStatus(ABSENT);
      return NaN;
    }
  }
  return get(FORM_NUMBER, 0, key);
}

/** Bytes of a key that `getText` and `setText` compare; longer ones go the long way. */
export const MAX_TEXT: u32 = 64;

/** `get` for a short key of bytes, which are at S_KEY. As `getNumber`. */
export function getText(form: u32, length: u32): f64 {
  if (length > MAX_INLINE && length <= MAX_TEXT) {
    const root = loadRoot();
    ensureSeed(root);
    const hash = hashBytes(scratch + S_KEY, length, form);
    let head = bucketAt(hash & nearMask);
    let control = loadControl(head);
    if ((hash & newBit) != 0 && routed(control, root)) {
      head = bucketAt(hash & knownMask);
      control = loadControl(head);
    }
    if (routed(control, root) || answersBelow(control, hash)) {
      const tops = loadTop(head);
      const match = matchTop(tops, topHash(hash));
      if (match) {
        const cell = lowestCell(match);
        const word = loadKey(head, cell);
        if (recordPattern(word) == recordPattern(recordWord(0, hash)) && stillReads(head, control) && holds(recordAddress(word), form, length)) {
          const value = reinterpret<f64>(loadValue(head, cell));
          if (value == value && stillReads(head, control)) return value;
        }
      } else if (loadOverflow(head) == 0 && stillReads(head, control)) {
        setStatus(ABSENT);
        return NaN;
      }
    }
  }
  return get(form, length, 0);
}

/** Does the record hold the bytes at S_KEY? It was live a moment ago; the caller validates. No record ends within 64 bytes of its page's end but one that fits. */
// @ts-ignore: decorator
@inline export function holds(record: usize, form: u32, length: u32): bool {
  if ((load64(record, 0) & ~RECORD_VERSION) != ((<u64>form << 16) | length)) return false;
  let p = record + RECORD_HEADER;
  let q = scratch + S_KEY;
  let rest = length;
  for (; rest >= 8; rest -= 8, p += 8, q += 8) {
    if (load64(p, 0) != load<u64>(q)) return false;
  }
  return rest == 0 || ((load64(p, 0) ^ load<u64>(q)) & ((<u64>1 << (<u64>rest << 3)) - 1)) == 0;
}
