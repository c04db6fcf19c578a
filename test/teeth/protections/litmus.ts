import type { Edit, Protection } from '../protection.js';

// Order: what only a processor can break, and only real threads can show.

/** Unlocks by a store that the processor may hold back behind later loads. */
export const plainUnlock: readonly Edit[] = [
  {
    file: 'bucket.ts',
    find: `import { cas64, enter, exchange64, leave, load32, load64, store64 } from './atomics';`,
    replace: `import { cas64, enter, leave, load32, load64, plainStore64, store64 } from './atomics';`,
  },
  {
    file: 'bucket.ts',
    find: `  if (exchange64(root, next & ~(LOCK | WAITERS), CONTROL) & WAITERS) wakeChain(root);`,
    replace: `  if (loadControl(root) & WAITERS) wakeChain(root);
  plainStore64(root, next & ~(LOCK | WAITERS), CONTROL);`,
  },
];

export const litmus: readonly Protection[] = [
  {
    name: 'an unlock is visible before what its thread reads next: the control word',
    edits: plainUnlock,
    file: 'litmus/store-buffering.test.ts',
    test: 'after an unlock, one of two threads sees the other: the control word',
    plain: true,
  },
  {
    name: 'what a chain holds is visible before what its writer reads next: a cell',
    edits: plainUnlock,
    file: 'litmus/store-buffering.test.ts',
    test: 'after an unlock, one of two threads sees the other: a cell',
    plain: true,
  },
];
