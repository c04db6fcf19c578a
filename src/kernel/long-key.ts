// Looking up a key that no scratch holds, without taking memory for it: a full map still reads and deletes. JavaScript
// sends the bytes through S_KEY once, for the hash; the kernel names each record of that hash, kind and length as a
// candidate; JavaScript compares its bytes, and calls again with the candidate confirmed, or passed over.
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

/**
 * Candidates are compared in the order of their addresses; those up to here were, and differ. A key that comes to lie
 * below later was inserted meanwhile, so it was absent before: to have missed it is an answer.
 */
let passed: usize = 0;

/** The first candidate behind `passed` that the last walk has met. */
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
export function longWalk(): void { candidate = 0; }

/** Is this the confirmed record? Others that may be the key are noted: a walk that ends without a hit has a candidate, or none. */
export function sameLong(record: usize): bool {
  const epoch = loadEpoch(pageOf(record));
  const header = loadHeader(record);
  if (recordKind(header) != kind) return false;
  if ((isLarge(header) ? load32(record, LARGE_LENGTH) : recordLength(header)) != length) return false;
  if (record == confirmedRecord && header == confirmedHeader && epoch == confirmedEpoch) return true;
  if (record > passed && (candidate == 0 || record < candidate)) {
    candidate = record;
    candidateHeader = header;
    candidateEpoch = epoch;
  }
  return false;
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
    passed = candidate;
  }
  candidate = 0;
}
