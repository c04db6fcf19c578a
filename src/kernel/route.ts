// Which chain answers for a hash under a root. The parent is asked first, so that the page of a chain
// that is not born yet is not read: a page that is read before it is written costs a second fault,
// and an interrupt of the other processors.
//
//   1. load the parent's word: the chain under the mask of `read`
//   2. level b: it answers, but for a hash with the new bit, for which its child does
//   3. level b - 1, while the table is between two sizes: it answers for both halves
//   4. anything else: the root has changed, begin again
//
// "The parent is at level b and its child is not born" is never a state. A split makes the child
// live before it raises the parent's level; a merge lowers the level after the parent shows all
// entries. Both hold the parent's lock. So a reader that meets it has seen two instants, and begins
// again with a new root. Where both are live, both hold the same entries, and both are locked.
//
// The control word says by itself for which hashes its chain answers. So a root of long ago finds
// another level, or the right chain.
import { bucketAt, chainMask, isLive, level, loadControl, ROUTE_MASK } from './bucket';
import { AMENDED, rootB } from './header';
import { miss, nearRoot, newBit } from './thread';

/** No chain answers under this root. */
export const ASTRAY: i32 = 0;
/** The chain is at the level of the root. */
export const OWN: i32 = 1;
/** The chain is at the level below, and answers for its child too. */
export const PARENT: i32 = 2;

// What `route` has found.
export let routeChain: u64 = 0;
export let routeHead: usize = 0;
export let routeControl: u64 = 0;

/** Finds the chain that answers for a hash, and its control word. */
export function route(root: u64, hash: u64): i32 {
  const b = rootB(root);
  const amended = root & AMENDED;
  let chain = hash & chainMask(b - amended);
  let head = bucketAt(chain);
  let control = loadControl(head);
  let found = OWN;
  if (level(control) != b) {
    if (amended == 0 || level(control) + 1 != b) return ASTRAY;
    found = PARENT;
  } else if (chain != (hash & chainMask(b))) {
    chain = hash & chainMask(b);
    head = bucketAt(chain);
    control = loadControl(head);
    if (level(control) != b) return ASTRAY;
  }
  if (!isLive(control)) return ASTRAY;
  routeChain = chain;
  routeHead = head;
  routeControl = control;
  return found;
}

/**
 * For the short paths, whose root is `knownRoot`: does the parent with this control word answer for
 * the hash at the level below? Counts a look-up that a split would spare. Without a growth or a
 * shrink `nearRoot` is the root, and this says what `routed` says.
 */
// @ts-ignore: decorator
@inline export function answersBelow(control: u64, hash: u64): bool {
  if (((control ^ nearRoot) & ROUTE_MASK) != 0) return false;
  if ((hash & newBit) != 0) miss();
  return true;
}
