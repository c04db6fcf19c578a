import type { Protection } from '../protection.js';

// Shrinking: merging two chains, and who begins, ends and takes it back.

const MERGE = 'schedule/merge.test.ts';
const SHRINK = 'schedule/shrink.test.ts';
const WINDOWS = 'schedule/windows.test.ts';

const lookedUp = (table: string) =>
  `number keys a key is looked up while its chain is merged: the ${table}, every 2 preemptions`;
const UPPER_OF_ONE = lookedUp('upper of two chains that are to be merged');
const INTO_TWO = lookedUp('upper of two chains that are to be merged into two buckets');
const LOWER_OF_TWO = lookedUp('lower of two chains of two that are to be merged');
const changed = (size: string) =>
  `a writer changes chains ${size} that are looked at to be merged, every 2 preemptions, every death`;
const oldRoot = (buckets: number) =>
  `a reader comes with the root of a table that has grown and is shrinking again: chains of ${buckets}, every window`;
const nearlyEmpty = (chains: string) =>
  `number keys chains of ${chains} that are nearly empty in front are merged, every 1 preemption`;
const TAKEN_BACK =
  'number keys a shrink is taken back while chains are merged, every 2 preemptions, every death';
const RESERVED = 'a delete that begins a shrink meets a reservation, every 2 preemptions';

/** What the commit does before the level falls, as it is written there. */
const SHOWN = `  store64(head, merged, TOPHASH);
`;
const LINKED = `  store32(head, <u32>first, OVERFLOW);
`;
const COUNTED = `  if (extra) {
    addOverflows(control >> GEN_SHIFT, chain, 1);
    setHand(HAND_BUCKET, 0);
  }
`;
const LOWERED = `  add64(head, VERSION_ONE - LEVEL_ONE, CONTROL);
`;
const UNBORN = `  unlock(child, (childControl & ~(VERSION_ONE - 1)) + VERSION_ONE);
`;
const POISONED = `  if (SCHEDULED) poisonChild(child); // an unborn chain belongs to the holder of its parent's lock
`;

