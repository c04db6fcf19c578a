// getAndDelete: a delete that gives back the value.
import { loadValue } from './bucket';
import { settle } from './hand';
import { prepareKey } from './key';
import { mayNotDecode, putOut } from './old-value';
import { unlink } from './remove';
import { atBucket, atCell, confirmed, search, startSearch } from './search';
import { failed, LOOK_FIRST, NO, YES } from './status';
import { retry } from './thread';
import { NO_WORD } from './word';

/** As `get` returns a value: ABSENT when there was none. LOOK_FIRST: nothing was done. */
export function getAndDelete(form: u32, length: u32, number: f64): f64 {
  settle();
  prepareKey(form, length, number);
  startSearch();
  while (true) {
    const r = search();
    if (r == NO) {
      if (confirmed()) return putOut(NO_WORD);
    } else if (r == YES) {
      // The lock is taken from the control word seen before this: it validates the word along with the search.
      const old = loadValue(atBucket, atCell);
      if (mayNotDecode(old)) return failed(LOOK_FIRST);
      if (unlink()) return putOut(old);
    } else {
      return failed(r);
    }
    retry();
  }
}
