import type { Door } from '../attach/door.js';
import { describe, sharedMapError } from '../errors.js';
import { registeredCodec } from '../settings/codecs.js';
import type { Fields } from '../settings/kinds.js';
import { MAX_BYTES, readOptions, type Settings } from '../settings/options.js';
import { damagedAt, HEADER_BYTES, MIN_ENTRY } from './format.js';
import type { RestoreOptions } from './options.js';

// The JSON of a snapshot's header: what the map was made with, and how large a table it needs.

/** Entries per chain at which a table doubles (LOAD_NUM in the kernel's layout.ts). */
const LOAD_FACTOR = 6.5;
/** Bytes of table that an entry takes at most, just after a doubling. */
const TABLE_BYTES = 47;

export interface Header {
  readonly key: Settings['key'];
  readonly value: Settings['value'];
  /** Name of the codec, or null. */
  readonly codec: string | null;
  /** The fields of values that are fixed records, or null. */
  readonly fields: Fields | null;
  /** Entries when it was begun; the end tells how many came. */
  readonly entries: number;
  /** Entries that the table had room for, as far as they were needed: what to make room for. */
  readonly capacity: number;
  readonly maxBytes: number;
}

/** What is known before the first entry is read. */
export function headerOf({ kernel, settings }: Door): Header {
  const entries = kernel.exports.count();
  return {
    key: settings.key,
    value: settings.value,
    codec: settings.codec?.name ?? null,
    fields: settings.record?.declared ?? null,
    entries,
    capacity: Math.min(entries, Math.floor(LOAD_FACTOR * 2 ** kernel.exports.b())),
    maxBytes: kernel.maxBytes,
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** A header from its JSON; its kinds are checked by who makes the map. Throws ERR_SHARED_MAP_SNAPSHOT. */
export function parseHeader(json: Uint8Array): Header {
  let header: Partial<Header> | null;
  try {
    header = JSON.parse(Buffer.from(json).toString());
  } catch (cause) {
    throw damagedAt(HEADER_BYTES, 'a header that is no JSON', cause);
  }
  if (typeof header !== 'object' || header === null) throw damagedAt(HEADER_BYTES, 'a header without fields');
  const { key, value, codec, fields, entries, capacity, maxBytes } = header;
  for (const kind of [key, value]) {
    if (typeof kind !== 'string') throw damagedAt(HEADER_BYTES, `a header with ${describe(kind)} for a kind`);
  }
  if (value === 'codec' ? typeof codec !== 'string' : codec !== null)
    throw damagedAt(HEADER_BYTES, `codec ${describe(codec)}`);
  if (value === 'record' ? typeof fields !== 'object' || fields === null : fields !== null)
    throw damagedAt(HEADER_BYTES, `fields ${describe(fields)}`);
  for (const count of [entries, capacity, maxBytes]) {
    if (!isCount(count)) throw damagedAt(HEADER_BYTES, `a header with ${describe(count)} for a number`);
  }
  return header as Header;
}

/** Maps of 0.1.0 could be larger by up to 16 MiB. */
function mostOf(maxBytes: number): number {
  return maxBytes < 2 ** 32 ? Math.min(maxBytes, MAX_BYTES) : maxBytes;
}

/**
 * The settings of the map that a snapshot becomes: its kinds, with this thread's codec; sizes as they were unless the
 * caller names others. `bytes` is the size of the snapshot. Throws ERR_SHARED_MAP_CODEC, _OPTION, _SNAPSHOT.
 */
export function settingsOf(header: Header, given: RestoreOptions, bytes: number): Settings {
  const codec = given.codec ?? (header.codec === null ? undefined : registeredCodec(header.codec));
  if (header.codec !== (codec?.name ?? null)) {
    throw sharedMapError(
      'ERR_SHARED_MAP_CODEC',
      header.codec === null
        ? `this snapshot's map has no codec, but codec '${codec?.name}' was given`
        : `the values of this snapshot need codec '${header.codec}': give it as option value, or to SharedMap.registerCodec before`,
    );
  }
  const value = codec ?? header.fields ?? header.value;
  let sizes: Settings;
  try {
    sizes = readOptions({ key: header.key, value, maxBytes: mostOf(header.maxBytes) });
    if (sizes.value !== header.value) throw new TypeError(`${header.value} is not ${sizes.value}`);
  } catch (cause) {
    throw sharedMapError(
      'ERR_SHARED_MAP_SNAPSHOT',
      `this threadmap knows no map as this snapshot says: ${(cause as Error).message}`,
      cause,
    );
  }
  const { maxBytes } = readOptions({ maxBytes: given.maxBytes ?? sizes.maxBytes });
  // A hint may be wrong: it is not to ask for more than the entries that the bytes can be, nor for more than half of the memory.
  const hint = Math.min(
    header.capacity,
    Math.floor(bytes / MIN_ENTRY),
    Math.floor(maxBytes / 2 / TABLE_BYTES),
  );
  return readOptions({ key: header.key, value, maxBytes, capacity: given.capacity ?? hint });
}
