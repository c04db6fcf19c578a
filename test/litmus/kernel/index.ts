// Store buffering between two chains, by the kernel's own lock and unlock. Each of two threads
// locks its chain, stores the round's number, unlocks, and reads the other's chain:
//
//     thread 0                          thread 1
//     tryLock(chain 0)                  tryLock(chain 1)
//     chain 0's cell  = round           chain 1's cell  = round
//     unlock(chain 0)                   unlock(chain 1)
//     read chain 1                      read chain 0
//
// In any one order of these steps, one of the reads comes after both unlocks and sees the round. A
// processor may hold a plain store back behind a later load (x64 too); then both may see the round
// before. An exchange waits until it is visible, with all stores before it.
//
// Memory: one bucket and one board for each thread; none of them shares a cache line with another.
import { load64, plainStore64, store64 } from '../../../src/kernel/atomics';
import {
  bucketAt, loadControl, loadValue, SEQUENCE_ONE, tryLock, unlock,
} from '../../../src/kernel/bucket';
import { VALUES } from '../../../src/kernel/layout';

/** Chain of thread 1; that of thread 0 is 0. The address of every eighth bucket is a line's. */
const OTHER_CHAIN: u64 = 8;
/** The last cell: another cache line than the control word's, so that its store is slow. */
const CELL: usize = 7;
/** Low bits of a control word below the sequence, which counts the rounds here. */
const BELOW_SEQUENCE: u64 = 10;

// A board: the round that its thread has come to, stored atomically; then a byte for each round of
// a batch, 1 where its thread read an old state: stored plainly, read by thread 0 behind the
// meeting that ends the batch.
const BOARDS: usize = 0x40000;
const BOARD_SIZE: usize = 0x10000;
const NOTES: usize = 64;
/** Rounds of a batch; a board has room for them. */
const BATCH: u32 = 0x8000;

/** Looks before a thread naps: on a machine whose processors are taken, the other cannot come. */
const LOOKS: u32 = 20000;
/** ns */
const NAP: i64 = 100000;

// @ts-ignore: decorator
@inline function board(thread: u32): usize { return BOARDS + <usize>thread * BOARD_SIZE; }

/** Returns when both threads have come to this round. */
function meet(me: u32, round: u64): void {
  const other = board(1 - me);
  store64(board(me), round, 0);
  for (let looks: u32 = 0; ; looks++) {
    const there = load64(other, 0);
    if (there >= round) return;
    if (looks >= LOOKS) atomic.wait<i64>(other, there, NAP);
  }
}

/** Whoever comes last goes on first, so each is held up a little, by turns of different lengths. */
// @ts-ignore: decorator
@inline function stagger(me: u32, round: u64): void {
  const turns = <u32>((round * 2654435761 + <u64>me * 40503) >> 7) & 63;
  for (let turn: u32 = 0; turn < turns; turn++) load64(board(me), 0);
}

/**
 * A batch for thread `me`, 0 or 1, after `before` rounds. It reads the other's cell, or with
 * `control` its control word. Returns to thread 0 in how many rounds both threads read an old
 * state, and to thread 1 0. u32.MAX_VALUE: a lock was not to be had, although nobody else takes it.
 */
export function batch(me: u32, before: u64, control: bool): u32 {
  const mine = bucketAt(me ? OTHER_CHAIN : 0);
  const others = bucketAt(me ? 0 : OTHER_CHAIN);
  const notes = board(me) + NOTES;
  for (let i: u32 = 0; i < BATCH; i++) {
    const round = before + i + 1;
    meet(me, round);
    stagger(me, round);
    const seen = loadControl(mine);
    if (!tryLock(mine, seen)) return u32.MAX_VALUE;
    plainStore64(mine + (CELL << 3), round, VALUES);
    unlock(mine, seen + SEQUENCE_ONE);
    const read = control ? loadControl(others) >> BELOW_SEQUENCE : loadValue(others, CELL);
    store<u8>(notes + i, read < round ? 1 : 0);
  }
  // The next batch's first meeting. Thread 1 begins that batch when thread 0 has told it to.
  meet(me, before + BATCH + 1);
  let both: u32 = 0;
  if (me == 0) {
    const theirs = board(1) + NOTES;
    for (let i: u32 = 0; i < BATCH; i++) both += load<u8>(notes + i) & load<u8>(theirs + i);
  }
  return both;
}

/** Rounds of a batch. */
export function rounds(): u32 { return BATCH; }
