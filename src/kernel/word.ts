// A key or a value is one 64-bit word. Numbers are float64 bits; everything else lives in the NaN space:
//
//   63          51 50 49 48                29 28              0
//   ┌─────────────┬─────┬────────────────────┬─────────────────┐
//   │ all ones    │ tag │                payload               │
//   └─────────────┴─────┴────────────────────┴─────────────────┘
//   special  tag 0: code in bits 0 to 1
//   string   tag 1: 0 to 5 Latin-1 bytes in bits 0 to 39, their number in bits 40 to 42
//   bigint   tag 2: the same, of its hexadecimal text
//   record   tag 3: bits 29 to 48 are hash bits 4 to 23 (keys; 0 for values), bits 0 to 28 the address / 8
//
// In maps of kind 'bigint' a number stands for each bigint of 64 bits that has one: int64.ts. In maps of
// records with a single field the number stands for the record.
//
// Each key has exactly one word, but for records, whose bytes are compared. A stored number is canonical (one NaN),
// so no user's NaN payload can be taken for a tag.

export const NAN_WORD: u64 = 0x7ff8000000000000;
export const TAGGED: u64 = 0xfff8000000000000;
export const TAG_STRING: u64 = 0xfffa000000000000;
export const TAG_BIGINT: u64 = 0xfffc000000000000;
export const TAG_RECORD: u64 = 0xfffe000000000000;
const ADDRESS_BITS: u64 = 29;
const ADDRESS_MASK: u64 = (1 << 29) - 1;
const HASH_LOW: u64 = 4; // hash bits below choose the count stripe and are those of the chain anyway
const HASH_MASK: u64 = 0xfffff;
export const MAX_INLINE: u32 = 5; // bytes
/** No key or value has it: as a record, its address would lie beyond any memory. */
export const NO_WORD: u64 = 0xffffffffffffffff;

// Forms of an argument, as it comes from JavaScript, and kinds of a record.
export const FORM_NUMBER: u32 = 0;
export const FORM_LATIN1: u32 = 1; // also a record kind, as all up to FORM_BYTES
export const FORM_UTF16: u32 = 2;
export const FORM_BIGINT: u32 = 3;
export const FORM_BYTES: u32 = 4;
export const FORM_STRUCTURED: u32 = 5;
export const FORM_SPECIAL: u32 = 6;
export const FORM_STAGED: u32 = 7; // the bytes are in a record of the hand
export const FORM_LONG: u32 = 8; // long-key.ts

// @ts-ignore: decorator
@inline export function isNumber(w: u64): bool { return w < TAGGED; }

// @ts-ignore: decorator
@inline export function isRecord(w: u64): bool { return w >= TAG_RECORD; }

/** A value's word: -0 stays, every NaN is the one. */
// @ts-ignore: decorator
@inline export function numberWord(x: f64): u64 { return x == x ? reinterpret<u64>(x) : NAN_WORD; }

/** A key's word: -0 is 0, as in Map. */
// @ts-ignore: decorator
@inline export function numberKeyWord(x: f64): u64 { return x == x ? reinterpret<u64>(x + 0.0) : NAN_WORD; }

/** 0 to 5 bytes at `p` as a word. Reads 8 bytes. */
// @ts-ignore: decorator
@inline export function inlineWord(tag: u64, p: usize, size: u32): u64 {
  return tag | (<u64>size << 40) | (load<u64>(p) & ((<u64>1 << (size << 3)) - 1));
}

// @ts-ignore: decorator
@inline export function inlineLength(w: u64): u32 { return <u32>(w >> 40) & 7; }

// @ts-ignore: decorator
@inline export function recordWord(address: usize, hash: u64): u64 {
  return TAG_RECORD | (((hash >> HASH_LOW) & HASH_MASK) << ADDRESS_BITS) | (<u64>address >> 3);
}

// @ts-ignore: decorator
@inline export function recordAddress(w: u64): usize { return <usize>((w & ADDRESS_MASK) << 3); }

/** Everything of a record word but the address: what two words of one key share. */
// @ts-ignore: decorator
@inline export function recordPattern(w: u64): u64 { return w & ~ADDRESS_MASK; }

/** Hash bits 4 to 23 that a key's record word carries, in place. */
// @ts-ignore: decorator
@inline export function recordHash(w: u64): u64 { return ((w >> ADDRESS_BITS) & HASH_MASK) << HASH_LOW; }
