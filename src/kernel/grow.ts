// Growth: when it begins, who carries it on, when it is promoted. Everything here is a CAS from exactly what was seen,
// or work that any thread may do again: no thread is waited for.
import { add64, store64, load64 } from './atomics';
import { bucketAt, level, loadControl, loadOverflow } from './bucket';
import { sweepSome } from './clear';
import { compact } from './compact';
import { evacuate, EVACUATED } from './evacuate';
import {
  advance, AMENDED, BUSY_FLAGS, casRoot, CHANGE, COMPACTING, noverflow, overLoadFactor, overShare, progress, reserveTable, rootB,
  sumCounts, SWEEPING, B_SHIFT, tableFits,
} from './header';
import { H_COMPACTED, H_GROWTHS, H_NEVACUATE, H_PROMOTIONS, H_SAME_SIZE, MAX_B } from './layout';
import { ensureSeed, heapTop, payDebt } from './thread';

/** Chains that were done by others and are passed over in one step (Go looks at 1024; here each is a cache miss). */
const RUN: u64 = 32;

/**
 * Chains that a write moves besides its own. Go moves one; chains in a row cost half of what single ones do (they share
 * cache lines and pages), and a growth that ends sooner lets more writes take the short path. Measured: inserting 4
 * million numbers, 250 ns each with 1, 205 with 3, no better with 7.
 */
const CHAINS_PER_WRITE: u32 = 3;

/** What each write owes to the growth or the sweep under way. True: there was any. */
export function growWork(root: u64): bool {
  if ((root & BUSY_FLAGS) == 0) return false;
  ensureSeed(root);
  if (root & SWEEPING) sweepSome(root, 1);
  if (root & AMENDED) moveSome(root, CHAINS_PER_WRITE + payDebt());
  if (root & COMPACTING) moveSome(root, 1);
  return true;
}

function moveSome(root: u64, chains: u32): void {
  const amended = (root & AMENDED) != 0;
  const b = rootB(root);
  const end: u64 = <u64>1 << (amended ? b - 1 : b);
  for (let i: u32 = 0; i < chains; i++) {
    const word = load64(0, H_NEVACUATE);
    let n = progress(word, root);
    if (n < end) {
      if (amended) {
        if (evacuate(root, n) != EVACUATED) return;
      } else {
        compact(root, n);
      }
      const stop = n + RUN < end ? n + RUN : end;
      for (n++; n < stop; n++) {
        if (amended ? level(loadControl(bucketAt(n))) != b : loadOverflow(bucketAt(n)) != 0) break;
      }
      advance(word, root, n, H_NEVACUATE);
    }
    if (n >= end) {
      if (amended) promote(root);
      else endSameSize(root);
      return;
    }
  }
}

/** `dirty` becomes part of `read`. The CAS is from the root under which every chain was seen evacuated. */
function promote(root: u64): void {
  if (casRoot(root, (root & ~AMENDED) + CHANGE)) add64(0, 1, H_PROMOTIONS);
}

function endSameSize(root: u64): void {
  if (!casRoot(root, (root & ~COMPACTING) + CHANGE)) return;
  add64(0, 1, H_SAME_SIZE);
  store64(0, (rootB(root) << 32) | noverflow(), H_COMPACTED); // a hint for `afterInsert`; late or lost, it does no harm
}

/** After an insert: begins a growth when the load factor, or the number of overflow buckets, asks for one. */
export function afterInsert(root: u64, stripeEntries: u64, newBucket: bool): void {
  if (root & BUSY_FLAGS) return; // growth waits for the one before
  const b = rootB(root);
  if (overShare(stripeEntries, b) && b < MAX_B && tableFits(<u64>1 << (b + 1), heapTop) && overLoadFactor(sumCounts(root), b)) {
    // The table's end is reserved first: a growth that does not fit never begins, and the map goes on in overflow buckets.
    if (reserveTable(<u64>1 << (b + 1), heapTop)) {
      if (casRoot(root, root + ((<u64>1 << B_SHIFT) | AMENDED) + CHANGE)) add64(0, 1, H_GROWTHS);
      return;
    }
  }
  if (newBucket) {
    const n = noverflow();
    if (n < <u64>1 << b) return;
    // Where compaction left many buckets (equal hashes, a table that cannot grow), wait until their number has doubled.
    const last = load64(0, H_COMPACTED);
    if (last >> 32 == b && n < 2 * (last & 0xffffffff)) return;
    casRoot(root, (root | COMPACTING) + CHANGE);
  }
}
