// Does a chain have an end? Damaged memory may have bent one into a ring, and no walk is to go round it for ever. Asked
// only after many hops, so an ordinary walk pays nothing for it.
import { loadOverflow, stillReads } from './bucket';

/** Hops after which a walk asks; a chain may well be longer, and then the walk goes on and asks again. */
export const MANY_HOPS: u32 = 4096;

/** More hops than any pool has buckets. */
const MAX_HOPS: u32 = 1 << 25;

/**
 * Does the chain of `head`, whose control word was `control` when the walk began, lead from `bucket` back to a bucket that
 * it has passed? Within one version no bucket leaves a chain, so none can come again (Brent's turtle and hare).
 */
export function endless(bucket: usize, head: usize, control: u64): bool {
  let turtle = bucket;
  let hops: u32 = 0;
  for (let hare = loadOverflow(bucket); hare != 0; hare = loadOverflow(hare)) {
    if (!stillReads(head, control)) return false;
    if (hare == turtle || ++hops > MAX_HOPS) return true;
    if ((hops & (hops - 1)) == 0) turtle = hare;
  }
  return false;
}
