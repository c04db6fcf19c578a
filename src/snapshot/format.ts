import { crc32 } from 'node:zlib';
import { sharedMapError } from '../errors.js';

// The bytes of a snapshot, from the first to the last. Numbers are little endian whatever the machine.
//
//   header    0  magic    8 bytes, no text; a transfer that changes line ends spoils it
//             8  version  u32
//            12  length   u32, bytes of JSON
//            16  crc      u32, of bytes 0 to 15 and the JSON
//            20  JSON     UTF-8, header.ts
//
//   chunk     0  length   u32, bytes of entries
//             4  count    u32, entries: 1 or more
//             8  crc      u32, of bytes 0 to 7 and the entries, begun with the crc before it: order counts
//            12  entries  one after the other, entry.ts
//
//   ...       more chunks
//
//   end       0  16, 0 and a crc as in a chunk
//            12  entries  u64, in all chunks
//            20  bytes    u64, before this chunk
//
// Nothing follows. A chunk of more than one entry has at most MAX_CHUNK bytes.

export const MAGIC = Uint8Array.of(0x89, 0x74, 0x6d, 0x61, 0x70, 0x0d, 0x0a, 0x1a); // as PNG's, with "tmap"
/** What is written. */
export const VERSION = 2;
/** What is read: format-1.ts says what was different. */
const KNOWN: readonly number[] = [1, VERSION];
export const HEADER_BYTES = 20;
export const FRAME_BYTES = 12;
export const END_BYTES = 16;
/** Bytes of JSON that a header may have: kinds, some names and numbers. */
export const MAX_JSON = 65536;
/** Bytes of a chunk that holds more than one entry. */
export const MAX_CHUNK = 1024 * 1024;
/** The smallest entry: its forms, a special key and a special value of one byte each. */
export const MIN_ENTRY = 3;

/** What a snapshot is found to be, and where. */
export function damagedAt(byte: number, what: string, cause?: unknown): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_SNAPSHOT',
    `this snapshot is damaged at byte ${byte} (${what}): use another one`,
    cause,
  );
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The header with its JSON, and the crc that the first chunk goes on from. */
export function frameHeader(json: string): { bytes: Uint8Array; crc: number } {
  const text = Buffer.from(json);
  const bytes = Buffer.alloc(HEADER_BYTES + text.length);
  bytes.set(MAGIC);
  bytes.writeUInt32LE(VERSION, 8);
  bytes.writeUInt32LE(text.length, 12);
  bytes.set(text, HEADER_BYTES);
  const crc = headerCrc(bytes, text);
  bytes.writeUInt32LE(crc, 16);
  return { bytes, crc };
}

export function headerCrc(header: Uint8Array, json: Uint8Array): number {
  return crc32(json, crc32(header.subarray(0, 16)));
}

/** What the fixed part of a header says. */
export interface FixedHeader {
  /** Of the format: one that this version knows. */
  readonly version: number;
  /** Bytes of JSON behind it. */
  readonly length: number;
  readonly crc: number;
}

/** Throws ERR_SHARED_MAP_SNAPSHOT for what is no header, _VERSION for one of an unknown format. */
export function readHeader(header: Uint8Array): FixedHeader {
  if (Buffer.compare(header.subarray(0, MAGIC.length), MAGIC) !== 0) {
    throw sharedMapError(
      'ERR_SHARED_MAP_SNAPSHOT',
      'this is no snapshot: its first bytes are not those of one',
    );
  }
  const view = viewOf(header);
  const version = view.getUint32(8, true);
  if (!KNOWN.includes(version)) {
    throw sharedMapError(
      'ERR_SHARED_MAP_VERSION',
      `this snapshot is of format ${version}, this threadmap reads ${KNOWN.join(' and ')}: ` +
        'read it with the version that wrote it',
    );
  }
  const length = view.getUint32(12, true);
  if (length > MAX_JSON) throw damagedAt(12, `${length} bytes of header`);
  return { version, length, crc: view.getUint32(16, true) };
}

/** Fills in the frame of a chunk, whose entries are in their place already. Returns its crc. */
export function frameChunk(chunk: Uint8Array, count: number, before: number): number {
  const view = viewOf(chunk);
  view.setUint32(0, chunk.length - FRAME_BYTES, true);
  view.setUint32(4, count, true);
  const crc = chunkCrc(chunk.subarray(0, FRAME_BYTES), chunk.subarray(FRAME_BYTES), before);
  view.setUint32(8, crc, true);
  return crc;
}

export function chunkCrc(frame: Uint8Array, entries: Uint8Array, before: number): number {
  return crc32(entries, crc32(frame.subarray(0, 8), before));
}

export interface Frame {
  /** Bytes that follow. */
  readonly length: number;
  /** Entries; 0: this is the end. */
  readonly count: number;
  readonly crc: number;
}

/** The frame of a chunk that begins at byte `at`. Throws ERR_SHARED_MAP_SNAPSHOT when no chunk can have it. */
export function readFrame(frame: Uint8Array, at: number): Frame {
  const view = viewOf(frame);
  const length = view.getUint32(0, true);
  const count = view.getUint32(4, true);
  const possible =
    count === 0 ? length === END_BYTES : length >= count * MIN_ENTRY && (count === 1 || length <= MAX_CHUNK);
  if (!possible) throw damagedAt(at, `a chunk of ${length} bytes for ${count} entries`);
  return { length, count, crc: view.getUint32(8, true) };
}

/** The last chunk. */
export function frameEnd(entries: number, bytes: number, before: number): Uint8Array {
  const end = new Uint8Array(FRAME_BYTES + END_BYTES);
  const view = viewOf(end);
  view.setBigUint64(FRAME_BYTES, BigInt(entries), true);
  view.setBigUint64(FRAME_BYTES + 8, BigInt(bytes), true);
  frameChunk(end, 0, before);
  return end;
}

/** Do the totals of the last chunk agree with what came before it? */
export function isEndOf(end: Uint8Array, entries: number, bytes: number): boolean {
  const view = viewOf(end);
  return view.getBigUint64(0, true) === BigInt(entries) && view.getBigUint64(8, true) === BigInt(bytes);
}
