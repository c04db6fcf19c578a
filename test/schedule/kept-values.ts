import { decode, get, type Key, type MapOperation, put, S_KEY, word } from './operations.js';

// `get` by a thread that keeps what it has read, as src/access/reading.ts and src/codec/cache.ts do it: by the record, not by the key.

const S_AUX = 8;
const S_STAMP = 16;
const S_EPOCH = 24;
const NAMED = 48;
const FAILED = 64;

/** So many gets of these keys in turn, by one thread, each of which may find what one before has kept. */
export function keptGets(keys: readonly Key[], n: number): MapOperation[] {
  let kept = new Map<string, unknown>();
  return Array.from({ length: n }, (_, i) => {
    const key = keys[i % keys.length] as Key;
    return {
      ...get(key),
      name: `get(${key}), keeping`,
      *start(thread) {
        const { kernel } = thread;
        if (i === 0) kept = new Map();
        yield () => {
          kernel.nameValues?.(0, 1);
          return 0;
        };
        for (;;) {
          const k = put(thread, key, S_KEY);
          const result = yield () => kernel.peek?.(k.form, k.length, k.number) as number;
          const status = word(thread, 0);
          if (!Number.isNaN(result) || status < NAMED || status >= FAILED) {
            const value = yield* decode(thread, result);
            if (value !== null) return value;
            continue;
          }
          const identity = [S_AUX, S_STAMP, S_STAMP + 4, S_EPOCH].map((at) => word(thread, at)).join();
          if (kept.has(identity)) return kept.get(identity);
          if ((yield () => kernel.readNamed?.() as number) !== 1) continue;
          const value = yield* decode(thread, Number.NaN);
          if (value === null) continue;
          kept.set(identity, value);
          return value;
        }
      },
    } as MapOperation;
  });
}
