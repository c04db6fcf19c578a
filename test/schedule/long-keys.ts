import type { Body, LogicalThread } from './logical-thread.js';
import { decode, type MapOperation, S_KEY, S_LENGTH, S_VALUE, word } from './operations.js';

// Looking a key up as SharedMap does with one that is longer than the scratch (src/access/long-key.ts): the kernel names
// candidates, their bytes are compared out here. The form works for keys of any length.

const BUSY = -1;
const CANDIDATE = -6;
const REHASH = -7;
const LATIN1 = 1;
const LONG = 8;
const FAILED = 64;

function* announce(thread: LogicalThread, key: string): Body {
  const { kernel } = thread;
  yield () => {
    const length = thread.bytes.write(key, thread.scratch + S_KEY, 'latin1');
    kernel.longStart?.(LATIN1, length);
    return kernel.longPart?.(length, 1) as number;
  };
  return undefined;
}

/** Calls the kernel until it knows the key or knows it absent. `run` returns a code. */
function* search(thread: LogicalThread, key: string, run: () => number): Body {
  const { kernel } = thread;
  yield* announce(thread, key);
  for (;;) {
    const r = yield run;
    if (r === BUSY) yield* thread.park();
    else if (r === REHASH) yield* announce(thread, key);
    else if (r !== CANDIDATE) return r;
    else if ((yield () => kernel.showCandidate?.() as number) === 1) {
      const at = thread.scratch + S_VALUE;
      const same = thread.bytes.toString('latin1', at, at + word(thread, S_LENGTH)) === key;
      yield () => {
        kernel.judgeCandidate?.(same ? 1 : 0);
        return 0;
      };
    }
  }
}

export function getLong(key: string): MapOperation {
  return {
    name: `get(${key}), long`,
    verb: 'get',
    reads: true,
    key,
    *start(thread) {
      for (;;) {
        let number = Number.NaN;
        const r = yield* search(thread, key, () => {
          number = thread.kernel.get?.(LONG, 0, 0) as number;
          const status = word(thread, 0);
          return Number.isNaN(number) && status >= FAILED ? FAILED - status : 1;
        });
        if (r !== 1) throw new Error(`get answers ${r}`);
        const value = yield* decode(thread, number);
        if (value !== null) return value;
      }
    },
  };
}

export function removeLong(key: string): MapOperation {
  return {
    name: `delete(${key}), long`,
    verb: 'delete',
    key,
    *start(thread) {
      const r = yield* search(thread, key, () => thread.kernel.remove?.(LONG, 0, 0) as number);
      if (r !== 0 && r !== 1) throw new Error(`remove answers ${r}`);
      return r === 1;
    },
  };
}
