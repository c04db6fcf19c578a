// The value that a write has taken out of the map, given to JavaScript as `get` gives one. Its record, if it has one, is in
// this thread's hand: nobody frees or changes it before the hand is emptied.
import { emitInline, emitLive } from './find';
import { settle } from './hand';
import { loadEpoch, pageOf } from './page';
import { isLarge, loadHeader, recordKind } from './record';
import { ABSENT, damaged, NUMBER, setStatus } from './status';
import { FORM_STRUCTURED, isNumber, isRecord, NO_WORD, recordAddress } from './word';

/**
 * Puts out a value, NO_WORD for none, and empties the hand. A large record stays there, with all else: JavaScript copies
 * its pages and calls `settle`.
 */
export function putOut(word: u64): f64 {
  if (word != NO_WORD && isRecord(word)) {
    const record = recordAddress(word);
    const header = loadHeader(record);
    if (!emitLive(record, header, loadEpoch(pageOf(record)))) damaged();
    if (!isLarge(header)) settle();
    return NaN;
  }
  settle();
  if (isNumber(word)) {
    setStatus(NUMBER);
    return reinterpret<f64>(word);
  }
  if (word == NO_WORD) setStatus(ABSENT);
  else emitInline(word);
  return NaN;
}

/**
 * May a thread fail to decode the value? It must not leave the map before that is known. The header may be changing:
 * the caller's lock validates a no, and a wrong yes costs time.
 */
// @ts-ignore: decorator
@inline export function mayNotDecode(word: u64): bool {
  return isRecord(word) && recordKind(loadHeader(recordAddress(word))) == FORM_STRUCTURED;
}
