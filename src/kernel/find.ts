// Reading: no store that another thread reads, no lock, no wait. A reader ignores locks: an insert is published by its
// tophash, an update is one store, and whatever else changes under a reader steps the chain's version. The root is not
// looked at again. Growth steps the version of what it moves; and a clear after the root was read came during this call,
// which may answer as of before (what it finds) or right after (what it doesn't).
import { fence, load32 } from './atomics';
import { loadKey, loadOverflow, loadTop, loadValue, sameGen, stillReads } from './bucket';
import { endless, MANY_HOPS } from './endless';
import { loadRoot } from './header';
import { hashKey, keyHash, keyIsBytes, keyIsLong, keyIsStale, keyMask, keyPattern, keyTop, sameKey, prepareKey } from './key';
import {
  LARGE_FIRST, LARGE_LENGTH, MAX_SMALL, S_AUX, S_EPOCH, S_FENCE, S_FIRST, S_STAMP, S_VALUE,
} from './layout';
import { isTaken, loadEpoch, pageOf } from './page';
import { copyRecord, isKind, isLarge, loadHeader, recordKind, recordLength, stillRecord } from './record';
import { longCandidate, longWalk } from './long-key';
import { ASTRAY, PARENT, route, routeControl, routeHead } from './route';
import {
  ABSENT, BYTES_AT_SCRATCH, CANDIDATE, CORRUPT, damaged, failed, LARGE_RECORD, LOST, NAMED, NO, NUMBER, REHASH, setLength, setStatus, SPECIAL, YES,
} from './status';
import { ensureSeed, miss, newBit, retry, scratch } from './thread';
import { endsHere, lowestCell, matchTop } from './tophash';
import {
  FORM_BIGINT, FORM_BYTES, FORM_STRUCTURED, FORM_LATIN1, FORM_NUMBER, inlineLength, isNumber, isRecord, recordAddress, TAG_BIGINT, TAG_STRING,
} from './word';

// What `find` found: valid at one instant of the call.
export let foundHead: usize = 0;
export let foundControl: u64 = 0;
let foundBucket: usize = 0;
let foundCell: usize = 0;
export let foundValue: u64 = 0;

/**
 * Finds the prepared key. Each retry means that another thread has completed a change in between.
 * YES: `foundValue` was its value. NO: it was absent. CORRUPT: the chain has no end, or none answers for the key.
 */
export function find(): i32 {
  let lost: u32 = 0;
  while (true) {
    const root = loadRoot();
    ensureSeed(root);
    hashKey();
    if (keyIsStale()) return REHASH;
    const at = route(root, keyHash);
    if (at == ASTRAY) {
      if (++lost > LOST) return CORRUPT;
      retry();
      continue;
    }
    if (at == PARENT && (keyHash & newBit) != 0) miss();
    if (!sameGen(routeControl, root)) return NO;
    if (keyIsLong()) longWalk();
    const r = scan(routeHead, routeControl);
    if (r == NO && keyIsLong() && longCandidate()) return CANDIDATE;
    if (r <= YES) return r;
    retry();
  }
}

const AGAIN: i32 = 2;

function scan(head: usize, control: u64): i32 {
  let bucket = head;
  let hops: u32 = 0;
  while (true) {
    const top = loadTop(bucket);
    for (let m = matchTop(top, keyTop); m; m &= m - 1) {
      const cell = lowestCell(m);
      const word = loadKey(bucket, cell);
      if ((word & keyMask) != keyPattern) continue;
      if (keyIsBytes) {
        if (!stillReads(head, control)) return AGAIN;
        if (!sameKey(word)) continue;
      }
      const value = loadValue(bucket, cell);
      if (!stillReads(head, control)) return AGAIN;
      foundHead = head;
      foundControl = control;
      foundBucket = bucket;
      foundCell = cell;
      foundValue = value;
      return YES;
    }
    if (endsHere(top)) break;
    const next = loadOverflow(bucket);
    if (next == 0) break;
    if (!stillReads(head, control)) return AGAIN;
    if (++hops > MANY_HOPS) {
      if (endless(bucket, head, control)) return CORRUPT;
      hops = 0;
    }
    bucket = next;
  }
  return stillReads(head, control) ? NO : AGAIN;
}

/** Puts a word that is no number where JavaScript finds it. */
export function emitInline(word: u64): void {
  if (word >= TAG_STRING) {
    store<u64>(scratch + S_VALUE, word);
    setLength(inlineLength(word));
    setStatus(BYTES_AT_SCRATCH + (word >= TAG_BIGINT ? FORM_BIGINT : FORM_LATIN1));
  } else {
    setLength(<u32>word & 3);
    setStatus(SPECIAL);
  }
}

