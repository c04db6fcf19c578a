import type { Protection } from '../protection.js';

// Many keys in one call, and records that are named instead of copied.

export const many: readonly Protection[] = [
  {
    name: 'a key of a batch looks at the version again, hit',
    edits: [
      {
        file: 'many.ts',
        find: `if (isNumber(value) && stillReads(head, control)) {`,
        replace: `if (isNumber(value)) {`,
      },
    ],
    file: 'schedule/many.test.ts',
    test: 'a key takes the cell of its twin while many are looked up, every 2 preemptions',
  },
  {
    name: 'a key of a batch looks at the version again, miss',
    edits: [
      {
        file: 'many.ts',
        find: `} else if (loadOverflow(head) == 0 && stillReads(head, control)) {`,
        replace: `} else if (loadOverflow(head) == 0) {`,
      },
    ],
    file: 'schedule/many.test.ts',
    test: 'many keys are looked up while a write moves their chain: the X half of a chain of two that is to be split, every 2 preemptions',
  },
  {
    name: 'a key of a batch is compared as a whole',
    edits: [
      {
        file: 'many.ts',
        find: `if (loadKey(head, cell) == numberKeyWord(key)) {`,
        replace: `if (true) {`,
      },
    ],
    file: 'schedule/many.test.ts',
    test: 'a key takes the cell of its twin while many are looked up, every 2 preemptions',
  },
  {
    name: 'a key of a batch is not looked for in a parent that was split since',
    edits: [
      {
        file: 'many.ts',
        find: ` && head == bucketAt(hash & knownMask)) ||`,
        replace: `) ||`,
      },
    ],
    file: 'schedule/many.test.ts',
    test: 'many keys are looked up while a write moves their chain: the Y half of a chain of one that is to be split, every 2 preemptions',
  },
  {
    name: 'a key of a batch is looked for in a chain that answers for it',
    edits: [
      {
        file: 'many.ts',
        find: `  if (knownRoot == root && ((routed(control, root) && head == bucketAt(hash & knownMask)) || answersBelow(control, hash))) {`,
        replace: `  if (true) {`,
      },
    ],
    file: 'schedule/many.test.ts',
    test: 'many keys are looked up while a write moves their chain: the Y half of a chain of one that is to be split, every 2 preemptions',
  },
  {
    name: 'a record is named while its cell still names it',
    edits: [
      {
        file: 'find.ts',
        find: `if (!stillFound()) return false;`,
        replace: ``,
      },
    ],
    file: 'schedule/kept.test.ts',
    test: 'the record of a number key that is read passes to another key, every 2 preemptions',
  },
  {
    name: 'a named record is looked at again when its bytes are copied',
    edits: [
      {
        file: 'find.ts',
        find: `  if (!stillRecord(record, header, epoch)) return false;
  if (!isKind(header) || recordLength(header) != length) damaged();
  setStatus(BYTES_AT`,
        replace: `  setStatus(BYTES_AT`,
      },
    ],
    file: 'schedule/kept.test.ts',
    test: 'the record of a number key that is read passes to another key, every 2 preemptions',
  },
  {
    name: 'the identity of a record has its version in it',
    edits: [
      {
        file: 'find.ts',
        find: `  store<u64>(scratch, header, S_STAMP);`,
        replace: `  store<u64>(scratch, header & 0xffffff, S_STAMP);`,
      },
      {
        file: 'find.ts',
        find: `export function readNamed(): bool {
  return emitLive(<usize>load<u32>(scratch, S_AUX), load<u64>(scratch, S_STAMP), load<u32>(scratch, S_EPOCH));`,
        replace: `export function readNamed(): bool {
  const record = <usize>load<u32>(scratch, S_AUX);
  return emitLive(record, loadHeader(record), load<u32>(scratch, S_EPOCH));`,
      },
    ],
    file: 'schedule/kept.test.ts',
    test: 'the record of a number key that is read passes to another key, every 2 preemptions',
  },
  {
    name: 'a generation is told from the one 4096 clears later',
    edits: [
      {
        file: 'iterate.ts',
        find: `  return clears >= FAR && clears <= CLEARS_MASK - FAR;`,
        replace: `  return false;`,
      },
    ],
    file: 'schedule/cursor.test.ts',
    test: 'the number of a generation begins again after 4096 clears: a cursor of then has ended',
    plain: true,
  },
];
