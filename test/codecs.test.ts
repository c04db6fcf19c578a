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
  map.detach();
  return map.handle;
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

test('the same one may be registered again, another one of its name may not', () => {
  const codec = codecOf('twice');
  SharedMap.registerCodec(codec);
  SharedMap.registerCodec(codec);
  const error = errorOf(() => SharedMap.registerCodec(codecOf('twice')));
  expect(error.code).toBe('ERR_SHARED_MAP_CODEC');
  expect(error.message).toContain("'twice'");
  expect(SharedMap.attach(detachedHandle(codecOf('twice'))).get('k')).toEqual(new Date(5));
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
  map.detach();
  expect(SharedMap.attach(map.handle).set(1, 2).get(1)).toBe(2);
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
