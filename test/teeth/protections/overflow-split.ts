import type { Protection } from '../protection.js';

// Splitting and compacting chains with overflow buckets.

export const overflowSplit: readonly Protection[] = [
  {
    name: 'overflow split: the parent steps before it hides',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  add64(head, VERSION_ONE + LEVEL_ONE, CONTROL);
  store64(head, hidden, TOPHASH);`,
        replace: `  store64(head, hidden, TOPHASH);
  add64(head, VERSION_ONE + LEVEL_ONE, CONTROL);`,
      },
    ],
    file: 'schedule/evacuation.test.ts',
    test: 'number keys a chain of 2 is evacuated while it is iterated',
  },
  {
    name: 'overflow split: a step before cells are filled',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  store64(head, hidden, TOPHASH);
  add64(head, VERSION_ONE, CONTROL);
`,
        replace: `  store64(head, hidden, TOPHASH);
`,
      },
    ],
    file: 'schedule/windows.test.ts',
    test: 'an entry of an overflow bucket moves into the cell of one that leaves, of the same tophash, every window',
  },
  {
    // What ARM64 may make of plain stores: they become visible before the step that precedes them.
    name: 'overflow split: no cell is filled before the step',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  add64(head, VERSION_ONE, CONTROL);
  storeCells(head, x + IMAGE_CELLS); // entries that stay at their place are overwritten by themselves
`,
        replace: `  storeCells(head, x + IMAGE_CELLS);
  add64(head, VERSION_ONE, CONTROL);
`,
      },
    ],
    file: 'schedule/windows.test.ts',
    test: 'an entry of an overflow bucket moves into the cell of one that leaves, of the same tophash, every window',
  },
  {
    name: 'overflow split: a step before old buckets are let go',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  add64(head, VERSION_ONE, CONTROL);
  store32(head, xs, OVERFLOW);`,
        replace: `  store32(head, xs, OVERFLOW);`,
      },
    ],
    file: 'schedule/evacuation.test.ts',
    test: 'number keys a chain of 2 is evacuated while it is iterated',
  },
  {
    name: 'overflow split: the new cells show before the old buckets go',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  store64(head, parentTops, TOPHASH);
  add64(head, VERSION_ONE, CONTROL);
  store32(head, xs, OVERFLOW);`,
        replace: `  store32(head, xs, OVERFLOW);
  add64(head, VERSION_ONE, CONTROL);
  store64(head, parentTops, TOPHASH);`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a key is looked up while evacuation hides and moves it: the X half of a chain of two that is to be split, every 2 preemptions',
  },
  {
    name: 'overflow split: the unlock steps once more',
    edits: [
      {
        file: 'evacuate.ts',
        find: `unlock(head, control + 4 * VERSION_ONE`,
        replace: `unlock(head, control + 3 * VERSION_ONE`,
      },
    ],
    file: 'schedule/windows.test.ts',
    test: 'a chain of five is split while a reader takes the way into its overflow buckets, every window',
  },
  {
    name: 'overflow split: old buckets are freed after the unlock',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  unlock(child, live + SEQUENCE_ONE);
  unlock(head, control + 4 * VERSION_ONE + LEVEL_ONE);
  giveBuckets(slot, HAND_OLD);`,
        replace: `  giveBuckets(slot, HAND_OLD);
  unlock(child, live + SEQUENCE_ONE);
  unlock(head, control + 4 * VERSION_ONE + LEVEL_ONE);`,
      },
    ],
    file: 'schedule/windows.test.ts',
    test: 'a chain of five is split while a reader takes the way into its overflow buckets, every window',
  },
  {
    name: 'gathering ends when the chain changes',
    edits: [
      {
        file: 'gather.ts',
        find: `    if (loadControl(head) != control) return RACED;
`,
        replace: ``,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys two threads split one chain, every 2 preemptions, every death',
  },
  {
    name: 'a bucket that does not end its chain says so',
    edits: [
      {
        file: 'gather.ts',
        find: `store64(bucket, next ? emptyOne * 0x0101010101010101 : 0, TOPHASH);`,
        replace: `store64(bucket, 0, TOPHASH);`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a key is looked up while evacuation hides and moves it: the Y half of a chain of five that is to be split, every 2 preemptions',
  },
  {
    name: 'compaction: a step before old buckets are let go',
    edits: [
      {
        file: 'compact.ts',
        find: `  add64(head, VERSION_ONE, CONTROL);
  store32(head, rest`,
        replace: `  store32(head, rest`,
      },
    ],
    file: 'schedule/windows.test.ts',
    test: 'a chain is compacted while a reader comes from its root bucket, every window',
  },
  {
    name: 'compaction: the unlock steps once more',
    edits: [
      {
        file: 'compact.ts',
        find: `control + 2 * VERSION_ONE`,
        replace: `control + VERSION_ONE`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a key is looked up while its chain is compacted, every 2 preemptions',
  },
  {
    name: 'compaction: new cells show before old buckets go',
    edits: [
      {
        file: 'compact.ts',
        find: `  store64(head, tops, TOPHASH); // shown twice for a moment, never not at all
  add64(head, VERSION_ONE, CONTROL);
  store32(head, rest, OVERFLOW);`,
        replace: `  store32(head, rest, OVERFLOW);
  add64(head, VERSION_ONE, CONTROL);
  store64(head, tops, TOPHASH);`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a key is looked up while its chain is compacted, every 2 preemptions',
  },
];
