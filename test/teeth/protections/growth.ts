import type { Protection } from '../protection.js';

// Growth: who carries it on and when it ends.

export const growth: readonly Protection[] = [
  {
    name: 'a promotion comes when all chains have moved',
    edits: [
      {
        file: 'stretch.ts',
        find: `  const now = stretch << shift < end ? stretch << shift : end;`,
        replace: `  const now = (stretch + 1) << shift < end ? (stretch + 1) << shift : end;`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a thread comes late to a promotion, and to the growths after it, every 1 preemption',
  },
  {
    name: 'a promotion is a CAS from the root that was seen',
    edits: [
      {
        file: 'grow.ts',
        find: `if (casRoot(root, (root & ~AMENDED) + CHANGE)) add64`,
        replace: `if (casRoot(loadRoot(), (root & ~AMENDED) + CHANGE)) add64`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a thread comes late to a promotion, and to the growths after it, every 1 preemption',
  },
  {
    name: 'a chain is passed over only when its level has risen',
    edits: [
      {
        file: 'grow.ts',
        find: `  return level(control) == rootB(root) - ((root & SHRINKING) != 0 ? 1 : 0) && (control & LOCK) == 0;`,
        replace: `  return true || (control & LOCK) == 0;`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a key is looked up while evacuation hides and moves it: the X half of a chain of two that is to be split, every 2 preemptions',
  },
  {
    name: 'the bits of stretches belong to one work',
    edits: [
      {
        file: 'stretch.ts',
        find: `return (word >> 16) == (root >> 24) ? word & BITS : 0;`,
        replace: `return word & BITS;`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a thread comes late to a promotion, and to the growths after it, every 1 preemption',
  },
  {
    name: 'a stretch has its bit when each of its chains was seen moved',
    edits: [
      {
        file: 'stretch.ts',
        find: `  if ((next & NOT_WHOLE) != 0) return false;`,
        replace: ``,
      },
    ],
    file: 'schedule/stretches.test.ts',
    test: 'number keys a chain is locked while the stretch that it lies in is moved, every 2 preemptions',
  },
  {
    name: 'stretches that were claimed and are not done are claimed again',
    edits: [
      {
        file: 'stretch.ts',
        find: `  if (round) from = prefix(kind, root, end) >> shift;\n`,
        replace: ``,
      },
    ],
    file: 'schedule/claims.test.ts',
    test: 'a growth ends, at whichever step a thread dies that had its part in it',
  },
  {
    name: 'who claims late takes no claim of later work back',
    edits: [
      {
        file: 'stretch.ts',
        find: `  if (loadRoot() != root) return false;\n`,
        replace: ``,
      },
    ],
    file: 'schedule/claims.test.ts',
    test: 'who comes late from the growth before takes no claim back, and no bit',
  },
  {
    name: 'who sets a bit late takes no bits of later work back',
    edits: [
      {
        file: 'stretch.ts',
        find: `    if (loadRoot() != root) return;\n`,
        replace: ``,
      },
    ],
    file: 'schedule/claims.test.ts',
    test: 'who comes late from the growth before takes no claim back, and no bit',
  },
  {
    name: 'a write moves its share of chains',
    edits: [{ file: 'grow.ts', find: `      chains--;\n`, replace: `` }],
    file: 'schedule/claims.test.ts',
    test: 'a write carries a growth on by its share of three chains, twice at most, and its own',
  },
  {
    name: 'a write looks at its share of bits',
    edits: [{ file: 'stretch.ts', find: `const WORDS: u32 = 32;`, replace: `const WORDS: u32 = 1024;` }],
    file: 'schedule/claims.test.ts',
    test: 'a write does no more in a large table than in a small one',
  },
  {
    name: 'progress belongs to one growth',
    edits: [
      {
        file: 'header.ts',
        find: `return (word >> PROGRESS_BITS) == workNumber(root) ? word & PROGRESS_MASK : 0;`,
        replace: `return word & PROGRESS_MASK;`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a thread comes late to a promotion, and to the growths after it, every 1 preemption',
  },
  {
    name: 'no tophash differs from a state in the lowest bit alone',
    edits: [
      {
        file: 'tophash.ts',
        find: `export const minTopHash: u64 = 6;`,
        replace: `export const minTopHash: u64 = 5;`,
      },
    ],
    file: 'schedule/empty-cells.test.ts',
    test: 'a deleted key stays absent when its chain is split: child 16',
    plain: true,
  },
];
