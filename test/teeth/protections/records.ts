import type { Protection } from '../protection.js';

// Records and pages: when memory is used again.

export const records: readonly Protection[] = [
  {
    name: 'a delete steps the version',
    edits: [
      {
        file: 'remove.ts',
        find: `unlock(atHead, atControl + VERSION_ONE);`,
        replace: `unlock(atHead, atControl + SEQUENCE_ONE);`,
      },
      {
        file: 'remove.ts',
        find: `unlock, VERSION_ONE, loadKey }`,
        replace: `unlock, SEQUENCE_ONE, loadKey }`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys an entry that has moved is replaced and its record used again while a reader looks at the parent',
  },
  {
    name: 'a freed record steps its version',
    edits: [
      {
        file: 'heap.ts',
        find: `store64(record, header + RECORD_VERSION_ONE, 0);`,
        replace: `store64(record, header, 0);`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys an entry that has moved is replaced and its record used again while a reader looks at the parent',
  },
  {
    name: 'a deleted record is given back after the unlock',
    edits: [
      {
        file: 'remove.ts',
        find: `  unlock(atHead, atControl + VERSION_ONE);
  if (underShare`,
        replace: `  giveRecord(slot, HAND_OLD_VALUE);
  unlock(atHead, atControl + VERSION_ONE);
  if (underShare`,
      },
      {
        file: 'remove.ts',
        find: `import { retry } from './thread';`,
        replace: `import { retry, slot } from './thread';
import { giveRecord } from './heap';`,
      },
    ],
    file: 'schedule/windows.test.ts',
    test: 'an entry is deleted and its record used again while a reader is on its way to it, every window',
  },
  {
    name: 'the epoch steps when a page is cut anew',
    edits: [
      {
        file: 'page.ts',
        find: `  store32(pageEntry(page), next == 0 ? 2 : next, EPOCH);`,
        replace: `  store32(pageEntry(page), next > 2 ? next - 1 : next, EPOCH);`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'a page is cut anew while a record of it is copied, and new bytes imitate its header, every 1 preemption',
  },
  {
    name: 'an epoch never says fresh again',
    edits: [
      {
        file: 'page.ts',
        find: `next == 0 ? 2 : next, EPOCH`,
        replace: `next, EPOCH`,
      },
    ],
    file: 'schedule/wraps.test.ts',
    test: 'a page of records is cut anew after the last of its epochs',
  },
  {
    name: 'a piece was never taken only if nobody else has changed its page',
    edits: [
      {
        file: 'heap.ts',
        find: `const fresh = known && first ==`,
        replace: `const fresh = first ==`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'threads take from one page what others have taken first, every 2 preemptions',
  },
  {
    name: 'a page that others have changed has no piece that is known to be fresh',
    edits: [
      {
        file: 'heap.ts',
        find: `          else if (!known) store<u16>(ownFresh(cls), <u16>NONE);
`,
        replace: ``,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'threads take from one page what others have taken first, every 2 preemptions',
  },
  {
    name: 'a page that another thread has named is taken when there is no other',
    edits: [
      {
        file: 'heap.ts',
        find: `      found = findHint(cls, false);
      if (found < 0) {`,
        replace: `      if (found < 0) {`,
      },
      {
        file: 'heap.ts',
        find: `        found = findHint(cls, false);
        if (found < 0) return 0;`,
        replace: `        return 0;`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'a record of another thread has room in the one page that is left, every 1 preemption',
  },
  {
    name: 'the bitmap is looked at again where no page is left',
    edits: [
      {
        file: 'heap.ts',
        find: `        found = findHint(cls, false);
        if (found < 0) return 0;`,
        replace: `        return 0;`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'the last page is taken for a class while another thread looks for one',
  },
  {
    name: 'a hint is compared with a frontier that was loaded after it',
    edits: [
      {
        file: 'page.ts',
        find: `    const f = loadFrontier(); // after the hint: none is set further ahead than this
`,
        replace: ``,
      },
      {
        file: 'page.ts',
        find: `    const roomy = isRoomy();
`,
        replace: `    const f = loadFrontier();
    const roomy = <u64>TABLE + <u64>frontierBuckets(f) * BUCKET_SIZE + (<u64>frontierPages(f) << PAGE_SHIFT) < <u64>heapTop >> 1;
`,
      },
    ],
    file: 'schedule/evacuation.test.ts',
    test: 'full chains are evacuated while entries that need another bucket are inserted',
  },
  {
    name: 'where the room has gone meanwhile, pages that are named are looked at',
    edits: [
      {
        file: 'page.ts',
        find: `        if (!roomy) return -1;
        continue; // the room`,
        replace: `        return -1; // the room`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'the last page is one that its thread has named, and the others go while a large value looks for one, every 1 preemption',
  },
  {
    name: 'a page of its own that is all free is not cut anew for another class',
    edits: [
      {
        file: 'page.ts',
        find: `    let p = findHint(0, true);`,
        replace: `    let p = findHint(0, false);`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'a thread sets and deletes values of two classes in turn, every 1 preemption',
  },
  {
    name: 'what was taken looks like no large record',
    edits: [
      {
        file: 'heap.ts',
        find: `          if (cls != CLASS_OVERFLOW) plainStore64(piece, takenVersion, 0);
`,
        replace: ``,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'a thread dies with a piece in its hand whose old bytes look like a large record, every 1 preemption, every death',
  },
];
