// What a call answers. Codes of the word at S_STATUS, and results of calls that return an i32.
import { S_AUX, S_LENGTH, S_STATUS } from './layout';
import { scratch } from './thread';

export const ABSENT: u32 = 0;
export const NUMBER: u32 = 1;
export const SPECIAL: u32 = 2; // the code is at S_LENGTH
export const BYTES_AT_SCRATCH: u32 = 16; // + kind: S_LENGTH bytes at S_VALUE
export const LARGE_RECORD: u32 = 32; // + kind: S_LENGTH bytes in pages from S_FIRST
export const NAMED: u32 = 48; // + kind: a record that was named, not copied; find.ts
export const FAILED: u32 = 64; // - result: the call failed

export const NO: i32 = 0;
export const YES: i32 = 1;
export const BUSY: i32 = -1; // a chain stayed locked: park on the bucket at S_AUX, then call again
export const FULL: i32 = -2; // the hand keeps what it has: call again if memory was found, else settle
export const NOT_NUMBER: i32 = -3;
export const CORRUPT: i32 = -4;
export const ENDED: i32 = -5; // a clear ended this iteration
export const CANDIDATE: i32 = -6; // a long key: compare the candidate
export const REHASH: i32 = -7; // a long key: a clear has changed the seed
export const LOOK_FIRST: i32 = -8; // the old value may not be decodable: read it, then write by its token

/** Attempts of one call to find the chain that answers for a key: more have no chance to be other threads' changes. */
export const LOST: u32 = 1 << 16;

// @ts-ignore: decorator
@inline export function setStatus(status: u32): void { store<u32>(scratch, status, S_STATUS); }

// @ts-ignore: decorator
@inline export function setLength(length: u32): void { store<u32>(scratch, length, S_LENGTH); }

/** For calls that return a number: NaN, and the result in the status. */
export function failed(result: i32): f64 {
  setStatus(<u32>(<i32>FAILED - result));
  return NaN;
}

/**
 * What was read cannot be: the memory is damaged. The trap ends the call, and JavaScript makes ERR_SHARED_MAP_CORRUPT of it.
 * Never inside a section: its lock would stay.
 */
export function damaged(): void { unreachable(); }

export function busyAt(bucket: usize): i32 {
  store<u32>(scratch, <u32>bucket, S_AUX);
  return BUSY;
}
