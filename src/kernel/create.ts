// Making a map: before any other thread knows of it.
import { store32, store64 } from './atomics';
import { bucketAt, LIVE } from './bucket';
import { B_SHIFT, reserveTable, roomFor, ROOT_ONE } from './header';
import {
  CONTROL, H_FLOOR, H_MAGIC, H_MAX_BYTES, H_ROOT, H_SEED0, H_SEED1, H_VERSION, LAYOUT_VERSION, MAGIC,
} from './layout';
import { heapTop, measure } from './thread';
import { FULL, YES } from './status';

/** Lays out an empty map for `entries` entries in fresh memory of `maxBytes`. FULL: so many do not fit. */
export function create(maxBytes: u32, entries: f64, s0: u32, s1: u32, s2: u32, s3: u32): i32 {
  measure(maxBytes);
  const b = roomFor(entries);
  if (!reserveTable(<u64>1 << b, heapTop)) return FULL;
  store64(0, (<u64>s1 << 32) | s0, H_SEED0);
  store64(0, (<u64>s3 << 32) | s2, H_SEED1);
  store32(0, maxBytes, H_MAX_BYTES);
  store32(0, <u32>b, H_FLOOR);
  const control = LIVE | (b << B_SHIFT);
  for (let chain: u64 = 0; chain < <u64>1 << b; chain++) store64(bucketAt(chain), control, CONTROL);
  store64(0, ROOT_ONE | (b << B_SHIFT), H_ROOT);
  store32(0, LAYOUT_VERSION, H_VERSION);
  store32(0, MAGIC, H_MAGIC);
  return YES;
}
