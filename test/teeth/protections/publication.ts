import type { Protection } from '../protection.js';

// Publication: the order in which entries show.

export const publication: readonly Protection[] = [
  {
    name: 'the tophash is published last',
    edits: [
      {
        file: 'assign.ts',
        find: `    plainStore64(atFree + (atFreeCell << 3), key, KEYS);
    plainStore64(atFree + (atFreeCell << 3), value, VALUES);
    store64(atFree, tops, TOPHASH); // publishes the entry`,
        replace: `    store64(atFree, tops, TOPHASH);
    plainStore64(atFree + (atFreeCell << 3), key, KEYS);
    plainStore64(atFree + (atFreeCell << 3), value, VALUES);`,
      },
    ],
    file: 'schedule/chain.test.ts',
    test: '7 number keys in one chain are read and written',
  },
  {
    name: 'the tophash of a short set is published last',
    edits: [
      {
        file: 'assign-short.ts',
        find: `          plainStore64(head + (cell << 3), word, KEYS);
          plainStore64(head + (cell << 3), numberWord(number), VALUES);
          store64(head, withTop(tops, cell, top), TOPHASH); // publishes the entry, as in \`append\``,
        replace: `          store64(head, withTop(tops, cell, top), TOPHASH);
          plainStore64(head + (cell << 3), word, KEYS);
          plainStore64(head + (cell << 3), numberWord(number), VALUES);`,
      },
    ],
    file: 'schedule/chain.test.ts',
    test: 'a number takes the cell of another by a short set while it is read, every 2 preemptions',
  },
  {
    name: 'the tophash of a short set of a string is published last',
    edits: [
      {
        file: 'assign-short.ts',
        find: `            plainStore64(head + (cell << 3), recordWord(record, hash), KEYS);
            plainStore64(head + (cell << 3), numberWord(number), VALUES);
            store64(head, withTop(tops, cell, topHash(hash)), TOPHASH);`,
        replace: `            store64(head, withTop(tops, cell, topHash(hash)), TOPHASH);
            plainStore64(head + (cell << 3), recordWord(record, hash), KEYS);
            plainStore64(head + (cell << 3), numberWord(number), VALUES);`,
      },
    ],
    file: 'schedule/chain.test.ts',
    test: 'a string takes the cell of another by a short set while it is read, every 2 preemptions',
  },
  {
    name: 'an overflow bucket is filled before it is linked',
    edits: [
      {
        file: 'assign.ts',
        find: `  plainStore64(bucket, key, KEYS);
  plainStore64(bucket, value, VALUES);
  store64(bucket, keyTop, TOPHASH);`,
        replace: `  store64(bucket, keyTop, TOPHASH);`,
      },
      {
        file: 'assign.ts',
        find: `    store32(atLast, <u32>extra, OVERFLOW); // publishes the bucket with its one entry`,
        replace: `    store32(atLast, <u32>extra, OVERFLOW);
    plainStore64(extra, key, KEYS);
    plainStore64(extra, value, VALUES);`,
      },
    ],
    file: 'schedule/chain.test.ts',
    test: 'a full chain gets an overflow bucket while it is read, every 2 preemptions',
  },
  {
    name: 'an entry is counted inside the section',
    edits: [
      {
        file: 'assign.ts',
        find: `  const entries = addCount(rootGen(atRoot), atChain, 1);
  if (keyIsBytes)`,
        replace: `  if (keyIsBytes)`,
      },
      {
        file: 'assign.ts',
        find: `  sum = addend;
`,
        replace: `  const entries = addCount(rootGen(atRoot), atChain, 1);
  sum = addend;
`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys several threads begin the growth, and the one that reserves dies, every 2 preemptions, every death',
  },
  {
    name: 'a deleted entry is counted inside the section',
    edits: [
      {
        file: 'remove.ts',
        find: `  const entries = addCount(rootGen(atRoot), atChain, -1);
`,
        replace: ``,
      },
      {
        file: 'remove.ts',
        find: `  if (underShare(entries`,
        replace: `  const entries = addCount(rootGen(atRoot), atChain, -1);
  if (underShare(entries`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a large record is linked, unlinked and freed by threads that die, every 1 preemption, every death',
  },
  {
    name: 'an overflow bucket is counted in the stripe of its chain',
    edits: [
      {
        file: 'assign.ts',
        find: `overflows = addOverflows(rootGen(atRoot), atChain, 1);`,
        replace: `overflows = addOverflows(rootGen(atRoot), atChain + 1, 1);`,
      },
    ],
    file: 'schedule/chain.test.ts',
    test: 'a full chain gets an overflow bucket while it is read, every 2 preemptions',
  },
  {
    name: 'an overflow bucket is counted in the set of its generation',
    edits: [
      {
        file: 'assign.ts',
        find: `overflows = addOverflows(rootGen(atRoot), atChain, 1);`,
        replace: `overflows = addOverflows(0, atChain, 1);`,
      },
    ],
    file: 'schedule/clear.test.ts',
    test: 'a chain of the next generation gets an overflow bucket, and loses it, every 1 preemption',
  },
  {
    name: 'an overflow bucket is counted inside the section',
    edits: [
      {
        file: 'assign.ts',
        find: `    overflows = addOverflows(rootGen(atRoot), atChain, 1);
`,
        replace: ``,
      },
      {
        file: 'assign.ts',
        find: `  sum = addend;
`,
        replace: `  if (extra) overflows = addOverflows(rootGen(atRoot), atChain, 1);
  sum = addend;
`,
      },
    ],
    file: 'schedule/death.test.ts',
    test: 'a writer of number keys dies in one chain',
  },
];