export const shrink: readonly Protection[] = [
  {
    name: 'merge: entries of the root bucket show before the level falls',
    edits: [
      {
        file: 'merge.ts',
        find: SHOWN + LINKED + COUNTED + LOWERED,
        replace: LINKED + COUNTED + LOWERED + SHOWN,
      },
    ],
    file: WINDOWS,
    test: oldRoot(1),
  },
  {
    name: 'merge: the overflow buckets are linked before the level falls',
    edits: [{ file: 'merge.ts', find: LINKED + COUNTED + LOWERED, replace: COUNTED + LOWERED + LINKED }],
    file: WINDOWS,
    test: oldRoot(2),
  },
  {
    name: 'merge: the level falls before the child is unborn',
    edits: [{ file: 'merge.ts', find: LOWERED + UNBORN + POISONED, replace: UNBORN + POISONED + LOWERED }],
    file: MERGE,
    test: UPPER_OF_ONE,
  },
  {
    name: 'merge: the level falls under the lock, not with it',
    edits: [{ file: 'merge.ts', find: LOWERED, replace: '' }],
    file: MERGE,
    test: UPPER_OF_ONE,
  },
  {
    name: 'merge: the child is locked, too',
    edits: [
      {
        file: 'merge.ts',
        find: `  if (!tryLock(child, childControl)) {
    unlock(head, control);
    abandon();
    return RACED;
  }
`,
        replace: '',
      },
      { file: 'merge.ts', find: `    unlock(child, childControl);\n`, replace: '' },
      {
        file: 'merge.ts',
        find: UNBORN,
        replace: `  store64(child, (childControl & ~(VERSION_ONE - 1)) + VERSION_ONE, CONTROL);\n`,
      },
    ],
    file: MERGE,
    test: changed('of a few'),
  },
  {
    name: 'merge: the root is compared under the locks',
    edits: [{ file: 'merge.ts', find: `loadRoot() != root || `, replace: '' }],
    file: SHRINK,
    test: TAKEN_BACK,
  },
  {
    name: 'merge: the parent has the cells that were looked at',
    edits: [{ file: 'merge.ts', find: `loadTop(head) != tops || `, replace: '' }],
    file: MERGE,
    test: changed('of a few'),
  },
  {
    name: 'merge: the child has the cells that were looked at',
    edits: [{ file: 'merge.ts', find: `loadTop(child) != childTops || `, replace: '' }],
    file: MERGE,
    test: changed('of a few'),
  },
  {
    name: 'merge: the parent has the overflow buckets that were looked at',
    edits: [{ file: 'merge.ts', find: `loadOverflow(head) != own || `, replace: '' }],
    file: MERGE,
    test: changed('that are full'),
  },
  {
    name: 'merge: the child has the overflow buckets that were looked at',
    edits: [{ file: 'merge.ts', find: `loadOverflow(child) != list ||`, replace: '' }],
    file: MERGE,
    test: changed('that are full'),
  },
  {
    name: `merge: the child's last bucket is still its last`,
    edits: [{ file: 'merge.ts', find: ` || loadOverflow(last) != 0`, replace: '' }],
    file: MERGE,
    test: changed('of two that are full'),
  },
  {
    name: `merge: the child's last bucket has the cells that were looked at`,
    edits: [{ file: 'merge.ts', find: `loadTop(last) != lastTops || `, replace: '' }],
    file: MERGE,
    test: changed('of two'),
  },
  {
    name: 'merge: nothing has gone or moved since the chains were looked at',
    edits: [
      {
        file: 'merge.ts',
        find: `((control ^ seen) | (childControl ^ childSeen)) & READ_MASK || `,
        replace: '',
      },
    ],
    file: MERGE,
    test: changed('of two'),
  },
  {
    name: 'merge: the parent is of the generation of now',
    edits: [{ file: 'merge.ts', find: `!sameGen(seen, root) || `, replace: '' }],
    file: SHRINK,
    test: 'number keys chains are merged of which the upper was swept, every 1 preemption',
  },
  {
    name: 'merge: the child is of the generation of now',
    edits: [{ file: 'merge.ts', find: ` || !sameGen(childSeen, root)`, replace: '' }],
    file: SHRINK,
    test: 'number keys chains are merged of which the lower was swept, every 1 preemption',
  },
  {
    name: 'merge: the root bucket does not end the chain where another follows',
    edits: [{ file: 'merge.ts', find: `first ? untrimmed(cellsTops) : cellsTops`, replace: `cellsTops` }],
    file: MERGE,
    test: nearlyEmpty('2 and of 11'),
  },
  {
    name: `merge: the child's last bucket does not end the chain where another follows`,
    edits: [{ file: 'merge.ts', find: `untrimmed(lastTops)`, replace: `lastTops` }],
    file: MERGE,
    test: LOWER_OF_TWO,
  },
  {
    name: 'merge: the new bucket does not end the chain where another follows',
    edits: [{ file: 'merge.ts', find: `behind ? untrimmed(extraTops) : extraTops`, replace: `extraTops` }],
    file: MERGE,
    test: nearlyEmpty('9 and of 3'),
  },
  {
    name: 'merge: the new bucket leaves the hand',
    edits: [{ file: 'merge.ts', find: `    setHand(HAND_BUCKET, 0);\n`, replace: '' }],
    file: MERGE,
    test: INTO_TWO,
  },
  {
    name: 'merge: a bucket that was taken for nothing is given back',
    edits: [
      {
        file: 'merge.ts',
        find: `    unlock(child, childControl);
    unlock(head, control);
    abandon();
`,
        replace: `    unlock(child, childControl);
    unlock(head, control);
`,
      },
    ],
    file: MERGE,
    test: changed('that are full'),
  },
  {
    name: 'a growth passes over no chain that is locked',
    edits: [
      { file: 'grow.ts', find: ` && (control & LOCK) == 0;`, replace: ';' },
      {
        file: 'evacuate.ts',
        find: `  if (control & LOCK) return RACED;
  if (!isParent(control, root)) return level(control) == rootB(root) ? EVACUATED : RACED;
`,
        replace: `  if (!isParent(control, root)) return level(control) == rootB(root) ? EVACUATED : RACED;
  if (control & LOCK) return RACED;
`,
      },
    ],
    file: SHRINK,
    test: TAKEN_BACK,
  },
  {
    name: `a child's version goes on from its own word`,
    edits: [
      { file: 'evacuate.ts', find: `((before & ~(VERSION_ONE - 1)) + VERSION_ONE)`, replace: `VERSION_ONE` },
    ],
    file: SHRINK,
    test: 'number keys a reader sleeps while its chain is merged and born again, and its entry is replaced, every 1 preemption',
  },
  {
    name: 'split: the root is compared under the lock',
    edits: [
      {
        file: 'evacuate.ts',
        find: `if (loadRoot() != root || loadTop(head) != tops`,
        replace: `if (loadTop(head) != tops`,
      },
    ],
    file: SHRINK,
    test: 'number keys a thread that is about to split a chain finds it split, and merged again, every 1 preemption',
  },
  {
    name: 'a write splits nothing that a shrink has merged',
    edits: [{ file: 'search.ts', find: ` && (root & SHRINKING) == 0`, replace: '' }],
    file: SHRINK,
    test: 'number keys one shrinks the table, one reserves room, one writes',
  },
  {
    name: 'a shrink ends when all chains are merged',
    edits: [
      {
        file: 'stretch.ts',
        find: `  const now = stretch << shift < end ? stretch << shift : end;`,
        replace: `  const now = (stretch + 1) << shift < end ? (stretch + 1) << shift : end;`,
      },
    ],
    file: SHRINK,
    test: 'number keys a thread comes late to the end of a shrink, and to the growths after it, every 1 preemption',
  },
  {
    name: 'the end of a shrink is a CAS from the root that was seen',
    edits: [
      {
        file: 'shrink.ts',
        find: `  if (!casRoot(root, (root & ~(AMENDED | SHRINKING))`,
        replace: `  if (!casRoot(loadRoot(), (root & ~(AMENDED | SHRINKING))`,
      },
    ],
    file: SHRINK,
    test: 'number keys a thread comes late to the end of a shrink, and the table has grown again, every 1 preemption',
  },
  {
    name: 'a map does not shrink below its floor',
    edits: [{ file: 'shrink.ts', find: ` || b <= floorB()`, replace: '' }],
    file: SHRINK,
    test: RESERVED,
  },
  {
    name: 'a raised floor stops who looked at it before',
    edits: [{ file: 'reserve.ts', find: `casRoot(root, root + CHANGE)`, replace: 'loadRoot()' }],
    file: SHRINK,
    test: RESERVED,
  },
  {
    name: 'a shrink that inserts have overtaken becomes a growth',
    edits: [
      {
        file: 'grow.ts',
        find: `overLoadFactor(sumCounts(root), b - 1)) turnToGrowth(root);`,
        replace: `overLoadFactor(sumCounts(root), b - 1)) return;`,
      },
    ],
    file: SHRINK,
    test: 'a shrink that cannot go on becomes a growth when the map is filled',
    plain: true,
  },
];
