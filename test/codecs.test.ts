import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Codec, SharedMap, type SharedMapHandle } from 'threadmap';
import { expect, test } from 'vitest';
import { codeOf, errorOf } from './error-of.js';

const small = { maxBytes: 2 ** 20 };

function codecOf(name: string): Codec<Date> {
  return {
    name,
    encode: (date) => new Uint8Array(Float64Array.of(date.getTime()).buffer),
    decode: (bytes) => new Date(new Float64Array(bytes.buffer)[0] as number),
  };
}

/** A handle that this thread has no map of. */
function detachedHandle(codec: Codec<Date>): SharedMapHandle<unknown, Date> {
  const map = new SharedMap({ value: codec, ...small });
  map.set('k', new Date(5));
  const { handle } = map;
  map.detach();
  return handle;
}

test('attach finds a registered codec by its name', () => {
  const codec = codecOf('registered');
  const handle = detachedHandle(codec);
  const error = errorOf(() => SharedMap.attach(handle));
  expect(error.code).toBe('ERR_SHARED_MAP_CODEC');
  expect(error.message).toContain("'registered'");
  expect(error.message).toContain('registerCodec');
  SharedMap.registerCodec(codec);
  const map = SharedMap.attach(handle);
  expect(map.get('k')).toEqual(new Date(5));
  expect(map.set('l', new Date(6)).get('l')).toEqual(new Date(6));
});

test('one that is registered again takes the place of the one before', () => {
  const codec = codecOf('twice');
  SharedMap.registerCodec(codec);
  const handle = detachedHandle(codec);
  const before = SharedMap.attach(handle, { cacheValues: 5 });
  const made = new SharedMap({ value: codec, ...small }).set('k', new Date(5));
  const own = new SharedMap({ value: codecOf('twice'), ...small }).set('k', new Date(5));
  SharedMap.registerCodec(codec);
  expect(before.get('k')).toEqual(new Date(5));
  SharedMap.registerCodec({ ...codec, decode: () => new Date(6) });
  // A new attach, and maps that have it from the name: attached by it, or made with the very one
  // that was registered.
  expect(SharedMap.attach(detachedHandle(codec)).get('k')).toEqual(new Date(6));
  expect([before.get('k'), made.get('k')]).toEqual([new Date(6), new Date(6)]);
  // A map that was given another object keeps that.
  expect(own.get('k')).toEqual(new Date(5));
});

test('one that is given to attach takes the place of the one before, and what that has decoded is forgotten', () => {
  const codec = { ...codecOf('replaced'), decode: (): unknown => ({ by: 'the first' }) };
  const map = new SharedMap({ value: codec, cacheValues: 5, ...small }).set('k', new Date(5));
  const kept = map.get('k');
  expect(map.get('k')).toBe(kept);
  expect(SharedMap.attach(map.handle, { value: codec })).toBe(map);
  expect(map.get('k')).toBe(kept); // the same codec: nothing is decoded anew
  SharedMap.attach(map.handle, { value: { ...codec, decode: () => ({ by: 'the second' }) } });
  expect(map.get('k')).toEqual({ by: 'the second' });
  SharedMap.registerCodec({ ...codec, decode: () => ({ by: 'a third' }) });
  expect(map.get('k')).toEqual({ by: 'the second' });
});

test('a codec that is registered again is asked anew for values that were kept', () => {
  const codec = { ...codecOf('kept values'), decode: (): unknown => ({ by: 'the first' }) };
  SharedMap.registerCodec(codec);
  const map = new SharedMap({ value: codec, cacheValues: 5, ...small }).set('k', new Date(5));
  const kept = map.get('k');
  expect(kept).toEqual({ by: 'the first' });
  expect(map.get('k')).toBe(kept);
  SharedMap.registerCodec({ ...codec, decode: () => ({ by: 'the second' }) });
  expect(map.get('k')).toEqual({ by: 'the second' });
});

test('one that is given to attach comes before one that is registered', () => {
  SharedMap.registerCodec(codecOf('given'));
  const given = { ...codecOf('given'), decode: () => new Date(77) };
  expect(SharedMap.attach(detachedHandle(codecOf('given')), { value: given }).get('k')).toEqual(new Date(77));
  expect(codeOf(() => SharedMap.attach(detachedHandle(codecOf('given')), { value: codecOf('else') }))).toBe(
    'CODEC',
  );
});

test('it is kept as it was registered', () => {
  const codec = { ...codecOf('kept') };
  SharedMap.registerCodec(codec);
  codec.decode = () => new Date(0);
  expect(SharedMap.attach(detachedHandle(codecOf('kept'))).get('k')).toEqual(new Date(5));
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a name', 'date'],
  ['half a codec', { name: 'half', encode: () => new Uint8Array(1) }],
  ['one without a name', { encode: () => new Uint8Array(1), decode: () => 1 }],
  [
    'a getter that throws',
    Object.defineProperty({}, 'name', { get: () => codecOf('x').decode(null as never) }),
  ],
])('no codec: %s', (_name, value) => {
  expect(codeOf(() => SharedMap.registerCodec(value as never))).toBe('OPTION');
});

test('a map without a codec asks for none', () => {
  const map = new SharedMap({ ...small, value: 'number' });
  SharedMap.registerCodec(codecOf('number'));
  const { handle } = map;
  map.detach();
  expect(SharedMap.attach(handle).set(1, 2).get(1)).toBe(2);
});

test('another thread knows only what it has registered itself', async () => {
  SharedMap.registerCodec(codecOf('across'));
  const map = new SharedMap({ value: codecOf('across'), ...small });
  const library = new URL('../dist/src/index.js', import.meta.url).href;
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(${JSON.stringify(library)}).then(({ SharedMap }) => {
      const codes = [];
      const attempt = () => {
        try {
          codes.push(SharedMap.attach(workerData).size);
        } catch (error) {
          codes.push(error.code);
        }
      };
      attempt();
      SharedMap.registerCodec({ name: 'across', encode: () => new Uint8Array(8), decode: () => 0 });
      attempt();
      parentPort.postMessage(codes);
    });`;
  const worker = new Worker(code, { eval: true, workerData: map.handle });
  const [codes] = await once(worker, 'message');
  expect(codes).toEqual(['ERR_SHARED_MAP_CODEC', 0]);
  await worker.terminate();
});
