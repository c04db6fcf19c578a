import type { Protection } from '../protection.js';

// Reads: what validates them.

export const reads: readonly Protection[] = [
  {
    name: 'a hit looks at the version again',
    edits: [
      {
        file: 'find.ts',
        find: `if (!stillReads(head, control)) return AGAIN;
      foundHead`,
        replace: `      foundHead`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a key is looked up while evacuation hides and moves it: the X half of a chain of two that is to be split, every 2 preemptions',
  },
  {
    name: 'a miss looks at the version again',
    edits: [
      {
        file: 'find.ts',
        find: `return stillReads(head, control) ? NO : AGAIN;`,
        replace: `return NO;`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a key is looked up while evacuation hides and moves it: the X half of a chain of two that is to be split, every 2 preemptions',
  },
  {
    name: 'the version is looked at before an overflow bucket is read',
    edits: [
      {
        file: 'find.ts',
        find: `    if (!stillReads(head, control)) return AGAIN;
    if (++hops`,
        replace: `    if (++hops`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a key is looked up while evacuation hides and moves it: the X half of a chain of two that is to be split, every 2 preemptions',
  },
  {
    name: 'the short get looks at the version again, hit',
    edits: [
      {
        file: 'find-short.ts',
        find: `if (value == value && stillReads(head, control)) return value;
      }
    } else if (loadOverflow(head) == 0 && stillReads(head, control)) {
      setStatus(ABSENT);
      return NaN;
    }
  }
  return get(FORM_NUMBER`,
        replace: `if (value == value) return value;
      }
    } else if (loadOverflow(head) == 0 && stillReads(head, control)) {
      setStatus(ABSENT);
      return NaN;
    }
  }
  return get(FORM_NUMBER`,
      },
    ],
    file: 'schedule/chain.test.ts',
    test: 'another takes the cell of a number key whose number is read, every 1 preemption',
  },
  {
    name: 'the short get looks at the version again, miss',
    edits: [
      {
        file: 'find-short.ts',
        find: `    } else if (loadOverflow(head) == 0 && stillReads(head, control)) {
      setStatus(ABSENT);
      return NaN;
    }
  }
  return get(FORM_NUMBER, 0, key);`,
        replace: `    } else if (loadOverflow(head) == 0) {
      setStatus(ABSENT);
      return NaN;
    }
  }
  return get(FORM_NUMBER, 0, key);`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a key is looked up while evacuation hides and moves it: the X half of a chain of two that is to be split, every 2 preemptions',
  },
  {
    name: 'the short get of a string looks at the version again, hit',
    edits: [
      {
        file: 'find-short.ts',
        find: `          if (value == value && stillReads(head, control)) return value;`,
        replace: `          if (value == value) return value;`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'string keys the map is cleared while a thread is about to store, and grows and fills again before it does, every 2 preemptions',
  },
  {
    name: 'a short set of a string compares the whole key',
    edits: [
      {
        file: 'assign-short.ts',
        find: ` && holds(recordAddress(word), form, length)) {
          if (verb`,
        replace: `) {
          if (verb`,
      },
    ],
    hash: 'constant',
    file: 'schedule/chain.test.ts',
    test: 'a table of string keys under a hash of one value is read and written',
  },
  {
    name: 'the short get compares the whole key',
    edits: [
      {
        file: 'find-short.ts',
        find: `if (loadKey(head, cell) == word) {`,
        replace: `if (true) {`,
      },
    ],
    file: 'schedule/twins.test.ts',
    test: 'three number keys of one tophash come and go',
  },
  {
    name: 'a value record is looked at while its cell still names it',
    edits: [
      {
        file: 'find.ts',
        find: `  if (!stillFound()) return false;
`,
        replace: ``,
      },
    ],
    file: 'schedule/twins.test.ts',
    test: 'a number key takes the cell of its twin while both are read, every 2 preemptions',
  },
  {
    name: 'a copied record is looked at again',
    edits: [
      {
        file: 'find.ts',
        find: `  if (!stillRecord(record, header, epoch)) return false;
  if (!isKind(header) || recordLength(header) != length) damaged();
  setStatus(BYTES_AT`,
        replace: `  setStatus(BYTES_AT`,
      },
    ],
    file: 'schedule/twins.test.ts',
    test: 'a number key takes the cell of its twin while both are read, every 2 preemptions',
  },
  {
    name: 'a large value is looked at again after it was copied',
    edits: [
      {
        file: 'find.ts',
        find: `  return stillRecord(<usize>load<u32>(scratch, S_AUX), load<u64>(scratch, S_STAMP), load<u32>(scratch, S_EPOCH));`,
        replace: `  return true;`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'threads set, read and delete large values',
  },
  {
    name: 'a record is one version and one epoch',
    edits: [
      {
        file: 'record.ts',
        find: `return loadHeader(record) == header && loadEpoch(pageOf(record)) == epoch;`,
        replace: `return ((loadHeader(record) ^ header) & 0xffffff) == 0;`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'threads set, read and delete large values',
  },
  {
    name: 'a short get looks for the key of a child in the child once its parent was split',
    edits: [
      {
        file: 'find-short.ts',
        find: `  if ((hash & newBit) != 0 && routed(control, root)) {
    head = bucketAt(hash & knownMask);
    control = loadControl(head);
  }
  // The bucket's`,
        replace: `  // The bucket's`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a key is looked up while evacuation hides and moves it: the Y half of a chain of one that is to be split, every 2 preemptions',
  },
  {
    name: 'a look-up asks the child whether it is born',
    edits: [
      {
        file: 'route.ts',
        find: `    if (level(control) != b) return ASTRAY;
  }
  if (!isLive(control)) return ASTRAY;`,
        replace: `  }`,
      },
    ],
    file: 'schedule/merge.test.ts',
    test: 'number keys a key is asked for between the words of parent and child: the upper of two chains that are to be merged, every 2 preemptions',
  },
  {
    name: 'a chain of an older generation is empty for a reader',
    edits: [
      {
        file: 'find.ts',
        find: `    if (!sameGen(routeControl, root)) return NO;
`,
        replace: ``,
      },
    ],
    file: 'schedule/clear.test.ts',
    test: 'what was cleared stays absent before it is swept, though all keys have one hash, every 1 preemption',
    hash: 'constant',
  },
  {
    name: 'a chain of an older generation is swept before it is written',
    edits: [
      {
        file: 'search.ts',
        find: `  if (!sameGen(control, root)) {`,
        replace: `  if (false) {`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys the map is cleared while a thread is about to store, and grows and fills again before it does, every 2 preemptions',
  },
];
