// Making room for entries before they come: the table grows at once, and does not shrink below that by itself.
import { cas32, load32 } from './atomics';
import { AMENDED, BUSY_FLAGS, casRoot, CHANGE, loadRoot, reserveTable, rootB, roomFor, SHRINKING } from './header';
import { carryOut, startGrowth } from './grow';
import { settle } from './hand';
import { H_FLOOR, LOAD_NUM, LOAD_SHIFT } from './layout';
import { turnToGrowth } from './shrink';
import { FULL, YES } from './status';
import { heapTop } from './thread';

/** YES: the table holds `entries` below its load factor. FULL: such a table does not fit. BUSY: a chain stayed locked, call again. */
export function reserve(entries: f64): i32 {
  settle();
  const b = roomFor(entries);
  if (<f64>((LOAD_NUM << b) >> LOAD_SHIFT) < entries || !reserveTable(<u64>1 << b, heapTop)) return FULL;
  raiseFloor(<u32>b);
  while (true) {
    const root = loadRoot();
    const shrinking = (root & SHRINKING) != 0;
    if (rootB(root) > b || (rootB(root) == b && (root & AMENDED) == 0)) return YES;
    if (shrinking) {
      turnToGrowth(root);
    } else if (root & BUSY_FLAGS) {
      const r = carryOut();
      if (r != YES) return r;
    } else {
      startGrowth(root);
    }
  }
}

/** Who begins a shrink looks at the root first and at the floor then: a root that has changed since stops whoever saw the floor before. */
function raiseFloor(b: u32): void {
  let floor = load32(0, H_FLOOR);
  while (floor < b) {
    const was = cas32(0, floor, b, H_FLOOR);
    if (was == floor) {
      const root = loadRoot();
      casRoot(root, root + CHANGE); // if it fails, it has changed
      return;
    }
    floor = was;
  }
}
