import type { Protection } from '../protection.js';

// Waiting, and what reads must not do.

export const waiting: readonly Protection[] = [
  {
    name: 'an unlock wakes who waits',
    edits: [
      {
        file: 'bucket.ts',
        find: `  if (exchange64(root, next & ~(LOCK | WAITERS), CONTROL) & WAITERS) wake(root + CONTROL);`,
        replace: `  exchange64(root, next & ~(LOCK | WAITERS), CONTROL);`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a writer falls asleep on a locked chain in the middle of a commit, every 2 preemptions',
  },
  {
    name: 'an unlock is an exchange: no waiter is overlooked',
    edits: [
      {
        file: 'bucket.ts',
        find: `  if (exchange64(root, next & ~(LOCK | WAITERS), CONTROL) & WAITERS) wake(root + CONTROL);`,
        replace: `  const armed = load64(root, CONTROL) & WAITERS;
  store64(root, next & ~(LOCK | WAITERS), CONTROL);
  if (armed) wake(root + CONTROL);`,
      },
      {
        file: 'bucket.ts',
        find: `import { cas64, enter, exchange64, leave, load32, load64, wake } from './atomics';`,
        replace: `import { cas64, enter, exchange64, leave, load32, load64, store64, wake } from './atomics';`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a writer falls asleep on a locked chain in the middle of a commit, every 2 preemptions',
  },
  {
    name: 'a waiter is noted in the word that it sleeps on',
    edits: [
      {
        file: 'bucket.ts',
        find: `  if ((c & WAITERS) == 0 && cas64(root, c, c | WAITERS, CONTROL) != c) return 0;
  return <u32>(c | WAITERS);`,
        replace: `  return <u32>c;`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a writer falls asleep on a locked chain in the middle of a commit, every 2 preemptions',
  },
  {
    name: 'a commit adds to the word that waiters mark',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  store64(head, hidden, TOPHASH);
  add64(head, VERSION_ONE, CONTROL);
  copy`,
        replace: `  store64(head, hidden, TOPHASH);
  store64(head, (control | LOCK) + 2 * VERSION_ONE + LEVEL_ONE, CONTROL);
  copy`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys two threads split one chain, every 2 preemptions, every death',
  },
  {
    name: 'a read stores nothing outside of its scratch',
    edits: [
      {
        file: 'find.ts',
        find: `  return stillReads(head, control) ? NO : AGAIN;`,
        replace: `  add64(0, 0, 320);
  return stillReads(head, control) ? NO : AGAIN;`,
      },
      {
        file: 'find.ts',
        find: `import { fence, load32 } from './atomics';`,
        replace: `import { add64, fence, load32 } from './atomics';`,
      },
    ],
    file: 'schedule/chain.test.ts',
    test: '1 number keys in one chain are read and written',
  },
  {
    name: 'long keys: a candidate that was compared is told from others',
    edits: [
      {
        file: 'long-key.ts',
        find: `  if (record > passed && (candidate == 0 || record < candidate)) {`,
        replace: `  if (passed == 0 && candidate == 0) {`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'keys that no scratch holds and that share one hash',
    hash: 'constant',
  },
];
