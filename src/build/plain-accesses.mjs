// The plain accesses of the compiled kernel that are not to the scratch for sure, and why each may
// be plain.
//
// What ARM64 promises: no access moves before an earlier atomic load or the load half of a
// read-modify-write; none moves behind a later atomic store or the store half of one; an atomic load
// stays behind an earlier atomic store. What it does not: a plain store may become visible before
// an earlier atomic store or the store half of a read-modify-write.

/**
 * @typedef {{ why: string, at: Record<string, Record<string, number>> }} Reason
 * `at`: by function, how many accesses of each kind
 */

/** @type {Reason[]} */
export const PLAIN_ACCESSES = [
  {
    why: `Loads of bytes that are this thread's own, through a pointer that a loop moves or a caller
      gives: a key or an expected value in the scratch, or a record in this thread's hand, which
      nobody else can reach.`,
    at: {
      'find-short/getText': { 'i64.load': 2 },
      'change-short/findText': { 'i64.load': 2 },
      'assign-short/putText': { 'i64.load': 2 },
      'hash/hashBytes': { 'i64.load32': 2, 'i64.load32 offset=4': 2 },
      'hash/sipBlocks': { 'i64.load': 1 },
      'hash/sipEnd': { 'i64.load': 1 },
      'record/recordHolds': { 'i64.load': 2 },
      'record/sameRecord': { 'i64.load': 2 },
      'record/makeRecord': { 'memory.copy from': 1 },
    },
  },
  {
    why: `Notes of a batch in the scratch, through a pointer that a loop moves; and loads that only
      ask for cache lines: what they find decides nothing.`,
    at: {
      'many/gather': {
        'i32.load': 2,
        'i32.load offset=16': 2,
        'i32.load offset=72': 2,
        'i32.load offset=136': 2,
      },
    },
  },
  {
    why: `The image of a bucket in the scratch, which is an argument.`,
    at: { 'gather/gather': { 'i64.store': 3, 'i64.load': 1 } },
  },
  {
    why: `Loads of a whole bucket while others may change it. They are used only if the
      compare-and-swap that follows finds the control word as it was. The loads stay before its store half,
      and between its halves nobody else writes.`,
    at: { 'gather/gather': { 'memory.copy from': 2 } },
  },
  {
    why: `Loads of a bucket under its lock. They stay behind the load half of the compare-and-swap
      that took it.`,
    at: { 'evacuate/split': { 'memory.copy from': 1 } },
  },
  {
    why: `Stores into a record, an overflow bucket or a page that this thread has just taken from the
      heap; a later atomic store shows them. A reader that still looks there from before finds the
      version of its chain or record stepped. Whoever freed the piece stepped it, then changed its
      page's anchor; the compare-and-swap that took the piece loaded that change or a later one. A
      page that is cut anew has its epoch stepped, and an atomic load after that.`,
    at: {
      'record/makeRecord': { 'memory.copy to': 1, 'i64.store': 1 },
      'heap/openPage': { 'i32.store': 1, 'i64.store': 1 },
      'heap/take': { 'i64.store': 1 },
      'assign/append': { 'i32.store offset=8': 1, 'i64.store offset=24': 1, 'i64.store offset=88': 1 },
      'gather/gather': { 'i64.store offset=24': 1, 'i64.store offset=88': 1 },
      'merge/assignCells': { 'i32.store offset=8': 1 },
    },
  },
  {
    why: `The link of a piece that is given back. The compare-and-swap of the page's anchor that follows
      shows it. A thread that loads it by an older anchor fails with its own compare-and-swap.`,
    at: { 'heap/give': { 'i32.store': 1 } },
  },
  {
    why: `Words of a hand, of this thread's own slot or of one that it has taken over: hand.ts.`,
    at: {
      'hand/emptyHand': { 'i32.store offset=84': 1 },
      'hand/giveBuckets': { 'i32.store offset=88': 1, 'i32.store': 1 },
      'heap/give': { 'i32.store': 1 },
    },
  },
  {
    why: `The scratch of a slot that this thread answers for, its own or that of a thread that has ended:
      of which classes that thread had a page. As with the words of its hand.`,
    at: { 'slot/giveUp': { 'i32.load': 1 } },
  },
  {
    why: `Stores into an empty cell under the lock; a later atomic store of the tophash shows them. A
      reader that still looks at the cell's last entry finds the version stepped: the unlock that
      emptied the cell stepped it, and the compare-and-swap of this lock loaded that word or a
      later one.`,
    at: {
      'assign/append': { 'i64.store offset=24': 1, 'i64.store offset=88': 1 },
      'assign-short/setNumber': { 'i64.store offset=24': 1, 'i64.store offset=88': 1 },
      'assign-short/insertNumber': { 'i64.store offset=24': 1, 'i64.store offset=88': 1 },
      'assign-short/putText': { 'i64.store offset=24': 1, 'i64.store offset=88': 1 },
      'merge/merge': { 'i64.store': 16 },
    },
  },
  {
    why: `Stores into the child of a split under the lock of its parent; a later atomic store of its
      control word shows them. A reader that still looks there from before a shrink finds the
      version stepped: the merge stepped it before it unlocked the parent.`,
    at: {
      'evacuate/split': { 'memory.copy to': 1, 'i64.store': 1, 'i32.store offset=8': 1 },
      'evacuate/splitChain': { 'memory.copy to': 1, 'i64.store': 1, 'i32.store offset=8': 1 },
    },
  },
];
