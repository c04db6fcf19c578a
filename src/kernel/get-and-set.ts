// getAndSet: a set that gives back the value that it has replaced.
import { AGAIN, append, EXCHANGE, replace } from './assign';
import { loadValue } from './bucket';
import { settle } from './hand';
import { prepareKey } from './key';
import { mayNotDecode, putOut } from './old-value';
import { atBucket, atCell, search, startSearch } from './search';
import { BUSY, failed, FULL, LOOK_FIRST, YES } from './status';
import { retry } from './thread';
import { prepareValue } from './value';
import { FORM_STAGED, NO_WORD } from './word';

/** As `get` returns a value: ABSENT when there was none. LOOK_FIRST: nothing was done. */
export function getAndSet(form: u32, length: u32, number: f64, valueForm: u32, valueLength: u32, value: f64): f64 {
  if (form != FORM_STAGED && valueForm != FORM_STAGED) settle();
  prepareKey(form, length, number);
  prepareValue(valueForm, valueLength, value);
  startSearch();
  while (true) {
    let r = search();
    let old = NO_WORD;
    if (r >= 0) {
      // The lock is taken from the control word seen before this: it validates the word along with the search.
      if (r == YES) {
        old = loadValue(atBucket, atCell);
        if (mayNotDecode(old)) {
          settle();
          return failed(LOOK_FIRST);
        }
      }
      r = r == YES ? replace(EXCHANGE) : append();
    }
    if (r == YES) return putOut(old);
    if (r != AGAIN) {
      if (r != BUSY && r != FULL) settle(); // those: JavaScript calls again with what was staged, or settles
      return failed(r);
    }
    retry();
  }
}
