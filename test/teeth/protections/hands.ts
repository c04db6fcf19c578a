import type { Protection } from '../protection.js';

// Hands: what a dead thread held.

export const hands: readonly Protection[] = [
  {
    name: 'the head of a free list has a tag',
    edits: [
      {
        file: 'page.ts',
        find: `(((before >> 32) + 1) << 32)`,
        replace: `((before >> 32) << 32)`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'string keys a large record is linked, unlinked and freed by threads that die, every 1 preemption, every death',
  },
  {
    name: 'a page that was used before gets a new free list',
    edits: [
      {
        file: 'heap.ts',
        find: `for (let i: u32 = 0; i < n; i++, piece += size) plainStore32(piece, 0, 0);`,
        replace: ``,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys the map is cleared while a thread is about to store, and grows and fills again before it does, every 2 preemptions',
  },
  {
    name: 'a piece is in the hand from the instant it leaves the free list',
    edits: [
      {
        file: 'heap.ts',
        find: `          plainStore32(slot + note, <u32>piece, HAND);
          leave();
`,
        replace: `          leave();
          plainStore32(slot + note, <u32>piece, HAND);
`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a large record is linked, unlinked and freed by threads that die, every 1 preemption, every death',
  },
  {
    name: 'a piece leaves the hand as it enters the free list',
    edits: [
      {
        file: 'heap.ts',
        find: `      plainStore32(owner + note, 0, HAND);
      if (free == 1)`,
        replace: `      leave();
      plainStore32(owner + note, 0, HAND);
      enter();
      if (free == 1)`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys two threads split one chain, every 2 preemptions, every death',
  },
  {
    name: 'the hand lets go of a new string key inside the section',
    edits: [
      {
        file: 'assign-short.ts',
        find: `            setHand(HAND_NEW_KEY, 0);
            unlock(head, control + SEQUENCE_ONE);`,
        replace: `            unlock(head, control + SEQUENCE_ONE);
            setHand(HAND_NEW_KEY, 0);`,
      },
    ],
    file: 'schedule/death.test.ts',
    test: 'threads put in one new string key by short paths, and die, every 1 preemption, every death',
  },
  {
    name: 'the hand lets go inside the section',
    edits: [
      {
        file: 'assign.ts',
        find: `  if (keyIsBytes) setHand(HAND_NEW_KEY, 0);
  if (freshValue) setHand(HAND_NEW_VALUE, 0);
  unlock(atHead, atControl + SEQUENCE_ONE);`,
        replace: `  unlock(atHead, atControl + SEQUENCE_ONE);
  if (keyIsBytes) setHand(HAND_NEW_KEY, 0);
  if (freshValue) setHand(HAND_NEW_VALUE, 0);`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a large record is linked, unlinked and freed by threads that die, every 1 preemption, every death',
  },
  {
    name: 'what a delete unlinks goes into the hand inside the section',
    edits: [
      {
        file: 'remove.ts',
        find: `  if (keyRecord) setHand(HAND_OLD_KEY, recordAddress(key));
  if (valueRecord) setHand(HAND_OLD_VALUE, recordAddress(value));
  unlock(atHead, atControl + VERSION_ONE);`,
        replace: `  unlock(atHead, atControl + VERSION_ONE);
  if (keyRecord) setHand(HAND_OLD_KEY, recordAddress(key));
  if (valueRecord) setHand(HAND_OLD_VALUE, recordAddress(value));`,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys a large record is linked, unlinked and freed by threads that die, every 1 preemption, every death',
  },
  {
    name: 'a page hint outlives a death',
    edits: [
      {
        file: 'page.ts',
        find: `  if (cls == 0 ? isWhole(a) && frontierPages(loadFrontier()) > page : anchorClass(a) == cls && anchorFree(a) > 0) setHint(cls, page);`,
        replace: ``,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'two pages are left for three threads',
  },
  {
    name: 'a list of buckets is freed one by one, each noted',
    edits: [
      {
        file: 'hand.ts',
        find: `    enter();
    plainStore32(owner + HAND_BUCKET, <u32>head, HAND);
    plainStore32(owner + list, rest, HAND);
    leave();
  }`,
        replace: `    plainStore32(owner + list, rest, HAND);
    plainStore32(owner + HAND_BUCKET, <u32>head, HAND);
  }`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'a chain cannot be evacuated for want of buckets, one of whom dies',
  },
  {
    name: 'a bucket goes into a list in one section',
    edits: [
      {
        file: 'hand.ts',
        find: `  enter();
  store32(bucket, head, OVERFLOW);
  setHand(list, bucket);
  setHand(HAND_BUCKET, 0);
  leave();`,
        replace: `  store32(bucket, head, OVERFLOW);
  setHand(HAND_BUCKET, 0);
  setHand(list, bucket);`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'a chain cannot be evacuated for want of buckets, one of whom dies',
  },
  {
    name: 'a thread that has ended has no pages of its own',
    edits: [
      {
        file: 'slot.ts',
        find: `!= 0) namePage(s, cls, 0);`,
        replace: `== 0) namePage(s, cls, 0);`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'threads detach and attach again while they write, one of whom dies',
  },
  {
    name: 'one thread takes over a slot',
    edits: [
      {
        file: 'slot.ts',
        find: `cas64(s, ended, mine, SLOT_OWNER) != ended) return false;`,
        replace: `load64(s, SLOT_OWNER) != ended) return false;
  store64(s, mine, SLOT_OWNER);`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'two threads take over what a third has left behind',
  },
  {
    name: 'a taker empties the hand that it finds',
    edits: [
      {
        file: 'slot.ts',
        find: `  giveUp(s);
  logEnd(s);`,
        replace: `  logEnd(s);`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'two threads take over what a third has left behind',
  },
  {
    name: 'a taker that dies leaves the number of the end that it logs',
    edits: [
      {
        file: 'slot.ts',
        find: `  if (number == 0) {`,
        replace: `  {`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'one dies in the middle of a takeover',
  },
  {
    name: 'an end is taken out of its slot when it is logged',
    edits: [
      {
        file: 'slot.ts',
        find: `  store32(s, 0, SLOT_THREAD);
  store64(s, 0, SLOT_END);
  leave();`,
        replace: `  store64(s, 0, SLOT_END);
  leave();`,
      },
    ],
    file: 'schedule/memory.test.ts',
    test: 'one dies in the middle of a takeover',
  },
];
