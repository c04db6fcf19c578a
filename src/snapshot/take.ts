import type { Door } from '../attach/door.js';
import type { Argument } from '../codec/argument.js';
import { sharedMapError } from '../errors.js';
import { listChain } from '../iteration/iterate.js';
import { ENDED } from '../wasm/codes.js';
import { S_LENGTH, S_MORE, S_NEXT } from '../wasm/scratch.js';
import { trapped } from '../wasm/trap.js';
import { entrySize, putEntry } from './entry.js';
import { FRAME_BYTES, frameChunk, frameEnd, frameHeader } from './format.js';
import { headerOf } from './header.js';
import { rawKey, rawValue } from './raw.js';

/** A clear has come: what was taken so far is to be forgotten, the snapshot begins anew. */
export const ANEW: unique symbol = Symbol('anew');

/** Entries of one chunk, bytes. Small enough that a thread which saves hears of other things between two of them. */
const CHUNK = 256 * 1024;
/** What one call of the kernel dumps, at most: its region of the scratch. */
const DUMP = 32 * 1024;
/** Calls of the kernel that may bring nothing (an empty table) before the caller gets a turn. */
const IDLE_CALLS = 16;
/** Times that a clear may come in between. */
const PASSES = 16;

/**
 * A snapshot being taken, part by part. The parts are its bytes in order; each is good until the next is asked for, and
 * nothing is held in between: the map may change, or be detached. An empty part only gives the caller a turn.
 *
 * It walks as an iteration does, a whole chain at a time, in reversed-bit order from the first to the last: so a key that
 * is there all the time is in exactly once and any other at most once. Key and value are read under one version
 * of their chain, or the key first and then its value as `get` reads it: so the key had it at some moment of the walk.
 *
 * A clear ends a walk. To stop there would keep the promise (no key was there all the time), but what was taken before
 * it is of no use to anybody: so the walk begins anew, and a complete one has no clear within.
 */
export class Taking {
  /** Of the pass under way. */
  entries = 0;
  bytes = 0;
  /** Entries in the map when the pass began. */
  expected = 0;
  readonly #door: Door;
  #crc = 0;
  readonly #chunk = Buffer.allocUnsafeSlow(FRAME_BYTES + CHUNK);
  #used = FRAME_BYTES;
  #count = 0;

  constructor(door: Door) {
    this.#door = door;
  }

  /** What the kernel throws is told here: whoever takes the parts runs code of the user's between them. */
  *parts(): Generator<Uint8Array | typeof ANEW, undefined, undefined> {
    try {
      return yield* this.#passes();
    } catch (error) {
      throw trapped(error);
    }
  }

  *#passes(): Generator<Uint8Array | typeof ANEW, undefined, undefined> {
    for (let pass = 0; pass < PASSES; pass++) {
      if (pass > 0) yield ANEW;
      this.#used = FRAME_BYTES;
      this.#count = 0;
      this.entries = 0;
      const gen = this.#door.kernel.exports.generation();
      const header = headerOf(this.#door);
      this.expected = header.entries;
      const { bytes, crc } = frameHeader(JSON.stringify(header));
      this.#crc = crc;
      this.bytes = bytes.length;
      yield bytes;
      if (!(yield* this.#walk(gen))) continue;
      if (this.#count > 0) yield this.#close();
      yield frameEnd(this.entries, this.bytes, this.#crc);
      return undefined;
    }
    throw sharedMapError(
      'ERR_SHARED_MAP_SNAPSHOT',
      `the map was cleared ${PASSES} times while a snapshot was taken: take it when it is cleared less often`,
    );
  }

  /** All entries. False: a clear has come. */
  *#walk(gen: number): Generator<Uint8Array, boolean, undefined> {
    let position = 0;
    let idle = 0;
    for (;;) {
      if (this.#used + DUMP > this.#chunk.length) yield this.#close();
      // From here to the copy nothing else runs in this thread: the scratch is not used for anything else.
      const { exports, status, value } = this.#door.kernel;
      const n = exports.dump(position, gen);
      if (n === ENDED) return false;
      value.bytes.copy(this.#chunk, this.#used, 0, n);
      this.#used += n;
      this.#count += status[S_LENGTH] as number;
      position = status[S_NEXT] as number;
      if (status[S_MORE] === 1) {
        const entries = listChain(this.#door.kernel, position, 0, { since: gen, turn: 0 });
        if (entries === undefined) return false;
        position = status[S_NEXT] as number;
        for (const entry of entries) {
          const key = rawKey(this.#door, entry);
          const stored = key && rawValue(this.#door, key);
          if (key && stored) yield* this.#append(key, stored);
        }
      }
      if (position === 0) return this.#door.kernel.exports.generation() === gen;
      idle = n > 0 ? 0 : idle + 1;
      if (idle === IDLE_CALLS) {
        idle = 0;
        yield new Uint8Array(0);
      }
    }
  }

  /** One entry, in a chunk of its own if it is large. */
  *#append(key: Argument, value: Argument): Generator<Uint8Array, undefined, undefined> {
    const size = entrySize(key, value);
    if (this.#used + size > this.#chunk.length && this.#count > 0) yield this.#close();
    if (FRAME_BYTES + size > this.#chunk.length) {
      const chunk = Buffer.allocUnsafeSlow(FRAME_BYTES + size);
      putEntry(chunk, FRAME_BYTES, key, value);
      yield this.#frame(chunk, 1);
      return undefined;
    }
    putEntry(this.#chunk, this.#used, key, value);
    this.#used += size;
    this.#count++;
    return undefined;
  }

  /** The chunk that was filled, with its frame. */
  #close(): Uint8Array {
    const part = this.#frame(this.#chunk.subarray(0, this.#used), this.#count);
    this.#used = FRAME_BYTES;
    this.#count = 0;
    return part;
  }

  #frame(chunk: Uint8Array, count: number): Uint8Array {
    this.#crc = frameChunk(chunk, count, this.#crc);
    this.entries += count;
    this.bytes += chunk.length;
    return chunk;
  }
}

/** A snapshot in one piece. */
export function takeSnapshot(door: Door): Uint8Array {
  const taking = new Taking(door);
  const parts: Uint8Array[] = [];
  for (const part of taking.parts()) {
    if (part === ANEW) parts.length = 0;
    else if (part.length > 0) parts.push(new Uint8Array(part));
  }
  const snapshot = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    snapshot.set(part, at);
    at += part.length;
  }
  return snapshot;
}