/** Is the value of the key that was found still this word in this chain? */
// @ts-ignore: decorator
@inline export function stillFound(): bool {
  return loadValue(foundBucket, foundCell) == foundValue && stillReads(foundHead, foundControl);
}

/** Copies out the record that was found, or says where its pages are, or (`naming`) which it is. False: it has changed, find again. */
// @ts-ignore: decorator
@inline function emitRecord(naming: bool): bool {
  const record = recordAddress(foundValue);
  const epoch = loadEpoch(pageOf(record));
  const header = loadHeader(record);
  // So the record was live, and this is its version.
  if (!stillFound()) return false;
  if (naming && isNamed(header)) {
    putIdentity(record, header, epoch);
    setStatus(NAMED + recordKind(header));
    return true;
  }
  return emitLive(record, header, epoch);
}

/** What no other record has, nor this one once its bytes are others: for a published record is never rewritten. */
// @ts-ignore: decorator
@inline function putIdentity(record: usize, header: u64, epoch: u32): void {
  store<u32>(scratch, <u32>record, S_AUX);
  store<u64>(scratch, header, S_STAMP);
  store<u32>(scratch, epoch, S_EPOCH);
}

/** The bytes of a record that was live with this header and epoch. False: it is gone. */
export function emitLive(record: usize, header: u64, epoch: u32): bool {
  if (isLarge(header)) {
    const length = load32(record, LARGE_LENGTH);
    const first = load32(record, LARGE_FIRST);
    if (!stillRecord(record, header, epoch)) return false;
    // Who reads it makes room for so many bytes.
    if (!isKind(header) || recordLength(header) != 0 || !isTaken(length)) damaged();
    putIdentity(record, header, epoch);
    store<u32>(scratch, first, S_FIRST);
    setLength(length);
    setStatus(LARGE_RECORD + recordKind(header));
    return true;
  }
  const length = copyRecord(scratch + S_VALUE, record, header, MAX_SMALL);
  setLength(length);
  if (!stillRecord(record, header, epoch)) return false;
  if (!isKind(header) || recordLength(header) != length) damaged();
  setStatus(BYTES_AT_SCRATCH + recordKind(header));
  return true;
}

/** The value of a key: a number as it is; else NaN, and the rest in the status (and there too when it is NaN). */
export function get(form: u32, length: u32, number: f64): f64 {
  prepareKey(form, length, number);
  return read(false);
}

// @ts-ignore: decorator
@inline function read(naming: bool): f64 {
  while (true) {
    const r = find();
    if (r == NO) {
      setStatus(ABSENT);
      return NaN;
    }
    if (r != YES) return failed(r);
    if (isNumber(foundValue)) {
      setStatus(NUMBER);
      return reinterpret<f64>(foundValue);
    }
    if (!isRecord(foundValue)) {
      emitInline(foundValue);
      return NaN;
    }
    if (emitRecord(naming)) return NaN;
    retry();
  }
}

// For a thread that keeps what it has decoded (cacheValues): which records `peek` names instead of copying them.
let namedText: u32 = 0xffffffff;
let namedBytes: bool = false;

/** Records of structured values are named; those of text from so many bytes on, those of plain bytes if asked for. */
export function nameValues(textFrom: u32, bytes: bool): void {
  namedText = textFrom;
  namedBytes = bytes;
}

function isNamed(header: u64): bool {
  const kind = recordKind(header);
  if (kind == FORM_STRUCTURED) return true;
  if (kind == FORM_BYTES) return namedBytes;
  if (kind == FORM_BIGINT) return false;
  return isLarge(header) ? namedText != 0xffffffff : recordLength(header) >= namedText;
}

/** `get`, but a record that `nameValues` speaks of is named: address at S_AUX, header at S_STAMP, page epoch at S_EPOCH. */
export function peek(form: u32, length: u32, number: f64): f64 {
  prepareKey(form, length, number);
  return read(true);
}

export function peekNumber(key: f64): f64 { return peek(FORM_NUMBER, 0, key); }

export function peekText(form: u32, length: u32): f64 { return peek(form, length, 0); }

/** The bytes of the record that was named, as `get` gives them. False: it is gone, look again. */
export function readNamed(): bool {
  return emitLive(<usize>load<u32>(scratch, S_AUX), load<u64>(scratch, S_STAMP), load<u32>(scratch, S_EPOCH));
}

export function has(form: u32, length: u32, number: f64): i32 {
  prepareKey(form, length, number);
  return find();
}

/** After JavaScript has copied the pages of a large record: was it the same all the time? */
export function stillLarge(): bool {
  fence(scratch + S_FENCE);
  return stillRecord(<usize>load<u32>(scratch, S_AUX), load<u64>(scratch, S_STAMP), load<u32>(scratch, S_EPOCH));
}
