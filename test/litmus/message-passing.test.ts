import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import type { MessageData, Messages, MessageWay, Order } from '../../workers/litmus/message-passing.js';

const file = new URL('../../dist/workers/litmus/message-passing.js', import.meta.url);

const alone = availableParallelism() < 2;
/**
 * Changes that a reader sees, each of which says how old the words may be. On one processor it sees
 * one each time that the system lets it run.
 */
const CHANGES = alone ? 50 : 1000;
/** Where an older word has to be seen: looks until then, at most. */
const MOST_LOOKS = 50_000_000;
/** Four cache lines of 64 bytes. */
const MESSAGE_BYTES = 256;

async function messages(map: object, way: MessageWay, order: Order): Promise<Messages> {
  const shared: Omit<MessageData, 'writes'> = {
    ...{ handle: (map as SharedMap<unknown, unknown>).handle, way, order },
    message: new SharedArrayBuffer(MESSAGE_BYTES),
    done: new SharedArrayBuffer(4),
    changes: order === 'kept' ? CHANGES : Number.POSITIVE_INFINITY,
    looks: order === 'kept' ? Number.POSITIVE_INFINITY : MOST_LOOKS,
  };
  const workers = [false, true].map(
    (writes) => new Worker(file, { workerData: { ...shared, writes } satisfies MessageData }),
  );
  try {
    const answers = workers.map(
      (worker) =>
        new Promise<Messages>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        }),
    );
    const [answer] = await Promise.all(answers);
    return answer as Messages;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

const maxBytes = 2 ** 24;
const numbers = () => new SharedMap({ key: 'number', value: 'number', maxBytes });
const strings = () => new SharedMap({ key: 'string', value: 'number', maxBytes });

const WAYS: readonly (readonly [MessageWay, () => object])[] = [
  ['set of a number under a number', numbers],
  ['set of a number under a string', strings],
  ['set of a number under a long string', strings],
  ['set of an object', () => new SharedMap({ key: 'number', maxBytes })],
  ['set of a string', () => new SharedMap({ key: 'number', value: 'string', maxBytes })],
  ['add', numbers],
  ['compareAndSet', numbers],
  ['setMany and getMany', numbers],
  ['insert and delete', numbers],
  ['set and delete under a string', strings],
];

describe('who sees a change sees what was stored before it in other shared memory', () => {
  for (const [way, create] of WAYS) {
    test(way, async () => {
      const map = create();
      const { seen, older } = await messages(map, way, 'kept');
      expect(seen).toBe(CHANGES);
      expect(older).toBe(0);
      expect((map as SharedMap<unknown, unknown>).check()).toEqual([]);
    });
  }
});

// Without these, the reader might never have looked at the instant that counts.
const reason = alone ? ' (not run: one processor, on which no two threads overlap)' : '';

describe.skipIf(alone)(`an older word is seen where one may be${reason}`, () => {
  for (const [way, create] of WAYS) {
    test(`${way}, stored after the change`, async () => {
      expect((await messages(create(), way, 'late')).older).toBeGreaterThan(0);
    });
    test(`${way}, loaded before the look`, async () => {
      expect((await messages(create(), way, 'early')).older).toBeGreaterThan(0);
    });
  }
});
