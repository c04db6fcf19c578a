// What no map in shared memory can avoid: to be called, and to read lines of memory at random places. Compiled as the map's own kernel
// is (src/build/compile.mjs). A key is an index times KNUTH as an int32 (bench/harness/keys.ts); the answers are what a get must give.

/** KNUTH's inverse modulo 2^32: a key times it is the index again. */
const INVERSE: i32 = 244002641;
/** Bytes of memory for an entry: what the map's table takes for a number under a number. */
const PER_ENTRY: u32 = 40;
/** Scatters the second place: far from the first, and as random. */
const SCATTER: u32 = 2246822519;

/** Writes its index into each entry. */
export function fill(entries: u32): void {
  for (let index: u32 = 0; index < entries; index++) atomic.store<u64>(index * PER_ENTRY, index);
}

export function call(key: i32): f64 {
  return <f64>(key * INVERSE);
}

export function oneLine(key: i32): f64 {
  return <f64>atomic.load<u64>(<u32>(key * INVERSE) * PER_ENTRY);
}

/** The second address does not wait for the first load, as in a table: both follow from the key. */
export function twoLines(key: i32, entries: u32): f64 {
  const index = <u32>(key * INVERSE);
  const other = <u32>((<u64>(index * SCATTER) * <u64>entries) >>> 32);
  const first = atomic.load<u64>(index * PER_ENTRY);
  const second = atomic.load<u64>(other * PER_ENTRY + 8);
  return <f64>(first + second);
}
