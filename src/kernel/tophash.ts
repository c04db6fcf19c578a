// Tophash: eight bytes of a bucket, one for each cell, always read and written as one 64-bit word.
// The five states are Go's. In all of them the cell is empty, may be filled, and keeps the words of its last entry:

/** This cell and all above it are empty, and the chain ends here. */
export const emptyRest: u64 = 0;
export const emptyOne: u64 = 1;
/** In a child: the entry at this place of the parent stayed in the parent, the X half. */
export const evacuatedX: u64 = 2;
/** In a parent: the entry moved to the child, the Y half. */
export const evacuatedY: u64 = 3;
/** In a child: there was nothing to move. */
export const evacuatedEmpty: u64 = 4;
/**
 * Go's is 5. With 5, a cell of that tophash and an empty one above it in state 4 look alike to `matchTop`, and a deleted
 * entry is found again: no tophash may differ from a state in the lowest bit alone.
 */
export const minTopHash: u64 = 6;

const ONES: u64 = 0x0101010101010101;
const HIGHS: u64 = 0x8080808080808080;

/** The high 8 bits of a hash, moved up over the states. */
// @ts-ignore: decorator
@inline export function topHash(hash: u64): u64 {
  const top = hash >> 24;
  return top < minTopHash ? top + minTopHash : top;
}

/**
 * The high bit of each byte that equals `top`. A byte above such a one is taken for equal, too, if it differs in the lowest
 * bit alone: by `minTopHash` that is a live cell, whose key then differs. The lowest bit of the result is exact.
 */
// @ts-ignore: decorator
@inline export function matchTop(word: u64, top: u64): u64 {
  const x = word ^ (top * ONES);
  return (x - ONES) & ~x & HIGHS;
}

/** The high bit of each byte that is empty (exact for every byte). */
// @ts-ignore: decorator
@inline export function matchEmpty(word: u64): u64 {
  // A byte is empty iff its high bit is clear and its low seven bits are below minTopHash.
  return ~(((word & ~HIGHS) + (0x80 - minTopHash) * ONES) | word) & HIGHS;
}

// @ts-ignore: decorator
@inline export function matchLive(word: u64): u64 { return ~matchEmpty(word) & HIGHS; }

/** Cell number of the lowest set high bit: in 32 bits, so that an offset takes one mask, no two shifts. */
// @ts-ignore: decorator
@inline export function lowestCell(match: u64): usize { return <usize>ctz(match) >> 3; }

/** High bits to whole bytes. */
// @ts-ignore: decorator
@inline export function byteMask(highBits: u64): u64 { return (highBits >> 7) * 0xff; }

// @ts-ignore: decorator
@inline export function topAt(word: u64, cell: usize): u64 { return (word >> (<u64>cell << 3)) & 0xff; }

// @ts-ignore: decorator
@inline export function withTop(word: u64, cell: usize, top: u64): u64 {
  const shift = <u64>cell << 3;
  return (word & ~(<u64>0xff << shift)) | (top << shift);
}

/** All cells above the last are emptyRest when the top byte is: nothing to look for in this chain any more. */
// @ts-ignore: decorator
@inline export function endsHere(word: u64): bool { return (word >> 56) == emptyRest; }

/** The word after the entry at `cell` is gone; trailing empty cells become emptyRest where the chain ends here. */
// @ts-ignore: decorator
@inline export function withoutCell(word: u64, cell: usize, last: bool): u64 {
  const w = withTop(word, cell, emptyOne);
  return last ? trimmed(w) : w;
}

/** The word of a bucket that ends its chain, with emptyRest above its highest entry. */
// @ts-ignore: decorator
@inline export function trimmed(word: u64): u64 {
  const live = matchLive(word);
  // clz is 64 for an empty bucket: the shift would wrap.
  return live == 0 ? 0 : word & (0xffffffffffffffff >> clz(live));
}

/** The word of a bucket that ends its chain no longer: no emptyRest. */
// @ts-ignore: decorator
@inline export function untrimmed(word: u64): u64 { return word | ((~matchNonZero(word) & HIGHS) >> 7); }

/** The child's word: moved cells keep their tophash, the others say why they are empty. */
// @ts-ignore: decorator
@inline export function childTop(word: u64, moved: u64): u64 {
  const m = byteMask(moved);
  const stayed = byteMask(matchLive(word) & ~moved);
  const unused = byteMask(matchEmpty(word)) & byteMask(matchNonZero(word));
  return (word & m) | (evacuatedX * ONES & stayed) | (evacuatedEmpty * ONES & unused);
}

/** The parent's word once the moved cells are gone. */
// @ts-ignore: decorator
@inline export function parentTop(word: u64, moved: u64): u64 {
  const m = byteMask(moved);
  return (word & ~m) | (evacuatedY * ONES & m);
}

// @ts-ignore: decorator
@inline function matchNonZero(word: u64): u64 { return (((word & ~HIGHS) + ~HIGHS) | word) & HIGHS; }
