import type { Protection } from '../protection.js';

// Arithmetic: results are of the value that was there, and what was made for one that came too late is not stored.

const file = 'schedule/arithmetic.test.ts';

export const arithmetic: readonly Protection[] = [
  {
    name: 'the record of a result that came too late is not used for the next one',
    edits: [
      {
        file: 'compute.ts',
        find: `  giveRecord(slot, HAND_NEW_VALUE);\n`,
        replace: ``,
      },
    ],
    file,
    test: 'two sums of one bigint, each of which needs a record, every 2 preemptions, every death',
  },
  {
    name: 'arithmetic on a key that is gone begins with the operand',
    edits: [
      {
        file: 'compute.ts',
        find: `      number = numberOperand;
      wide = wideOperand;
      bring();
`,
        replace: ``,
      },
    ],
    file,
    test: 'a bigint is added to while its key is deleted and set again, every 2 preemptions, every death',
  },
  {
    name: 'arithmetic that changes nothing was right at one instant',
    edits: [
      {
        file: 'compute.ts',
        find: `if (same) return confirmed() ? YES : AGAIN;`,
        replace: `if (same) return YES;`,
      },
    ],
    file,
    test: 'a maximum that changes nothing, while the value falls, every 2 preemptions, every death',
  },
  {
    name: 'a value that is no number was there at one instant',
    edits: [
      {
        file: 'compute.ts',
        find: `if (!isNumber(old)) return confirmed() ? NOT_NUMBER : AGAIN;`,
        replace: `if (!isNumber(old)) return NOT_NUMBER;`,
      },
    ],
    file,
    test: 'a number is deleted, and its cell goes to a text of another key, every 2 preemptions, every death',
  },
  {
    name: 'the sum of a bigint that has a record is of its bytes',
    edits: [
      {
        file: 'compute.ts',
        find: `return isRecord(word) ? <i64>load64(recordAddress(word) + RECORD_HEADER, 0) : int64OfWord(word);`,
        replace: `return int64OfWord(word);`,
      },
    ],
    file,
    test: 'two sums of one bigint, each of which needs a record, every 2 preemptions, every death',
  },
];
