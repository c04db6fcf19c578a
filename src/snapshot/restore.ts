import { assign, INSERT } from '../access/writing.js';
import type { Door } from '../attach/door.js';
import { Opened } from '../attach/opened.js';
import { SharedMapError, sharedMapError } from '../errors.js';
import type { Kernel } from '../wasm/kernel.js';
import { trapped } from '../wasm/trap.js';
import { EntryReader } from './entry.js';
import {
  chunkCrc,
  damagedAt,
  FRAME_BYTES,
  HEADER_BYTES,
  headerCrc,
  isEndOf,
  readFrame,
  readHeader,
} from './format.js';
import { parseHeader, settingsOf } from './header.js';
import type { RestoreOptions } from './options.js';

/** Where a snapshot comes from. */
export interface Source {
  /** Bytes of the whole. */
  readonly size: number;
}

/** What `restoring` asks for: the next bytes, of which no other thread knows. */
export type Wanted = number;

/**
 * A snapshot being read: asks for so many bytes, again and again, and gets exactly those. No number of the snapshot is
 * believed before it was compared with what is left of it, nor any byte before its crc. Nobody sees the map before it is
 * complete; when it does not come to that, it is let go. Throws ERR_SHARED_MAP_SNAPSHOT, _VERSION, _CODEC, _OPTION,
 * _FULL.
 */
export class Restoring {
  entries = 0;
  bytes = 0;
  /** Entries that the snapshot was begun with. */
  expected = 0;
  readonly #source: Source;
  readonly #options: RestoreOptions;

  constructor(source: Source, options: RestoreOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** What the kernel throws is told here: whoever brings the bytes runs code of the user's between two steps. */
  *steps(): Generator<Wanted, Opened, Uint8Array> {
    try {
      return yield* this.#read();
    } catch (error) {
      throw trapped(error);
    }
  }

  *#read(): Generator<Wanted, Opened, Uint8Array> {
    const head = yield* this.#next(HEADER_BYTES, 'its header');
    const { version, length, crc } = readHeader(head);
    const json = yield* this.#next(length, 'its header');
    if (headerCrc(head, json) !== crc) throw damagedAt(0, 'its header');
    const header = parseHeader(json);
    this.expected = header.entries;
    const settings = settingsOf(header, this.#options, this.#source.size);
    const opened = Opened.make(settings);
    const { door } = opened;
    let complete = false;
    try {
      yield* this.#fill(door, new EntryReader(settings, version), crc);
      complete = true;
    } finally {
      if (!complete) door.close().detach();
    }
    return opened;
  }

  /** Throws when less than that is left. */
  #expect(n: number, what: string): void {
    const left = this.#source.size - this.bytes;
    if (n > left) throw damagedAt(this.#source.size, `it ends in ${what}, ${n - left} bytes too early`);
  }

  *#next(n: number, what: string): Generator<Wanted, Uint8Array, Uint8Array> {
    this.#expect(n, what);
    const bytes = yield n;
    this.bytes += n;
    return bytes;
  }

  *#fill(door: Door, reader: EntryReader, crcOfHeader: number): Generator<Wanted, undefined, Uint8Array> {
    const { maxBytes } = door.kernel;
    let before = crcOfHeader;
    for (;;) {
      const at = this.bytes;
      const frame = yield* this.#next(FRAME_BYTES, 'a chunk');
      const { length, count, crc } = readFrame(frame, at);
      this.#expect(length, 'a chunk');
      if (count > 0 && length > maxBytes) throw tooSmall(maxBytes);
      const content = yield* this.#next(length, 'a chunk');
      if (chunkCrc(frame, content, before) !== crc) throw damagedAt(at, 'a chunk');
      before = crc;
      if (count === 0) {
        if (!isEndOf(content, this.entries, at)) throw damagedAt(at, 'its totals');
        if (this.bytes !== this.#source.size) throw damagedAt(this.bytes, 'something behind its end');
        return undefined;
      }
      reader.open(content, at + FRAME_BYTES);
      try {
        insertAll(door, reader, count);
      } catch (error) {
        throw error instanceof SharedMapError && NO_ROOM.has(error.code) ? tooSmall(maxBytes, error) : error;
      }
      if (!reader.done) throw damagedAt(at, `more in a chunk than its ${count} entries`);
      this.entries += count;
      // Nobody else knows of the map: whatever is missing was there before.
      if (door.kernel.exports.count() !== this.entries) throw damagedAt(at, 'a key that is in it twice');
    }
  }
}

/** What the map says when entries do not fit. */
const NO_ROOM: ReadonlySet<string> = new Set(['ERR_SHARED_MAP_FULL', 'ERR_SHARED_MAP_VALUE_TOO_LARGE']);

function insertAll(door: Door, reader: EntryReader, count: number): void {
  const kernel: Kernel = door.kernel;
  let done = 0;
  while (done < count) {
    done += reader.setNumbers(kernel, count - done);
    if (done === count) return;
    assign(door, INSERT, ...reader.next());
    done++;
  }
}

function tooSmall(maxBytes: number, cause?: unknown): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_FULL',
    `the entries of this snapshot do not fit in maxBytes ${maxBytes}: give a larger one`,
    cause,
  );
}
