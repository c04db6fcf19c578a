import type { Protection } from '../protection.js';

// Old values that are given back, and writes that depend on them.

export const exchanges: readonly Protection[] = [
  {
    name: 'a short compareAndSet that refuses looks at the control word again',
    edits: [
      {
        file: 'change-short.ts',
        find: `old == old && expected == expected && loadControl(head) == control ? NO`,
        replace: `old == old && expected == expected ? NO`,
      },
    ],
    file: 'schedule/chain.test.ts',
    test: 'another takes the cell of a number key whose number is compared, every 1 preemption',
  },
  {
    name: 'a short change compares the whole key, number',
    edits: [
      {
        file: 'change-short.ts',
        find: `candidate(root, hashWord(word)) && loadKey(head, cell) == word;`,
        replace: `candidate(root, hashWord(word));`,
      },
    ],
    hash: 'constant',
    file: 'schedule/chain.test.ts',
    test: 'a table of number keys under a hash of one value is read and written',
  },
  {
    name: 'a short change compares the whole key, string',
    edits: [
      {
        file: 'change-short.ts',
        find: ` && holds(recordAddress(word), form, length);`,
        replace: `;`,
      },
    ],
    hash: 'constant',
    file: 'schedule/chain.test.ts',
    test: 'a table of string keys under a hash of one value is read and written',
  },
  {
    name: 'a short change is stored under a lock from the word that was seen',
    edits: [
      {
        file: 'change-short.ts',
        find: `  if (!tryLock(head, control)) return false;
  store64(head + (cell << 3), numberWord(number), VALUES);
  unlock(head, control + SEQUENCE_ONE);`,
        replace: `  const now = loadControl(head);
  if ((now & LOCK) != 0 || !tryLock(head, now)) return false;
  store64(head + (cell << 3), numberWord(number), VALUES);
  unlock(head, now + SEQUENCE_ONE);`,
      },
    ],
    file: 'schedule/chain.test.ts',
    test: 'numbers of a number key are compared and added to, every 2 preemptions',
  },
  {
    name: 'a token names the version of the record',
    edits: [
      {
        file: 'token.ts',
        find: ` && (!isRecord(word) || stillRecord(recordAddress(word), tokenHeader, tokenEpoch))`,
        replace: ``,
      },
      {
        file: 'token.ts',
        find: `import { loadHeader, stillRecord } from './record';`,
        replace: `import { loadHeader } from './record';`,
      },
    ],
    file: 'schedule/exchanges.test.ts',
    test: 'a number key is updated while its value changes and its record is used again, every 2 preemptions, every death',
  },
  {
    name: 'a token names the word of the value',
    edits: [
      {
        file: 'token.ts',
        find: `return word == tokenWord && (!isRecord(word) ||`,
        replace: `return (!isRecord(word) ||`,
      },
    ],
    file: 'schedule/exchanges.test.ts',
    test: 'two update the same number key, every 2 preemptions, every death',
  },
  {
    name: 'a token belongs to a record that was this value when its header was read',
    edits: [
      {
        file: 'token.ts',
        find: `if (stillFound() && emitLive(`,
        replace: `if (emitLive(`,
      },
    ],
    file: 'schedule/exchanges.test.ts',
    test: 'a number key is updated while its value changes and its record is used again, every 2 preemptions, every death',
  },
  {
    name: 'a set by a token compares',
    edits: [
      {
        file: 'assign.ts',
        find: `verb == COMPARE ? isExpected(old) : verb != MATCH || isToken(old)`,
        replace: `verb == COMPARE ? isExpected(old) : true || isToken(old)`,
      },
    ],
    file: 'schedule/exchanges.test.ts',
    test: 'two update the same string key, every 2 preemptions, every death',
  },
  {
    name: 'a delete by a token compares',
    edits: [
      {
        file: 'remove-if.ts',
        find: `verb == COMPARE ? isExpected(value) : isToken(value)`,
        replace: `verb == COMPARE ? isExpected(value) : true || isToken(value)`,
      },
    ],
    file: 'schedule/exchanges.test.ts',
    test: 'a string key is deleted on a condition while its value changes and its record is used again, every 2 preemptions, every death',
  },
  {
    name: 'a delete on a condition that does nothing was right at one instant',
    edits: [
      {
        file: 'remove-if.ts',
        find: `} else if (confirmed()) {`,
        replace: `} else if (true || confirmed()) {`,
      },
    ],
    file: 'schedule/exchanges.test.ts',
    test: 'a number key is compared while it moves to another chain and its cell is filled, every 1 preemption',
  },
  {
    name: 'a take that finds nothing was right at one instant',
    edits: [
      {
        file: 'get-and-delete.ts',
        find: `if (confirmed()) return putOut(NO_WORD);`,
        replace: `if (true || confirmed()) return putOut(NO_WORD);`,
      },
    ],
    file: 'schedule/exchanges.test.ts',
    test: 'a string key is taken out while it moves to another bucket of its chain, every 1 preemption',
  },
  {
    name: 'a replaced record stays in the hand until it is copied',
    edits: [
      {
        file: 'assign.ts',
        find: `if (freed && verb != EXCHANGE) giveRecord`,
        replace: `if (freed) giveRecord`,
      },
    ],
    file: 'schedule/exchanges.test.ts',
    test: 'two exchange large values of a number key, every 1 preemption, every death',
  },
  {
    name: 'a large old value stays in the hand until JavaScript has its pages',
    edits: [
      {
        file: 'old-value.ts',
        find: `if (!isLarge(header)) settle();`,
        replace: `settle();`,
      },
    ],
    file: 'schedule/exchanges.test.ts',
    test: 'two exchange large values of a string key, every 1 preemption, every death',
  },
  {
    name: 'who replaces stores nothing where the key is absent',
    edits: [
      {
        file: 'assign.ts',
        find: `      if (verb >= COMPARE) {
        if (confirmed()) return NO;`,
        replace: `      if (verb == COMPARE) {
        if (confirmed()) return NO;`,
      },
    ],
    file: 'schedule/exchanges.test.ts',
    test: 'a number key is replaced while it is deleted, every 2 preemptions',
  },
];
