// A writer's search: optimistic, from an unlocked control word. A lock taken from exactly that word validates all of it.
import { loadControl, loadKey, loadOverflow, loadTop, LOCK, sameGen, stillReads } from './bucket';
import { endless, MANY_HOPS } from './endless';
import { evacuate, EVACUATED, NO_MEMORY } from './evacuate';
import { loadRoot, SHRINKING } from './header';
import { growWork } from './grow';
import { hashKey, keyHash, keyIsBytes, keyIsLong, keyIsStale, keyMask, keyPattern, keyTop, sameKey } from './key';
import { longCandidate, longWalk } from './long-key';
import { ASTRAY, PARENT, route, routeChain, routeControl, routeHead } from './route';
import { busyAt, CANDIDATE, CORRUPT, LOST, NO, REHASH, YES } from './status';
import { sweepChain } from './clear';
import { ensureSeed, retry } from './thread';
import { endsHere, lowestCell, matchEmpty, matchTop } from './tophash';

// Where the search ended.
export let atRoot: u64 = 0;
export let atChain: u64 = 0;
export let atHead: usize = 0;
export let atControl: u64 = 0;
export let atBucket: usize = 0; // the bucket that holds the key
export let atCell: usize = 0;
export let atBefore: usize = 0; // the bucket before that one, 0 for the root bucket
export let atFree: usize = 0; // the first bucket with an empty cell, 0 when the chain is full
export let atFreeCell: usize = 0;
export let atLast: usize = 0; // the last bucket of the chain

/** Looks at a locked chain this often before it lets JavaScript park the thread. */
const SPINS: u32 = 200;
/** Attempts to move a chain that others keep changing, before a write goes on in the parent. */
const EVACUATION_TRIES: u32 = 8;

/** Look again: another thread has changed what was seen, or (ON) this one has carried the growth on. */
const AGAIN: i32 = 2;
const ON: i32 = 3;

let lost: u32 = 0;
let spins: u32 = 0;
let tries: u32 = 0;
let helped: bool = false;

/** Before the first `search` of an operation. */
export function startSearch(): void {
  lost = 0;
  spins = 0;
  tries = 0;
  helped = false;
}

/**
 * Finds the prepared key's cell, or an empty one, in a chain that is up to date; carries a growth or a sweep on first.
 * YES: present at atBucket, atCell. NO: absent. Both hold while the control word is atControl.
 * CORRUPT: the chain has no end, or none answers for the key.
 */
export function search(): i32 {
  while (true) {
    const r = attempt();
    if (r < AGAIN) return r;
    if (r == AGAIN) retry();
  }
}

function attempt(): i32 {
  const root = loadRoot();
  ensureSeed(root);
  hashKey();
  if (keyIsStale()) return REHASH;
  if (!helped) {
    helped = true;
    if (growWork(root)) return ON;
  }
  const at = route(root, keyHash);
  if (at == ASTRAY) return astray();
  const chain = routeChain;
  const head = routeHead;
  const control = routeControl;
  // The chain that is needed moves first; where it cannot, the parent still is the truth. In a shrink it is that anyway.
  if (at == PARENT && tries < EVACUATION_TRIES && (root & SHRINKING) == 0) {
    tries++;
    const r = evacuate(root, chain);
    if (r != NO_MEMORY) return r == EVACUATED ? ON : tries < EVACUATION_TRIES ? AGAIN : waitOr(head);
    tries = EVACUATION_TRIES;
    return ON;
  }
  if (control & LOCK) return waitOr(head);
  if (!sameGen(control, root)) {
    sweepChain(root, chain);
    return ++spins > SPINS ? busyAt(head) : ON;
  }
  atRoot = root;
  atChain = chain;
  atHead = head;
  atControl = control;
  if (!keyIsLong()) return scan();
  longWalk();
  const r = scan();
  return r == NO && longCandidate() ? CANDIDATE : r;
}

/** No chain answers for the key under this root: another thread has changed that, or the memory is damaged. */
function astray(): i32 { return ++lost > LOST ? CORRUPT : AGAIN; }

/** Spins a while on a locked chain, then BUSY. */
function waitOr(head: usize): i32 {
  if (loadControl(head) & LOCK) {
    if (++spins > SPINS) return busyAt(head);
  }
  return AGAIN;
}

function scan(): i32 {
  let bucket = atHead;
  let hops: u32 = 0;
  atBefore = 0;
  atFree = 0;
  while (true) {
    const top = loadTop(bucket);
    for (let m = matchTop(top, keyTop); m; m &= m - 1) {
      const cell = lowestCell(m);
      const word = loadKey(bucket, cell);
      if ((word & keyMask) != keyPattern) continue;
      if (keyIsBytes) {
        if (!stillReads(atHead, atControl)) return AGAIN;
        if (!sameKey(word)) continue;
      }
      atBucket = bucket;
      atCell = cell;
      return YES;
    }
    if (atFree == 0) {
      const empty = matchEmpty(top);
      if (empty) {
        atFree = bucket;
        atFreeCell = lowestCell(empty);
      }
    }
    const next: usize = endsHere(top) ? 0 : loadOverflow(bucket);
    if (next == 0) {
      atLast = bucket;
      return NO;
    }
    if (!stillReads(atHead, atControl)) return AGAIN;
    if (++hops > MANY_HOPS) {
      if (endless(bucket, atHead, atControl)) return CORRUPT;
      hops = 0;
    }
    atBefore = bucket;
    bucket = next;
  }
}

/** For an operation that ends up storing nothing: did what it saw stand at one instant? */
export function confirmed(): bool { return loadControl(atHead) == atControl; }
