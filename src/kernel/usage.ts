// What the heap holds, for stats(): a look at each page's anchor.
import { load64 } from './atomics';
import { frontierBuckets, frontierPages, loadFrontier, loadRoot, noverflow, rootB } from './header';
import {
  BUCKET_SIZE, H_GROWTHS, H_NEVACUATE, H_PROMOTIONS, H_SAME_SIZE, H_SHRINKS, MIN_B, PAGE_SIZE, TABLE,
} from './layout';
import {
  anchorClass, anchorFree, capacity, CLASS_LARGE, classSize, loadAnchor,
} from './page';
import { progress, AMENDED, COMPACTING, SHRINKING, SWEEPING } from './header';
import { damaged } from './status';
import { ensureSeed, heapTop, pages } from './thread';

/** Bytes in use: header, published table, records, overflow buckets, large values. */
export function bytesUsed(): f64 {
  let used = <u64>TABLE + (<u64>BUCKET_SIZE << rootB(loadRoot()));
  const n = frontierPages(loadFrontier());
  if (n > pages) damaged();
  for (let p: u32 = 0; p < n; p++) {
    const a = loadAnchor(p);
    const cls = anchorClass(a);
    if (cls == CLASS_LARGE) used += PAGE_SIZE;
    else if (cls) used += <u64>(capacity(cls) - anchorFree(a)) * classSize(cls);
  }
  return <f64>used;
}

/** The longest value that an empty map of this size holds: all pages but that of its record. */
export function longestValue(): f64 {
  const room = <f64>heapTop - <f64>(TABLE + (BUCKET_SIZE << <usize>MIN_B));
  const whole = floor<f64>(room / <f64>PAGE_SIZE) - 1;
  return whole < 1 ? 0 : whole * <f64>PAGE_SIZE;
}

/** High-water mark: header, everything the table ever reserved, every heap page ever taken. */
export function bytesCommitted(): f64 {
  const f = loadFrontier();
  return <f64>(<u64>TABLE + <u64>frontierBuckets(f) * BUCKET_SIZE + <u64>frontierPages(f) * PAGE_SIZE);
}

/** Chains that the growth or the shrink under way has done. */
export function nevacuate(): f64 {
  const root = loadRoot();
  return (root & (AMENDED | COMPACTING)) != 0 ? <f64>progress(load64(0, H_NEVACUATE), root) : 0;
}

/** 1: the table doubles. 2: a same-size growth. 4: a clear is being swept. 8: the table halves. */
export function work(): u32 {
  const root = loadRoot();
  const size: u32 = (root & SHRINKING) != 0 ? 8 : <u32>(root & AMENDED);
  return size | <u32>(root & COMPACTING) | ((root & SWEEPING) != 0 ? 4 : 0);
}

export function b(): u32 {
  const root = loadRoot();
  ensureSeed(root);
  return <u32>rootB(root);
}
export function overflowBuckets(): f64 { return <f64>noverflow(); }
export function growths(): f64 { return <f64>load64(0, H_GROWTHS); }
export function sameSizeGrowths(): f64 { return <f64>load64(0, H_SAME_SIZE); }
export function shrinks(): f64 { return <f64>load64(0, H_SHRINKS); }
export function promotions(): f64 { return <f64>load64(0, H_PROMOTIONS); }
