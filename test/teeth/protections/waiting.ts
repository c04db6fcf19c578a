import type { Protection } from '../protection.js';

// Waiting, and what reads must not do.

export const waiting: readonly Protection[] = [
  {
    name: 'an unlock wakes who waits',
    edits: [
      {
        file: 'bucket.ts',
        find: `  if (exchange64(root, next & ~(LOCK | WAITERS), CONTROL) & WAITERS) wakeChain(root);`,
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
        find: `  if (exchange64(root, next & ~(LOCK | WAITERS), CONTROL) & WAITERS) wakeChain(root);`,
        replace: `  const armed = load64(root, CONTROL) & WAITERS;
  store64(root, next & ~(LOCK | WAITERS), CONTROL);
  if (armed) wakeChain(root);`,
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
  storeCells`,
        replace: `  store64(head, hidden, TOPHASH);
  store64(head, (control | LOCK) + 2 * VERSION_ONE + LEVEL_ONE, CONTROL);
  storeCells`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys two threads split one chain, every 2 preemptions, every death',
  },
  {
    name: 'an unlock steps the wake word of its chain',
    edits: [
      {
        file: 'wake.ts',
        find: `  step((((root >> 3) * PER_BUCKET) & (STRIPES - 1)) * STRIPE_SIZE);`,
        replace: ``,
      },
    ],
    file: 'schedule/waiting.test.ts',
    test: 'number keys a key is waited for: one entry, every 1 preemption, every death',
  },
  {
    name: 'the wake word of a chain is that of its keys',
    edits: [
      {
        file: 'wake.ts',
        find: `const PER_BUCKET: usize = 11;`,
        replace: `const PER_BUCKET: usize = 13;`,
      },
    ],
    file: 'schedule/waiting.test.ts',
    test: 'number keys a key is waited for: one entry, every 1 preemption, every death',
  },
  {
    name: 'a wake word is stepped: who is about to sleep does not',
    edits: [
      {
        file: 'wake.ts',
        find: `  add64(at, 1, WAKES);`,
        replace: `  add64(at, 0, WAKES);`,
      },
    ],
    file: 'schedule/waiting.test.ts',
    test: 'number keys a key is waited for: one entry, every 1 preemption, every death',
  },
  {
    name: 'a wake word is stepped before its sleepers are woken',
    edits: [
      {
        file: 'wake.ts',
        find: `  add64(at, 1, WAKES);
  wake(at + WAKES);`,
        replace: `  wake(at + WAKES);
  add64(at, 1, WAKES);`,
      },
    ],
    file: 'schedule/waiting.test.ts',
    test: 'number keys a key is set while a thread begins to wait, every 2 preemptions',
  },
  {
    name: 'a wake word is loaded before the chain is marked',
    edits: [
      {
        file: 'wait.ts',
        find: `        store<u64>(scratch, seen, S_WAKE);`,
        replace: `        store<u64>(scratch, loadWake(stripe), S_WAKE);`,
      },
    ],
    file: 'schedule/waiting.test.ts',
    test: 'number keys a key is waited for: one entry, every 1 preemption, every death',
  },
  {
    name: 'who waits compares the root after the wake word was loaded',
    edits: [
      {
        file: 'wait.ts',
        find: `    if (loadRoot() == root) {`,
        replace: `    if (true) {`,
      },
    ],
    file: 'schedule/waiting.test.ts',
    test: 'number keys the map is cleared while a thread begins to wait, and the key comes back under another hash, every 2 preemptions, every death',
  },
  {
    name: 'a clear steps every wake word',
    edits: [
      {
        file: 'clear.ts',
        find: `    wakeAll(); // every`,
        replace: `    // every`,
      },
    ],
    file: 'schedule/waiting.test.ts',
    test: 'number keys the map is cleared while a thread begins to wait, and the key comes back under another hash, every 2 preemptions, every death',
  },
  {
    name: 'a clear steps every wake word: who waits for the end of a key',
    edits: [
      {
        file: 'clear.ts',
        find: `    wakeAll(); // every`,
        replace: `    // every`,
      },
    ],
    file: 'schedule/waiting.test.ts',
    test: 'number keys the map is cleared while a thread begins to wait for the end of a key, every 2 preemptions',
  },
  {
    name: 'a clear wakes who waits before it can be stopped',
    edits: [
      {
        file: 'clear.ts',
        find: `    enter();
    wakeAll();`,
        replace: `    loadRoot();
    enter();
    wakeAll();`,
      },
    ],
    file: 'schedule/waiting.test.ts',
    test: 'number keys who clears the map dies, and another sets the key that a thread waits for',
  },
  {
    name: 'who waits marks exactly the word that it has routed by',
    edits: [
      {
        file: 'wait.ts',
        find: `  return (control & WAITERS) != 0 || cas64(head, control, control | WAITERS, CONTROL) == control;`,
        replace: `  or64(head, WAITERS, CONTROL);
  return true;`,
      },
      {
        file: 'wait.ts',
        find: `import { cas64 } from './atomics';`,
        replace: `import { or64 } from './atomics';`,
      },
    ],
    file: 'schedule/waiting.test.ts',
    test: 'number keys a thread waits for a key of a chain in the middle of a commit, every 2 preemptions',
  },
  {
    name: 'who waits asks the control word whether the chain answers for the key',
    edits: [
      {
        file: 'wait.ts',
        find: `      if (route(root, keyHash) == ASTRAY) {`,
        replace: `      if (route(root, keyHash & nearMask) == ASTRAY) {`,
      },
      {
        file: 'wait.ts',
        find: `import { ensureSeed, retry, scratch } from './thread';`,
        replace: `import { ensureSeed, nearMask, retry, scratch } from './thread';`,
      },
    ],
    file: 'schedule/waiting.test.ts',
    test: 'number keys a thread waits for a key of a chain in the middle of a commit, every 2 preemptions',
  },
  {
    name: 'a merge wakes who waits for a key of the child',
    edits: [
      {
        file: 'merge.ts',
        find: `  unlock(child, (childControl & ~(VERSION_ONE - 1)) + VERSION_ONE);`,
        replace: `  store64(child, (childControl & ~(VERSION_ONE - 1)) + VERSION_ONE, CONTROL);
  leave();`,
      },
      {
        file: 'merge.ts',
        find: `import { add64, plainStore32,`,
        replace: `import { add64, leave, plainStore32,`,
      },
    ],
    file: 'schedule/waiting.test.ts',
    test: 'number keys a thread waits for a key whose chain is merged: the upper of two chains that are to be merged, every 2 preemptions',
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
