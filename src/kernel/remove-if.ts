// Deleting a key on a condition: compareAndDelete, and deletes by a token.
import { COMPARE } from './assign';
import { loadValue } from './bucket';
import { settle } from './hand';
import { prepareKey } from './key';
import { unlink } from './remove';
import { atBucket, atCell, confirmed, search, startSearch } from './search';
import { NO, YES } from './status';
import { retry } from './thread';
import { isToken } from './token';
import { expectsStaged, isExpected } from './value';

/**
 * YES: it was there with the value that `expect` (COMPARE) or `expectToken` (MATCH) has named. Where this call is to come
 * again, after BUSY or with a candidate compared, what was staged stays in the hand.
 */
export function removeIf(verb: u32, form: u32, length: u32, number: f64): i32 {
  if (!(verb == COMPARE && expectsStaged())) settle();
  prepareKey(form, length, number);
  startSearch();
  while (true) {
    const r = search();
    if (r != YES && r != NO) return r;
    if (r == YES && meets(verb, loadValue(atBucket, atCell))) {
      if (unlink()) {
        settle();
        return YES;
      }
    } else if (confirmed()) {
      settle();
      return NO;
    }
    retry();
  }
}

/** A record's memory may be changing: the lock validates, or `confirmed`. */
function meets(verb: u32, value: u64): bool { return verb == COMPARE ? isExpected(value) : isToken(value); }
