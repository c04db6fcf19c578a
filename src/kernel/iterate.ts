// Iteration: a cursor over hash space in reversed-bit order (walk.ts), so each class of hashes is covered exactly once.
import { load64 } from './atomics';
import { chainMask, loadControl, loadKey, loadOverflow, loadTop, LOCK, READ_MASK, sameGen, stillReads } from './bucket';
import { endless, MANY_HOPS } from './endless';
import { emitInline, emitLive } from './find';
import { AMENDED, GEN_MASK, loadRoot, rootB, rootGen } from './header';
import { reverse32 } from './hash';
import { H_CLEARS, S_MORE, S_NEXT, S_TWICE, S_VALUE } from './layout';
import { loadEpoch, pageOf } from './page';
import { loadHeader } from './record';
import { ABSENT, damaged, ENDED, LOST, NUMBER, setStatus } from './status';
import { ensureSeed, retry, scratch } from './thread';
import { matchLive } from './tophash';
import { isWithin, walkControl, walkHead, walkNext, walkTo } from './walk';
import { isNumber, isRecord, recordAddress } from './word';

// The list at S_VALUE: key word, header and page epoch of its record, 24 bytes each.
const ENTRY: usize = 24;
const MAX_LISTED: u32 = 1360; // fills the 32 KiB between S_VALUE and S_EXPECTED

// A generation as JavaScript has it, a whole number below 2^52.
const GEN_BITS: u64 = 12;
const CLEARS_MASK: u64 = (1 << 40) - 1;
/** Half the way to where the root's number begins again. */
const FAR: u64 = 1 << (GEN_BITS - 1);

let listedControl: u64 = 0;

/**
 * The clear generation that an iteration belongs to: its number in the root word, which begins again after 4096, and above
 * it how many clears there have been, 40 bits of them. An iteration may be resumed days later.
 */
export function generation(): f64 {
  const root = loadRoot();
  return <f64>(((load64(0, H_CLEARS) & CLEARS_MASK) << GEN_BITS) | rootGen(root));
}

/**
 * Has a clear come since `generation` gave this? The count of clears is stepped after the clear, so it may lag behind by some
 * threads at work, and lacks the clears whose threads have died there: near is near enough.
 */
export function isOver(root: u64, gen: u64): bool {
  if (rootGen(root) != (gen & GEN_MASK)) return true;
  const clears = (load64(0, H_CLEARS) - (gen >> GEN_BITS)) & CLEARS_MASK;
  return clears >= FAR && clears <= CLEARS_MASK - FAR;
}

/** The begin of the stretch of the chain that holds the hash with these low bits: a random place to start at. */
export function startAt(random: u32): u32 {
  const root = loadRoot();
  ensureSeed(root);
  const b = rootB(root) - ((root & AMENDED) != 0 ? 1 : 0);
  return reverse32(random & <u32>chainMask(b));
}

/**
 * Lists the keys from position `from` to the end of its chain's stretch, or to `end` if that comes first (0: no end).
 * `skip` cells of the chain, empty ones too, were looked at by the calls before, which must have seen the same version;
 * `turn` is the cell to begin with in each bucket. Returns how many were listed; the next position is at S_NEXT (0: the
 * end of hash space); S_MORE is the cell to go on with when the chain has more, else 0; S_TWICE is 1 when a key may have
 * been listed twice. ENDED: a clear has come since `generation` gave `since`. -1: the chain has changed since the call before.
 */
export function list(from: u32, end: u32, skip: u32, turn: u32, since: f64): i32 {
  const gen = <u64>since;
  let lost: u32 = 0;
  while (true) {
    const root = loadRoot();
    if (isOver(root, gen)) return ENDED;
    if (!walkTo(from, root)) {
      if (++lost > LOST) damaged();
      retry();
      continue;
    }
    const head = walkHead;
    const control = walkControl;
    if (skip != 0 && !stillReads(head, listedControl)) return -1;
    let listed: i32 = 0;
    store<u32>(scratch, 0, S_MORE);
    if (sameGen(control, root)) {
      listed = listCells(head, control, from, end, skip, turn);
      if (listed < 0) {
        retry();
        continue;
      }
    }
    const now = loadControl(head);
    if (((now ^ control) & READ_MASK) != 0 || rootGen(loadRoot()) != (gen & GEN_MASK)) {
      retry();
      continue;
    }
    // A writer who moves entries within the chain shows them twice for a moment, under one version and its lock.
    store<u32>(scratch, <u32>(now & LOCK), S_TWICE);
    listedControl = control;
    store<u32>(scratch, walkNext(), S_NEXT);
    return listed;
  }
}

function listCells(head: usize, control: u64, from: u32, end: u32, skip: u32, turn: u32): i32 {
  let listed: u32 = 0;
  let seen: u32 = 0;
  let hops: u32 = 0;
  for (let bucket = head; bucket; bucket = loadOverflow(bucket)) {
    if (!stillReads(head, control)) return -1;
    if (++hops > MANY_HOPS) {
      if (endless(bucket, head, control)) damaged();
      hops = 0;
    }
    const live = matchLive(loadTop(bucket));
    for (let i: u32 = 0; i < 8; i++) {
      const cell = <usize>((i + turn) & 7);
      if (seen++ < skip) continue;
      if ((live & (<u64>0x80 << (<u64>cell << 3))) == 0) continue;
      const word = loadKey(bucket, cell);
      if (!isWithin(word, from, end)) continue;
      if (listed == MAX_LISTED) {
        store<u32>(scratch, seen - 1, S_MORE);
        return listed;
      }
      const at = scratch + S_VALUE + <usize>listed * ENTRY;
      store<u64>(at, word);
      if (isRecord(word)) {
        if (!stillReads(head, control)) return -1;
        const record = recordAddress(word);
        store<u64>(at, loadHeader(record), 8);
        store<u32>(at, loadEpoch(pageOf(record)), 16);
      }
      listed++;
    }
  }
  return <i32>listed;
}

/** A listed key, as `get` gives a value. ABSENT: it was deleted since. The entry is in private memory of the caller. */
export function listedKey(low: u32, high: u32, headerLow: u32, headerHigh: u32, epoch: u32): f64 {
  const word = (<u64>high << 32) | low;
  if (isNumber(word)) {
    setStatus(NUMBER);
    return reinterpret<f64>(word);
  }
  if (!isRecord(word)) {
    emitInline(word);
    return NaN;
  }
  const header = (<u64>headerHigh << 32) | headerLow;
  if (!emitLive(recordAddress(word), header, epoch)) setStatus(ABSENT);
  return NaN;
}
