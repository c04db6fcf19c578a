import { Serializer, serialize } from 'node:v8';
import fc from 'fast-check';
import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf, errorOf } from '../error-of.js';
import { snapshotFormat } from '../internals.js';

// Snapshots that are damaged, cut short, put together wrongly, or written to do harm with every checksum right.

const { FRAME_BYTES, frameChunk, frameEnd, frameHeader, HEADER_BYTES, headerCrc, MAX_CHUNK, MAX_JSON } =
  snapshotFormat;
const MiB = 2 ** 20;

const restore = (bytes: Uint8Array) => SharedMap.fromSnapshot(bytes);

function some(): Uint8Array {
  const map = new SharedMap({ maxBytes: MiB });
  map.set(1, 2).set('a', 'text').set('a longer key', { v: 1 }).set(5n, null).set('b', new Uint8Array(9));
  return map.snapshot();
}

test('every bit of it counts', () => {
  const snapshot = some();
  for (let at = 0; at < snapshot.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const flipped = snapshot.slice();
      flipped[at] = (flipped[at] as number) ^ (1 << bit);
      const code = codeOf(() => restore(flipped));
      const expected = at >= 8 && at < 12 ? 'VERSION' : 'SNAPSHOT';
      if (code !== expected) expect(code, `byte ${at}, bit ${bit}`).toBe(expected);
    }
  }
});

test('every length but its own is refused, with the place where it ends', () => {
  const snapshot = some();
  for (let length = 0; length < snapshot.length; length++) {
    const { code, message } = errorOf(() => restore(snapshot.subarray(0, length)));
    if (code !== 'ERR_SHARED_MAP_SNAPSHOT') expect(code, `${length}`).toBe('ERR_SHARED_MAP_SNAPSHOT');
    expect(message).toContain(`at byte ${length} (it ends`);
  }
  for (const more of [Uint8Array.of(0), snapshot, snapshot.subarray(-28)]) {
    const { code, message } = errorOf(() => restore(Buffer.concat([snapshot, more])));
    expect(code).toBe('ERR_SHARED_MAP_SNAPSHOT');
    expect(message).toContain(`at byte ${snapshot.length} (something behind its end`);
  }
});

test('whatever else it is given', () => {
  for (const bytes of [undefined, null, 'text', 5, [], {}, new ArrayBuffer(100), new Uint16Array(50)]) {
    expect(codeOf(() => restore(bytes as never))).toBe('SNAPSHOT');
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(codeOf(() => restore(bytes))).toBe('SNAPSHOT');
    }),
  );
});

