// A token names the value that a read has found, so that a later write can tell whether it is still the very same: the
// value's word, and for a record its header, whose version steps when it is freed, and the epoch of its page, which steps
// when the page is cut anew. Equal words without a record are equal values, whatever came in between; and a record of
// this address, version and epoch was never let go of, so it has been this key's value all the time.
import { find, emitInline, emitLive, foundValue, stillFound } from './find';
import { prepareKey } from './key';
import { S_EPOCH, S_STAMP, S_WORD } from './layout';
import { loadEpoch, pageOf } from './page';
import { loadHeader, stillRecord } from './record';
import { ABSENT, failed, NO, NUMBER, setStatus, YES } from './status';
import { retry, scratch } from './thread';
import { isNumber, isRecord, recordAddress } from './word';

let tokenWord: u64 = 0;
let tokenHeader: u64 = 0;
let tokenEpoch: u32 = 0;

/** `get` with a token: its word at S_WORD, header and epoch at S_STAMP and S_EPOCH. There is none where the key is absent. */
export function look(form: u32, length: u32, number: f64): f64 {
  prepareKey(form, length, number);
  while (true) {
    const r = find();
    if (r == NO) {
      setStatus(ABSENT);
      return NaN;
    }
    if (r != YES) return failed(r);
    store<u64>(scratch, foundValue, S_WORD);
    if (isNumber(foundValue)) {
      setStatus(NUMBER);
      return reinterpret<f64>(foundValue);
    }
    if (!isRecord(foundValue)) {
      emitInline(foundValue);
      return NaN;
    }
    const record = recordAddress(foundValue);
    const epoch = loadEpoch(pageOf(record));
    const header = loadHeader(record);
    if (stillFound() && emitLive(record, header, epoch)) {
      store<u64>(scratch, header, S_STAMP);
      store<u32>(scratch, epoch, S_EPOCH);
      return NaN;
    }
    retry();
  }
}

/** Before a write by a token. */
export function expectToken(low: u32, high: u32, headerLow: u32, headerHigh: u32, epoch: u32): void {
  tokenWord = (<u64>high << 32) | low;
  tokenHeader = (<u64>headerHigh << 32) | headerLow;
  tokenEpoch = epoch;
}

/** Is the value with this word the one that the token names? The caller validates that the word was there meanwhile. */
export function isToken(word: u64): bool {
  return word == tokenWord && (!isRecord(word) || stillRecord(recordAddress(word), tokenHeader, tokenEpoch));
}
