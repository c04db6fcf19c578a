import type { Protection } from '../protection.js';

// Locks: what a section may rely on.

export const locks: readonly Protection[] = [
  {
    name: 'a lock is taken from exactly the word that was seen',
    edits: [
      {
        file: 'bucket.ts',
        find: `  if (cas64(root, control, control | LOCK, CONTROL) != control) return false;
  enter();
  return true;`,
        replace: `  enter();
  store64(root, control | LOCK, CONTROL);
  return true;`,
      },
    ],
    file: 'schedule/pairs-number.test.ts',
    test: 'number keys pairs of operations on one entry, every 1 preemption, every death',
  },
  {
    name: 'a search begins at an unlocked word',
    edits: [
      {
        file: 'search.ts',
        find: `  if (control & LOCK) return waitOr(head);
`,
        replace: `  control &= ~LOCK;
`,
      },
    ],
    file: 'schedule/pairs-number.test.ts',
    test: 'number keys pairs of operations on one entry, every 1 preemption, every death',
  },
  {
    name: 'an insert compares the root after locking',
    edits: [
      {
        file: 'assign.ts',
        find: `  if (loadRoot() != atRoot) {
    unlock(atHead, atControl);
    return AGAIN;
  }
  if (extra)`,
        replace: `  if (extra)`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys insert comes late to a chain whose entries a sweep takes out one by one, every 2 preemptions',
  },
  {
    name: 'a short insert compares the root after locking',
    edits: [
      {
        file: 'assign-short.ts',
        find: `        if (loadRoot() == root) {
          plainStore64`,
        replace: `        if (true) {
          plainStore64`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys set finds the root as it was and the chain as it is four clears later, every 1 preemption',
  },
  {
    name: 'a short insert of a string compares the root after locking',
    edits: [
      {
        file: 'assign-short.ts',
        find: `          if (loadRoot() == root) {
            plainStore64`,
        replace: `          if (true) {
            plainStore64`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'string keys set finds the root as it was and the chain as it is four clears later, every 1 preemption',
  },
  {
    name: 'a short insert of a number that is there looks at the control word again',
    edits: [
      {
        file: 'assign-short.ts',
        find: `        if (verb == INSERT) {
          if (loadControl(head) == control) return NO;`,
        replace: `        if (verb == INSERT) {
          return NO;`,
      },
    ],
    file: 'schedule/twins.test.ts',
    test: 'a number key is inserted twice while it takes the cell of its twin, every 2 preemptions',
  },
  {
    name: 'a short insert of a string that is there looks at the control word again',
    edits: [
      {
        file: 'assign-short.ts',
        find: `          if (verb == INSERT) {
            if (loadControl(head) == control) return NO;`,
        replace: `          if (verb == INSERT) {
            return NO;`,
      },
    ],
    file: 'schedule/twins.test.ts',
    test: 'a string key is inserted twice while it takes the cell of its twin, every 2 preemptions',
  },
  {
    name: 'a short set of a string leaves values that are records to the long way',
    edits: [
      {
        file: 'assign-short.ts',
        find: `          } else if (!isRecord(loadValue(head, cell)) && tryLock(head, control)) {
            store64`,
        replace: `          } else if (tryLock(head, control)) {
            store64`,
      },
    ],
    file: 'schedule/pairs-string.test.ts',
    test: 'string keys pairs of operations on one entry, every 1 preemption, every death',
  },
  {
    name: 'a sweep compares the root after locking',
    edits: [
      {
        file: 'clear.ts',
        find: `  if (loadRoot() != root) {
    unlock(head, control);
    return false;
  }
  store64(head, 0, TOPHASH);`,
        replace: `  store64(head, 0, TOPHASH);`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys insert comes late to a chain whose entries a sweep takes out one by one, every 2 preemptions',
  },
  {
    name: 'a sweep compares the root before it frees an entry',
    edits: [
      {
        file: 'clear.ts',
        find: `  if (loadRoot() != root) {
    unlock(head, control);
    return;
  }
`,
        replace: ``,
      },
    ],
    file: 'schedule/clear.test.ts',
    test: 'a sweeper comes late and finds number keys of the next generation, every 1 preemption',
  },
  {
    name: 'a split looks at the version again before it locks',
    edits: [
      {
        file: 'evacuate.ts',
        find: `if (control & LOCK || ((control ^ seen) & READ_MASK) != 0) return RACED;`,
        replace: `if (control & LOCK || ((control ^ seen) & 0x3fc) != 0) return RACED;`,
      },
    ],
    file: 'schedule/fallback.test.ts',
    test: 'an entry that moves is replaced by one that stays, of the same tophash while the chain is about to be split',
  },
  {
    name: 'a split compares the tophash under the lock',
    edits: [
      {
        file: 'evacuate.ts',
        find: `loadTop(head) != tops || loadOverflow`,
        replace: `loadOverflow`,
      },
    ],
    file: 'schedule/fallback.test.ts',
    test: 'an entry comes while the chain is about to be split',
  },
  {
    name: 'a split compares the overflow pointer under the lock',
    edits: [
      {
        file: 'evacuate.ts',
        find: `loadTop(head) != tops || loadOverflow(head) != 0)`,
        replace: `loadTop(head) != tops)`,
      },
    ],
    file: 'schedule/fallback.test.ts',
    test: 'an entry comes, in an overflow bucket while the chain is about to be split',
  },
  {
    name: 'every change steps the sequence',
    edits: [
      {
        file: 'assign.ts',
        find: `  if (freshValue) setHand(HAND_NEW_VALUE, 0);
  unlock(atHead, atControl + SEQUENCE_ONE);`,
        replace: `  if (freshValue) setHand(HAND_NEW_VALUE, 0);
  unlock(atHead, atControl);`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys the map is cleared while a thread is about to store, and grows and fills again before it does, every 2 preemptions',
  },
  {
    name: 'an update steps the sequence',
    edits: [
      {
        file: 'assign.ts',
        find: `  if (freed) setHand(HAND_OLD_VALUE, recordAddress(old));
  unlock(atHead, atControl + SEQUENCE_ONE);`,
        replace: `  if (freed) setHand(HAND_OLD_VALUE, recordAddress(old));
  unlock(atHead, atControl);`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a large record is linked, unlinked and freed by threads that die, every 1 preemption, every death',
  },
];
