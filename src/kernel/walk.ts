// Where a walk through all entries is: a place in hash space, in reversed-bit order. A chain of level n holds one
// contiguous stretch of it, 2^-n of the whole, whatever the table's size has become since.
import { chainMask, level } from './bucket';
import { hashWord, reverse32 } from './hash';
import { ASTRAY, PARENT, route, routeChain, routeControl, routeHead } from './route';
import { ensureSeed, miss, newBit } from './thread';
import { isRecord, recordHash } from './word';

/** Hash bits that the order of a walk looks at: all that a level can have. */
const HASH_BITS: u32 = 0xffffff;

// The chain that `walkTo` has found, and its control word as it was then.
export let walkHead: usize = 0;
export let walkControl: u64 = 0;
export let walkChain: u32 = 0;
export let walkLevel: u64 = 0;

/** Finds the chain that holds a position under the root that was read. False: another thread changes the table there, look again. */
export function walkTo(position: u32, root: u64): bool {
  ensureSeed(root);
  const hash = <u64>reverse32(position);
  const at = route(root, hash);
  if (at == ASTRAY) return false;
  if (at == PARENT && (hash & newBit) != 0) miss();
  walkHead = routeHead;
  walkControl = routeControl;
  walkChain = <u32>routeChain;
  walkLevel = level(routeControl);
  return true;
}

/** The position behind the chain's stretch; 0: that was the end of hash space. */
// @ts-ignore: decorator
@inline export function walkNext(): u32 { return <u32>(<u64>reverse32(walkChain) + (<u64>1 << (32 - walkLevel))); }

/** Is a key that the chain shows this chain's own, from position `from` on and before `end` (0: no end)? */
export function isWithin(word: u64, from: u32, end: u32): bool {
  const hash = isRecord(word) ? <u32>recordHash(word) | (walkChain & 15) : <u32>hashWord(word) & HASH_BITS;
  // In a commit the parent still shows what has moved: that is the child's to list.
  if (((hash ^ walkChain) & <u32>chainMask(walkLevel)) != 0) return false;
  const position = reverse32(hash);
  return position >= from && (end == 0 || position < end);
}
