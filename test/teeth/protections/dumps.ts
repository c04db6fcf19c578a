import type { Protection } from '../protection.js';

// Dumps: what makes each entry of a snapshot true, and each key come once.

export const dumps: readonly Protection[] = [
  {
    name: 'a dump looks at the version of a chain again',
    edits: [
      {
        file: 'dump.ts',
        find: `r == DONE && ((now ^ walkControl) & READ_MASK) == 0;`,
        replace: `r == DONE;`,
      },
    ],
    file: 'schedule/dump.test.ts',
    test: 'number keys a chain of 1 is evacuated while it is dumped',
  },
  {
    name: 'a dump looks twice at a locked chain that has overflow buckets',
    edits: [
      {
        file: 'dump.ts',
        find: `overflowing && !noting && (now & LOCK) != 0;`,
        replace: `false;`,
      },
    ],
    file: 'schedule/dump.test.ts',
    test: 'number keys a chain is dumped while it is compacted, every 2 preemptions',
  },
  {
    name: 'a dump leaves out what it has met in the chain before',
    edits: [
      {
        file: 'dump.ts',
        find: `    if (wasNoted(key)) return DONE;
`,
        replace: ``,
      },
    ],
    file: 'schedule/dump.test.ts',
    test: 'number keys a chain is dumped while it is compacted, every 2 preemptions',
  },
  {
    name: 'a dump looks at the version before it reads an overflow bucket',
    edits: [
      {
        file: 'dump.ts',
        find: `      if (!stillReads(walkHead, walkControl)) return AGAIN;
      overflowing = true;`,
        replace: `      overflowing = true;`,
      },
    ],
    file: 'schedule/dump.test.ts',
    test: 'string keys a chain of 5 is dumped while it is split and its values change, every 2 preemptions',
  },
  {
    name: 'a record is dumped while its cell still names it',
    edits: [
      {
        file: 'dump.ts',
        find: `  if (load64(place, 0) != word || !stillReads(walkHead, walkControl)) return AGAIN;
`,
        replace: ``,
      },
    ],
    file: 'schedule/dump.test.ts',
    test: 'a record is replaced and its piece used again while it is dumped, every 2 preemptions',
  },
  {
    name: 'a dumped record is looked at again',
    edits: [
      {
        file: 'dump.ts',
        find: `  if (!stillRecord(record, header, epoch)) return AGAIN;
`,
        replace: ``,
      },
    ],
    file: 'schedule/dump.test.ts',
    test: 'a record is replaced and its piece used again while it is dumped, every 2 preemptions',
  },
];
