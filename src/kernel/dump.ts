// Dumping: the entries of whole chains, keys and values in the form that a snapshot stores them in, as many as this
// thread's scratch holds. It only reads, as `get` does. What it cannot put there at once is left to JavaScript, which
// lists that chain and reads each entry of it.
import { load64 } from './atomics';
import { loadControl, loadKey, loadOverflow, loadTop, loadValue, LOCK, READ_MASK, sameGen, stillReads } from './bucket';
import { endless, MANY_HOPS } from './endless';
import { loadRoot } from './header';
import { isOver } from './iterate';
import { KEYS, PAGE_SIZE, S_EXPECTED, S_MORE, S_NEXT, S_VALUE, VALUES } from './layout';
import { loadEpoch, pageOf } from './page';
import { copyRecord, isKind, isLarge, loadHeader, recordKind, recordLength, stillRecord } from './record';
import { damaged, ENDED, LOST, setLength } from './status';
import { retry, scratch } from './thread';
import { lowestCell, matchLive } from './tophash';
import { isWithin, walkControl, walkHead, walkNext, walkTo } from './walk';
import {
  FORM_BIGINT, FORM_LATIN1, FORM_NUMBER, FORM_SPECIAL, inlineLength, isNumber, isRecord, recordAddress, TAG_BIGINT, TAG_STRING,
} from './word';

// An entry, at S_VALUE: its forms in one byte, the key's low and the value's high, then the key, then the value.
//   number   its float64
//   special  its code in one byte
//   others   u32 length, bytes
const MOST_INLINE: u32 = 16; // bytes of a key or value that is no record, and what a store of 8 bytes writes behind it
const ROOM: u32 = <u32>(S_EXPECTED - S_VALUE);

/** Chains that one call goes through at most: a thread that dumps an empty table is to hear of other things meanwhile. */
const MOST_CHAINS: u32 = 4096;

/** Looks at a chain that others keep changing before it is left to JavaScript. */
const TRIES: u32 = 3;

const DONE: i32 = 0;
const AGAIN: i32 = -1; // another thread has changed what was looked at
const TOO_LONG: i32 = -2; // it does not fit behind what was written before

let written: u32 = 0;
let entries: u32 = 0;
let overflowing: bool = false; // the chain has overflow buckets

// A writer who moves entries between the buckets of a chain shows them twice for a moment, under its lock. So a chain
// that was found locked is looked at once more, and its key words are noted: behind the dump, where nothing else is now.
const MOST_NOTED: u32 = <u32>((PAGE_SIZE - S_EXPECTED) >> 3);
let noting: bool = false;
let noted: u32 = 0;

/**
 * Dumps the entries from position `from` on. Returns the bytes at S_VALUE; S_LENGTH is how many entries that are, S_NEXT
 * the position to go on from. S_MORE is 1 when the chain there must be listed instead; otherwise S_NEXT 0 is the end of
 * hash space. ENDED: a clear came. Whoever asks to the end looks at the generation once more then.
 */
export function dump(from: u32, since: f64): i32 {
  const gen = <u64>since;
  let position = from;
  let chains: u32 = 0;
  let tries: u32 = 0;
  let lost: u32 = 0;
  let listed: u32 = 0;
  written = 0;
  entries = 0;
  noting = false;
  while (true) {
    const root = loadRoot();
    if (isOver(root, gen)) return ENDED;
    if (!walkTo(position, root)) {
      if (++lost > LOST) damaged();
      retry();
      continue;
    }
    const before = written;
    const entriesBefore = entries;
    overflowing = false;
    noted = 0;
    const r = sameGen(walkControl, root) ? dumpChain(position) : DONE;
    const now = loadControl(walkHead);
    const stands = r == DONE && ((now ^ walkControl) & READ_MASK) == 0;
    const twice = overflowing && !noting && (now & LOCK) != 0;
    if (stands && !twice) {
      position = walkNext();
      tries = 0;
      noting = false;
      if (position == 0 || ++chains == MOST_CHAINS) break;
      continue;
    }
    written = before;
    entries = entriesBefore;
    if (r == TOO_LONG) {
      if (before == 0) listed = 1;
      break;
    }
    if (stands) {
      noting = true;
      continue;
    }
    if (++tries == TRIES) {
      listed = 1;
      break;
    }
    retry();
  }
  store<u32>(scratch, position, S_NEXT);
  store<u32>(scratch, listed, S_MORE);
  setLength(entries);
  return <i32>written;
}