test('bytes that are changed anywhere, in any number', () => {
  const snapshot = some();
  const changes = fc.array(fc.tuple(fc.nat(snapshot.length - 1), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(changes, (list) => {
      const changed = snapshot.slice();
      for (const [at, mask] of list) changed[at] = (changed[at] as number) ^ mask;
      fc.pre(Buffer.compare(changed, snapshot) !== 0);
      expect(['SNAPSHOT', 'VERSION']).toContain(codeOf(() => restore(changed)));
    }),
  );
});

test('a format that this version does not know is named, whatever else is in it', () => {
  for (const [at, value, format] of [
    [8, 3, 3],
    [8, 0, 0],
    [11, 1, 2 ** 24 + 2],
  ] as const) {
    const snapshot = some();
    snapshot[at] = value;
    for (const bytes of [snapshot, snapshot.subarray(0, 20)]) {
      const { code, message } = errorOf(() => restore(bytes));
      expect(code).toBe('ERR_SHARED_MAP_VERSION');
      expect(message).toContain(`of format ${format}, this threadmap reads 1 and 2`);
    }
  }
  // One that it knows, and that the snapshot does not have.
  const snapshot = some();
  snapshot[8] = 1;
  expect(codeOf(() => restore(snapshot))).toBe('SNAPSHOT');
});

const fields = {
  key: 'any',
  value: 'any',
  codec: null,
  fields: null,
  entries: 0,
  capacity: 0,
  maxBytes: MiB,
};

/** A snapshot with these chunks, every checksum and total right unless other totals are given. */
function crafted(
  header: unknown,
  chunks: readonly { readonly bytes: Uint8Array; readonly count: number }[],
  totals?: { readonly entries?: number; readonly bytes?: number },
): Uint8Array {
  const head = frameHeader(typeof header === 'string' ? header : JSON.stringify(header));
  const parts: Uint8Array[] = [head.bytes];
  let { crc } = head;
  let entries = 0;
  for (const { bytes, count } of chunks) {
    const chunk = Buffer.concat([Buffer.alloc(FRAME_BYTES), bytes]);
    crc = frameChunk(chunk, count, crc);
    parts.push(chunk);
    entries += count;
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  parts.push(frameEnd(totals?.entries ?? entries, totals?.bytes ?? length, crc));
  return Buffer.concat(parts);
}

const f64 = (n: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(n);
  return bytes;
};
const sized = (bytes: Uint8Array | string) => {
  const data = Buffer.from(bytes as string);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return Buffer.concat([length, data]);
};
/** One entry in a chunk of its own. */
const entry = (keyForm: number, key: Uint8Array, valueForm: number, value: Uint8Array) => ({
  bytes: Buffer.concat([Uint8Array.of(keyForm | (valueForm << 4)), key, value]),
  count: 1,
});
const numbers = (key: number, value: number) => entry(0, f64(key), 0, f64(value));

test('what is put together rightly is taken', () => {
  const map = restore(
    crafted(fields, [
      numbers(1, 2),
      entry(1, sized('a'), 3, sized('-ff')),
      entry(2, sized('Ж'), 6, Uint8Array.of(1)),
    ]),
  );
  expect(map.get('a')).toBe(-255n);
  expect(map.size).toBe(3);
  expect(restore(crafted(fields, [])).size).toBe(0);
});

describe('a header', () => {
  test.each([
    ['no JSON', 'not json'],
    ['no object', '5'],
    ['null', 'null'],
    ['a list', '[]'],
    ['an unknown kind of key', { ...fields, key: 'symbol' }],
    ['a kind of key that is none', { ...fields, key: 5 }],
    ['an unknown kind of value', { ...fields, value: 'soup' }],
    ['a codec without a name', { ...fields, value: 'codec' }],
    ['a name without a codec', { ...fields, codec: 'x' }],
    ['no kind of key', { ...fields, key: undefined }],
    ['no kind of value', { ...fields, value: undefined }],
    ['a record without fields', { ...fields, value: 'record' }],
    ['a record of no fields', { ...fields, value: 'record', fields: {} }],
    ['fields of an unknown kind', { ...fields, value: 'record', fields: { x: 'complex' } }],
    ['a list for fields', { ...fields, value: 'record', fields: ['int32'] }],
    ['fields without a record', { ...fields, fields: { x: 'int32' } }],
    ['fields and a codec', { ...fields, value: 'codec', codec: 'x', fields: { x: 'int32' } }],
    ['a codec of its own', { ...fields, value: { name: 'x', encode: 1, decode: 2 } }],
    ['too little memory', { ...fields, maxBytes: 5 }],
    ['too much memory', { ...fields, maxBytes: 2 ** 40 }],
    ['memory below zero', { ...fields, maxBytes: -1 }],
    ['no sizes', { key: 'any', value: 'any', codec: null, fields: null }],
    ['a text for a number', { ...fields, entries: '5' }],
    ['a fraction', { ...fields, capacity: 0.5 }],
  ])('with %s', (_what, header) => {
    expect(codeOf(() => restore(crafted(header, [])))).toBe('SNAPSHOT');
  });

  test('that is too long', () => {
    expect(codeOf(() => restore(crafted(JSON.stringify(fields).padEnd(MAX_JSON + 1), [])))).toBe('SNAPSHOT');
    expect(restore(crafted(JSON.stringify(fields).padEnd(MAX_JSON), [])).size).toBe(0);
    const claims = Buffer.from(some());
    claims.writeUInt32LE(0xffffffff, 12);
    expect(codeOf(() => restore(claims))).toBe('SNAPSHOT');
  });

  test('whose estimates are absurd does no harm', () => {
    const map = restore(crafted({ ...fields, entries: 2 ** 52, capacity: 2 ** 52 }, [numbers(1, 2)]));
    expect(map.get(1)).toBe(2);
    expect(map.stats().buckets).toBeLessThan(1000);
  });

  test('that names a prototype', () => {
    const map = restore(crafted(`{"__proto__":{"key":"string"},${JSON.stringify(fields).slice(1)}`, []));
    expect(map.handle.key).toBe('any');
  });
});

describe('a chunk', () => {
  const broken = (bytes: Uint8Array, count: number, header: unknown = fields) =>
    codeOf(() => restore(crafted(header, [{ bytes, count }])));
  const one = numbers(1, 2).bytes;
  const two = Buffer.concat([one, numbers(2, 3).bytes]);

  test('with fewer or more entries than it says', () => {
    expect(broken(two, 1)).toBe('SNAPSHOT');
    expect(broken(two, 3)).toBe('SNAPSHOT');
    expect(broken(two, 0xffffffff)).toBe('SNAPSHOT');
    expect(broken(new Uint8Array(0), 1)).toBe('SNAPSHOT');
    expect(broken(one.subarray(0, -1), 1)).toBe('SNAPSHOT');
    expect(broken(Buffer.concat([one, Uint8Array.of(0)]), 1)).toBe('SNAPSHOT');
  });

  test('of many entries that is longer than any is written', () => {
    const chunk = Buffer.concat(Array.from({ length: MAX_CHUNK / 17 + 1 }, (_, i) => numbers(i, i).bytes));
    expect(broken(chunk, chunk.length / 17, { ...fields, maxBytes: 64 * MiB })).toBe('SNAPSHOT');
  });

  test('that claims to be as long as nothing is', () => {
    const snapshot = Buffer.from(crafted(fields, [numbers(1, 2)]));
    const at = HEADER_BYTES + snapshot.readUInt32LE(12);
    for (const length of [0xffffffff, 0x7fffffff, snapshot.length]) {
      snapshot.writeUInt32LE(length, at);
      expect(errorOf(() => restore(snapshot)).message).toContain('too early');
    }
  });

  test('with a length inside that leads out of it', () => {
    for (const length of [4, 0xffffffff, 0x80000000]) {
      const key = sized('abc');
      key.writeUInt32LE(length);
      expect(broken(Buffer.concat([Uint8Array.of(0x61), key, Uint8Array.of(0)]), 1)).toBe('SNAPSHOT');
    }
  });

  test.each([
    ['a form that nothing has', 'any', 'any', entry(7, sized('a'), 0, f64(1))],
    ['a form that no value has', 'any', 'any', entry(0, f64(1), 15, f64(1))],
    ['bytes for a key', 'any', 'any', entry(4, sized('a'), 0, f64(1))],
    ['a structured key', 'any', 'any', entry(5, sized(serialize({})), 0, f64(1))],
    ['a string among number keys', 'number', 'any', entry(1, sized('a'), 0, f64(1))],
    ['a number among string keys', 'string', 'any', numbers(1, 1)],
    ['a number among string values', 'any', 'string', numbers(1, 1)],
    ['a number among bytes', 'any', 'bytes', numbers(1, 1)],
    ['a string among number values', 'any', 'number', entry(0, f64(1), 1, sized('a'))],
    ['bytes among JSON', 'any', 'json', entry(0, f64(1), 4, sized('1'))],
    ['a fraction among int32 keys', 'int32', 'any', numbers(0.5, 1)],
    ['a number beyond int32 values', 'any', 'int32', numbers(1, 2 ** 31)],
    ['NaN among int32 values', 'any', 'int32', numbers(1, Number.NaN)],
    ['0 for a bigint', 'bigint', 'any', numbers(0, 1)],
    ['a second zero for a bigint', 'bigint', 'any', numbers(-(2 ** -1022), 1)],
    ['infinity for a bigint', 'any', 'bigint', numbers(1, Infinity)],
    ['NaN for a bigint', 'any', 'bigint', numbers(1, Number.NaN)],
    [
      'bytes for a bigint that a number stands for',
      'bigint',
      'any',
      entry(4, sized(new Uint8Array(8)), 0, f64(1)),
    ],
    ['7 bytes for a bigint', 'any', 'bigint', entry(0, f64(1), 4, sized(new Uint8Array(7)))],
    ['bytes of another form for a key', 'bytes', 'any', entry(4, sized('a'), 0, f64(1))],
    ['15 bytes for a UUID', 'uuid', 'any', entry(4, sized(new Uint8Array(15)), 0, f64(1))],
    ['the text of a UUID', 'uuid', 'any', entry(1, sized('a'.repeat(36)), 0, f64(1))],
    ['null among booleans', 'any', 'boolean', entry(0, f64(1), 6, Uint8Array.of(1))],
    ['a number among booleans', 'any', 'boolean', numbers(1, 1)],
    ['a record that is too short', 'any', 'record', entry(0, f64(1), 4, sized(new Uint8Array(11)))],
    ['a special value that is none', 'any', 'any', entry(0, f64(1), 6, Uint8Array.of(4))],
    ['half a code unit', 'any', 'any', entry(2, sized('abc'), 0, f64(1))],
    ['no code unit in UTF-16', 'any', 'any', entry(2, sized(''), 0, f64(1))],
    ['Latin-1 in UTF-16', 'any', 'any', entry(2, sized(Buffer.from('abc', 'utf16le')), 0, f64(1))],
    ['a bigint without digits', 'any', 'any', entry(3, sized(''), 0, f64(1))],
    ['a bigint in capitals', 'any', 'any', entry(3, sized('F'), 0, f64(1))],
    ['a bigint with a zero in front', 'any', 'any', entry(3, sized('0f'), 0, f64(1))],
    ['a bigint below zero that is zero', 'any', 'any', entry(3, sized('-0'), 0, f64(1))],
    ['a bigint with a line end', 'any', 'any', entry(3, sized('f\n'), 0, f64(1))],
  ])('with %s', (_what, key, value, { bytes }) => {
    const header = {
      ...fields,
      key,
      value,
      fields: value === 'record' ? { x: 'float64', n: 'int32' } : null,
    };
    const error = errorOf(() => restore(crafted(header, [{ bytes, count: 1 }])));
    expect(error.code).toBe('ERR_SHARED_MAP_SNAPSHOT');
    expect(error.message).toMatch(/at byte \d+/);
  });

  test.each([
    ['a number', numbers(7, 1), numbers(7, 2)],
    ['0 and -0', numbers(0, 1), numbers(-0, 1)],
    ['NaN', numbers(Number.NaN, 1), numbers(Number.NaN, 1)],
    ['a short string', entry(1, sized('a'), 0, f64(1)), entry(1, sized('a'), 1, sized('x'))],
    [
      'a long string',
      entry(1, sized('a'.repeat(9000)), 0, f64(1)),
      entry(1, sized('a'.repeat(9000)), 0, f64(1)),
    ],
  ])('with a key that is there twice: %s', (_what, first, second) => {
    for (const chunks of [
      [first, second],
      [{ bytes: Buffer.concat([first.bytes, second.bytes]), count: 2 }],
    ]) {
      const error = errorOf(() => restore(crafted(fields, chunks)));
      expect(error.code).toBe('ERR_SHARED_MAP_SNAPSHOT');
      expect(error.message).toContain('a key that is in it twice');
    }
  });

  test('that is left out, doubled, or in another place', () => {
    const [a, b, c] = [numbers(1, 1), numbers(2, 2), numbers(3, 3)] as const;
    const whole = crafted(fields, [a, b, c]);
    const size = FRAME_BYTES + 17;
    const begin = whole.length - 28 - 3 * size;
    const part = (i: number) => whole.subarray(begin + i * size, begin + (i + 1) * size);
    const arranged = (...order: number[]) =>
      Buffer.concat([whole.subarray(0, begin), ...order.map(part), whole.subarray(-28)]);
    expect(restore(arranged(0, 1, 2)).size).toBe(3);
    for (const order of [[0, 1], [1, 2], [], [0, 1, 1, 2], [0, 2, 1], [2, 1, 0], [0, 1, 2, 2]]) {
      expect(codeOf(() => restore(arranged(...order)))).toBe('SNAPSHOT');
    }
    // Of another snapshot, which has the same header: its place says nothing, its checksum does.
    const other = crafted(fields, [numbers(9, 9), b, c]);
    expect(
      codeOf(() =>
        restore(Buffer.concat([other.subarray(0, begin + size), part(1), part(2), whole.subarray(-28)])),
      ),
    ).toBe('SNAPSHOT');
  });
});

test('totals that do not agree', () => {
  for (const totals of [{ entries: 0 }, { entries: 2 }, { bytes: 0 }, { bytes: 2 ** 40 }]) {
    expect(errorOf(() => restore(crafted(fields, [numbers(1, 2)], totals))).message).toContain('its totals');
  }
});

/** The same as a snapshot of format 1. */
function ofFormat1(
  header: unknown,
  chunk: { readonly bytes: Uint8Array; readonly count: number },
): Uint8Array {
  const framed = frameHeader(JSON.stringify(header));
  const head = Buffer.from(framed.bytes);
  head.writeUInt32LE(1, 8);
  let crc = headerCrc(head, head.subarray(HEADER_BYTES));
  head.writeUInt32LE(crc, 16);
  const content = Buffer.concat([Buffer.alloc(FRAME_BYTES), chunk.bytes]);
  crc = frameChunk(content, chunk.count, crc);
  return Buffer.concat([head, content, frameEnd(chunk.count, head.length + content.length, crc)]);
}

describe.each([
  ['format 1', ofFormat1],
  ['format 2', (header: unknown, chunk: { bytes: Uint8Array; count: number }) => crafted(header, [chunk])],
] as const)('in %s', (_format, snapshotOf) => {
  test.each([
    ['nothing', []],
    ['no mark', [0x5f]],
    ['a mark alone', [0xff]],
    ['a later version', [0xff, 99, 0x5f]],
    ['an encoding of a later version', [0x20, 0xd0, 0]],
    ['an unknown item', [0x10, 0xdf]],
    ['an item that is cut short', [0xff, 0x0f, 0x6f, 0x22]],
  ])('a structured value of %s harms only who gets it', (_what, value) => {
    const both = Buffer.concat([
      entry(0, f64(1), 5, sized(Uint8Array.from(value))).bytes,
      numbers(2, 3).bytes,
    ]);
    const map = restore(snapshotOf(fields, { bytes: both, count: 2 })) as SharedMap<number, unknown>;
    expect(codeOf(() => map.get(1))).toBe('DECODE');
    expect([map.get(2), map.size, map.has(1)]).toEqual([3, 2, true]);
    const again = SharedMap.fromSnapshot<number, unknown>(map.snapshot());
    expect(codeOf(() => again.get(1))).toBe('DECODE');
    for (const each of [map, again]) each.delete(2); // entries have no order
    expect(Buffer.compare(again.snapshot(), map.snapshot())).toBe(0);
    expect(map.set(1, 2).get(1)).toBe(2);
    expect(map.check()).toEqual([]);
  });
});

test('views of format 1 that share a buffer are not stored as often as they are there', () => {
  const KiB = 1024;
  const shared = new ArrayBuffer(64 * KiB);
  const value = Array.from({ length: 1000 }, () => new Uint8Array(shared));
  const writer = new Serializer();
  writer.writeHeader();
  writer.writeValue(value);
  // 64 MB of views: as they were written, they fit.
  const map = restore(ofFormat1(fields, entry(0, f64(1), 5, sized(writer.releaseBuffer()))));
  const views = map.get(1) as unknown as Uint8Array[];
  expect([views.length, views[999]?.length, views[0]?.buffer === views[999]?.buffer]).toEqual([
    ...[1000, 64 * KiB, true],
  ]);
});
