// Staging: bytes that are too long for the scratch are put straight into a large record, which the operation then links
// or gives back. Reading a large record goes page by page too.
import { load32 } from './atomics';
import { HAND_EXPECTED, HAND_NEW_KEY, HAND_NEW_VALUE, inHand, settle } from './hand';
import { finishSweep } from './clear';
import { LARGE_FIRST, MAX_SMALL, NEXT_PAGE, S_NEXT, S_VALUE } from './layout';
import { makeLarge, makeRecord } from './record';
import { isPageNumber, pageBase, pageEntry } from './page';
import { BUSY, FULL, YES } from './status';
import { giveRecord } from './heap';
import { scratch, slot } from './thread';

/** What is staged: 0 key, 1 value, 2 expected value. */
// @ts-ignore: decorator
@inline function note(what: u32): usize { return what == 0 ? HAND_NEW_KEY : what == 1 ? HAND_NEW_VALUE : HAND_EXPECTED; }

/** Takes a record for `length` bytes. YES: a large one's first page, its number + 1, is at S_NEXT: JavaScript fills the pages. */
export function stage(what: u32, kind: u32, length: u32, first: bool): i32 {
  if (first) settle();
  while (true) {
    if (length <= MAX_SMALL) {
      // Small enough for a record, too long for its own region: the bytes are at S_VALUE.
      if (makeRecord(kind, scratch + S_VALUE, length, note(what)) != 0) return YES;
    } else if (makeLarge(kind, length, note(what)) != 0) {
      store<u32>(scratch, load32(inHand(note(what)), LARGE_FIRST), S_NEXT);
      return YES;
    }
    giveRecord(slot, note(what)); // as far as it got
    const r = finishSweep();
    if (r == YES) continue;
    return r == BUSY ? BUSY : FULL; // what was staged before stays: JavaScript calls again, or settles
  }
}

/** Address of page number `page` - 1; the next one's number + 1 goes to S_NEXT. 0: there is no such page. */
export function largePage(page: u32): u32 {
  if (!isPageNumber(page)) return 0;
  store<u32>(scratch, load32(pageEntry(page - 1), NEXT_PAGE), S_NEXT);
  return <u32>pageBase(page - 1);
}
