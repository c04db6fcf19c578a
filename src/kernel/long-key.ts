// Looking up a key that no scratch holds, without taking memory for it: a full map still reads and deletes. JavaScript
// sends the bytes through S_KEY once, for the hash; the kernel names each record of that hash, kind and length as a
// candidate; JavaScript compares its bytes, and calls again with the candidate confirmed, or passed over.
import { LOCK, WAITERS } from './bucket';
import { emitLive } from './find';
import { sipBlocks, sipEnd, sipStart } from './hash';
import { loadRoot } from './header';
import { LARGE_LENGTH, S_KEY } from './layout';
import { load32 } from './atomics';
import { loadEpoch, pageOf } from './page';
import { isLarge, loadHeader, recordKind, recordLength } from './record';
import { NO, YES } from './status';
import { ensureSeed, scratch, seedGen } from './thread';

export let longHash: u64 = 0;
export let longGen: u64 = 0;
let kind: u32 = 0;
let length: u32 = 0;

let confirmedRecord: usize = 0;
let confirmedHeader: u64 = 0;
let confirmedEpoch: u32 = 0;
let passed: u32 = 0; // candidates of the chain that were compared and differ
let passedIn: u64 = 0; // the chain's control word when they were: an insert may put another candidate before them
let met: u32 = 0;

/** The candidate that stopped the last search. */
let candidate: usize = 0;
let candidateHeader: u64 = 0;
let candidateEpoch: u32 = 0;

/** Begins a key of `bytes` bytes; they follow by `longPart`. */
export function longStart(keyKind: u32, bytes: u32): void {
  ensureSeed(loadRoot());
  longGen = seedGen;
  kind = keyKind;
  length = bytes;
  confirmedRecord = 0;
  passed = 0;
  sipStart(keyKind, bytes);
}

/** The next `bytes` bytes, at S_KEY: a multiple of 8 but for the last part. */
export function longPart(bytes: u32, last: bool): void {
  const whole = bytes & ~7;
  sipBlocks(scratch + S_KEY, whole);
  if (last) longHash = sipEnd(scratch + S_KEY + whole, bytes - whole);
}

/** Before each walk of a chain. */
export function longWalk(control: u64): void {
  if (((control ^ passedIn) & ~(LOCK | WAITERS)) != 0) passed = 0;
  passedIn = control;
  met = 0;
  candidate = 0;
}

/** Is this the key, as far as is known? True with a candidate set: it must be compared. */
export function sameLong(record: usize): bool {
  const epoch = loadEpoch(pageOf(record));
  const header = loadHeader(record);
  if (recordKind(header) != kind) return false;
  if ((isLarge(header) ? load32(record, LARGE_LENGTH) : recordLength(header)) != length) return false;
  if (record == confirmedRecord && header == confirmedHeader && epoch == confirmedEpoch) return true;
  if (met++ < passed) return false;
  candidate = record;
  candidateHeader = header;
  candidateEpoch = epoch;
  return true;
}

export function longCandidate(): bool { return candidate != 0; }

/** Puts the candidate's bytes where JavaScript reads a value's. NO: it is gone, search again. */
export function showCandidate(): i32 { return emitLive(candidate, candidateHeader, candidateEpoch) ? YES : NO; }

/** What the comparison has found. */
export function judgeCandidate(same: bool): void {
  if (same) {
    confirmedRecord = candidate;
    confirmedHeader = candidateHeader;
    confirmedEpoch = candidateEpoch;
  } else {
    passed++;
  }
  candidate = 0;
}