function dumpChain(from: u32): i32 {
  let hops: u32 = 0;
  for (let bucket = walkHead; bucket; bucket = loadOverflow(bucket)) {
    if (bucket != walkHead) {
      if (!stillReads(walkHead, walkControl)) return AGAIN;
      overflowing = true;
    }
    if (++hops > MANY_HOPS) {
      if (endless(bucket, walkHead, walkControl)) damaged();
      hops = 0;
    }
    for (let m = matchLive(loadTop(bucket)); m; m &= m - 1) {
      const cell = lowestCell(m);
      const key = loadKey(bucket, cell);
      if (!isWithin(key, from, 0)) continue;
      const r = dumpEntry(key, loadValue(bucket, cell), bucket + (cell << 3));
      if (r != DONE) return r;
    }
  }
  return DONE;
}

/** Appends an entry, whose words were read from `cell`. */
function dumpEntry(key: u64, value: u64, cell: usize): i32 {
  if (noting) {
    if (wasNoted(key)) return DONE;
    if (noted == MOST_NOTED) return TOO_LONG;
    store<u64>(scratch + S_EXPECTED + (<usize>noted << 3), key);
    noted++;
  }
  if (written + 1 + 2 * MOST_INLINE > ROOM) return TOO_LONG;
  const at = scratch + S_VALUE + written;
  written++;
  const keyForm = dumpWord(key, cell + KEYS);
  if (keyForm < 0) return keyForm;
  const valueForm = dumpWord(value, cell + VALUES);
  if (valueForm < 0) return valueForm;
  store<u8>(at, <u8>(keyForm | (valueForm << 4)));
  entries++;
  return DONE;
}

/** Was this key word met in the chain before? */
function wasNoted(key: u64): bool {
  for (let i: u32 = 0; i < noted; i++) {
    if (load<u64>(scratch + S_EXPECTED + (<usize>i << 3)) == key) return true;
  }
  return false;
}

/** Appends a key or a value that was read at `place`. Returns its form, or why it could not. */
function dumpWord(word: u64, place: usize): i32 {
  const at = scratch + S_VALUE + written;
  if (isRecord(word)) return dumpRecord(word, place, at);
  if (written + MOST_INLINE > ROOM) return TOO_LONG;
  if (isNumber(word)) {
    store<u64>(at, word);
    written += 8;
    return FORM_NUMBER;
  }
  if (word < TAG_STRING) {
    store<u8>(at, <u8>word & 3);
    written++;
    return FORM_SPECIAL;
  }
  const length = inlineLength(word);
  store<u32>(at, length);
  store<u64>(at, word, 4);
  written += 4 + length;
  return word >= TAG_BIGINT ? FORM_BIGINT : FORM_LATIN1;
}

/** Appends a record's bytes. */
function dumpRecord(word: u64, place: usize, at: usize): i32 {
  // A pointer is followed only after the version was compared again.
  if (!stillReads(walkHead, walkControl)) return AGAIN;
  const record = recordAddress(word);
  const epoch = loadEpoch(pageOf(record));
  const header = loadHeader(record);
  // Here the cell still names it in this chain: so the record was live, and this is its version.
  if (load64(place, 0) != word || !stillReads(walkHead, walkControl)) return AGAIN;
  if (isLarge(header)) return TOO_LONG;
  const most = recordLength(header);
  if (written + 4 + most + 8 > ROOM) return TOO_LONG;
  const length = copyRecord(at + 4, record, header, most);
  if (!stillRecord(record, header, epoch)) return AGAIN;
  if (!isKind(header) || length != most) damaged();
  store<u32>(at, length);
  written += 4 + length;
  return recordKind(header);
}
