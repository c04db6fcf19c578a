import type { Protection } from '../protection.js';

// Splitting a chain of one bucket.

export const split: readonly Protection[] = [
  {
    name: 'split: the parent steps before it hides',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  add64(head, VERSION_ONE + LEVEL_ONE, CONTROL);
  store64(head, parentTops, TOPHASH);
  unlock(child, live + SEQUENCE_ONE);
  unlock(head, control + 2`,
        replace: `  store64(head, parentTops, TOPHASH);
  add64(head, VERSION_ONE + LEVEL_ONE, CONTROL);
  unlock(child, live + SEQUENCE_ONE);
  unlock(head, control + 2`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a chain is listed while it is split, every 2 preemptions',
  },
  {
    name: 'split: the level rises with the step, not at the unlock',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  add64(head, VERSION_ONE + LEVEL_ONE, CONTROL);
  store64(head, parentTops`,
        replace: `  add64(head, VERSION_ONE, CONTROL);
  store64(head, parentTops`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys an entry that has moved is replaced and its record used again while a reader looks at the parent',
  },
  {
    name: 'split: the child is live before the level rises',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  store64(child, live | LOCK, CONTROL);
  enter();
  add64(head, VERSION_ONE + LEVEL_ONE, CONTROL);
  store64(head, parentTops`,
        replace: `  add64(head, VERSION_ONE + LEVEL_ONE, CONTROL);
  store64(child, live | LOCK, CONTROL);
  enter();
  store64(head, parentTops`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a key is looked up while evacuation hides and moves it: the Y half of a chain of one that is to be split, every 2 preemptions',
  },
  {
    name: 'split: the unlock steps once more',
    edits: [
      {
        file: 'evacuate.ts',
        find: `unlock(head, control + 2 * VERSION_ONE + LEVEL_ONE);`,
        replace: `unlock(head, control + VERSION_ONE + LEVEL_ONE);`,
      },
    ],
    file: 'schedule/windows.test.ts',
    test: 'a key comes into the cell of one that has moved, of the same tophash, every window',
  },
  {
    name: 'split: the child stays locked until the parent has let go',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  store64(child, live | LOCK, CONTROL);
  enter();
  add64(head, VERSION_ONE + LEVEL_ONE, CONTROL);
  store64(head, parentTops, TOPHASH);
  unlock(child, live + SEQUENCE_ONE);`,
        replace: `  store64(child, live, CONTROL);
  add64(head, VERSION_ONE + LEVEL_ONE, CONTROL);
  store64(head, parentTops, TOPHASH);`,
      },
    ],
    file: 'schedule/windows.test.ts',
    test: 'an entry is replaced in the child of a chain of 1 and its record used again, every window',
  },
  {
    name: 'split: the child is filled before it is live',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  copy(child + KEYS, head + KEYS, CELLS_SIZE);
  plainStore64(child, childTops, TOPHASH);
  plainStore32(child, 0, OVERFLOW);
  store64(child, live | LOCK, CONTROL);
  enter();`,
        replace: `  store64(child, live | LOCK, CONTROL);
  enter();
  plainStore64(child, childTops, TOPHASH);
  plainStore32(child, 0, OVERFLOW);
  copy(child + KEYS, head + KEYS, CELLS_SIZE);`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a key is looked up while evacuation hides and moves it: the Y half of a chain of one that is to be split, every 2 preemptions',
  },
  {
    name: 'split: what has moved is hidden in the parent',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  store64(head, parentTops, TOPHASH);
  unlock(child, live + SEQUENCE_ONE);
  unlock(head, control + 2`,
        replace: `  unlock(child, live + SEQUENCE_ONE);
  unlock(head, control + 2`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a key is looked up while evacuation hides and moves it: the X half of a chain of two that is to be split, every 2 preemptions',
  },
];
