import { SLOTS_LOOKED_AT } from './logical-thread.js';
import type { SharedTable } from './shared-table.js';

// What must hold whenever no operation is under way: every piece of the heap is free, or reachable once, or in one
// hand; every count equals the walk; nothing is locked; and whatever is free can be found by who needs it.

const S_LENGTH = 4;
const S_NEXT = 28;
const S_MORE = 32;
const S_VALUE = 16384;
const STRIPES = 16;
const HAND_WORDS = 11;
const LISTED = 8192;
const CLASS_OVERFLOW = 44;
const CLASS_LARGE = 45;

const CHAIN_PROBLEMS = [
  'locked',
  'unborn',
  'wrong level',
  'old generation',
  'a cell of another chain',
  'wrong tophash',
  'a key twice',
  'cells behind the end',
  'wrong hash bits',
];

/** Every broken invariant of a quiet map. */
export function brokenInvariants(table: SharedTable): string[] {
  const { inspector: kernel, words } = table;
  const problems: string[] = [];
  const reached = new Map<number, string>([...table.hoarded].map((piece) => [piece, 'the hoard']));
  const owned = new Map<number, string>();
  const reach = (address: number, by: string) => {
    const other = reached.get(address);
    if (other !== undefined) problems.push(`${address} is reachable from ${other} and from ${by}`);
    reached.set(address, by);
  };
  const own = (page: number, by: string) => {
    const other = owned.get(page);
    if (other !== undefined) problems.push(`page ${page} belongs to ${other} and to ${by}`);
    owned.set(page, by);
  };
  const entries = new Array<number>(STRIPES).fill(0);
  const overflows = new Array<number>(STRIPES).fill(0);
  const chains = 2 ** (kernel.b?.() as number);
  for (let chain = 0; chain < chains; chain++) {
    const bad = kernel.checkChain?.(chain, 0) as number;
    for (let bit = 0; bit < CHAIN_PROBLEMS.length; bit++) {
      if (bad & (1 << bit)) problems.push(`chain ${chain}: ${CHAIN_PROBLEMS[bit]}`);
    }
    entries[chain % STRIPES] = (entries[chain % STRIPES] as number) + table.word(S_LENGTH);
    overflows[chain % STRIPES] = (overflows[chain % STRIPES] as number) + table.word(S_NEXT);
    const listed = table.word(S_MORE);
    if (listed === LISTED) throw new Error('a chain too long for this check');
    const at = (table.scratch + S_VALUE) >> 2;
    for (const address of words.slice(at, at + listed)) {
      reach(address, `chain ${chain}`);
      let page = kernel.recordPages?.(address) as number;
      while (page !== 0) {
        own(page - 1, `the record ${address}`);
        kernel.largePage?.(page);
        page = table.word(S_NEXT);
      }
    }
  }
  const strays = kernel.strayChains?.() as number;
  if (strays !== 0) problems.push(`${strays} chains above the table are live`);
  for (const [what, inStripe, walked] of [
    ['entries', kernel.stripeCount, entries],
    ['overflow buckets', kernel.stripeOverflows, overflows],
  ] as const) {
    for (const [stripe, found] of walked.entries()) {
      const counted = (inStripe?.(0, stripe) as number) + (inStripe?.(1, stripe) as number);
      const last = inStripe?.(((kernel.generation?.() as number) + 1) & 1, stripe) as number;
      if (last !== 0 && ((kernel.work?.() as number) & 4) === 0)
        problems.push(`stripe ${stripe} of the last generation has ${last} ${what}`);
      if (counted !== found) problems.push(`stripe ${stripe} counts ${counted} ${what}, there are ${found}`);
    }
  }
  for (let slot = 0; slot < SLOTS_LOOKED_AT; slot++) {
    for (let i = 0; i < HAND_WORDS; i++) {
      const held = kernel.handWord?.(slot, i) as number;
      if (held !== 0) problems.push(`slot ${slot} holds ${held} in word ${i} of its hand`);
    }
  }
  checkNames(table, problems);
  checkPages(table, reached, owned, problems);
  return problems;
}

const SLOTS = 4096;
const SLOT_SIZE = 256;
const SLOT_OWNER = 192;
const PAGE_NAMES = 94208;
const NAMES_SIZE = 512;

/** A page of its own has a thread that is attached, and the page was taken. */
function checkNames({ bytes, words, frontierPages }: SharedTable, problems: string[]): void {
  for (let slot = 0; slot < SLOTS_LOOKED_AT; slot++) {
    const owner = (SLOTS + slot * SLOT_SIZE + SLOT_OWNER) >> 2;
    const free = words[owner] === 0 && words[owner + 1] === 0;
    for (let cls = 0; cls <= CLASS_OVERFLOW; cls++) {
      const name = bytes.readUInt16LE(PAGE_NAMES + cls * NAMES_SIZE + slot * 2);
      if (name !== 0 && free) problems.push(`slot ${slot} is free, and names page ${name - 1}, class ${cls}`);
      if (name > frontierPages) problems.push(`slot ${slot} names page ${name - 1}, which was never taken`);
    }
  }
}

const REACHED = 1;
const FREE = 2;
let marks = new Uint8Array(0);

/** Bytes for every 8 bytes of the table, all 0: whoever sets one puts it back. */
function marksOf(table: SharedTable): Uint8Array {
  if (marks.length < table.maxBytes >>> 3) marks = new Uint8Array(table.maxBytes >>> 3);
  return marks;
}

function checkPages(
  table: SharedTable,
  reached: Map<number, string>,
  owned: Map<number, string>,
  problems: string[],
): void {
  const { inspector: kernel, words } = table;
  let pieces = 0;
  // By the address of a piece / 8: plain bytes, because every free piece of every page is looked at after every run.
  const marks = marksOf(table);
  for (const address of reached.keys()) marks[address >>> 3] = REACHED;
  for (let page = 0; page < table.frontierPages; page++) {
    const cls = kernel.checkPage?.(page) as number;
    const owner = owned.get(page);
    if (cls === -1) {
      problems.push(`page ${page}: a broken free list`);
      continue;
    }
    if (cls === CLASS_LARGE) {
      if (owner === undefined) problems.push(`page ${page}, class ${cls}, is lost`);
      continue;
    }
    if (owner !== undefined) problems.push(`page ${page}, class ${cls}, belongs to ${owner}`);
    const all = cls === 0 ? 0 : table.word(S_LENGTH);
    const free = cls === 0 ? 0 : table.word(S_MORE);
    if (cls !== 0) {
      const size = table.word(S_NEXT);
      const at = (table.scratch + S_VALUE) >> 2;
      for (let i = at; i < at + free; i++) {
        const piece = (words[i] as number) >>> 3;
        if (((marks[piece] as number) & FREE) !== 0)
          problems.push(`page ${page}: a piece is in its free list twice`);
        marks[piece] = (marks[piece] as number) | FREE;
      }
      const base = table.pageBase(page) >>> 3;
      for (let i = 0; i < all; i++) {
        const mark = marks[base + i * (size >>> 3)] as number;
        if ((mark & REACHED) !== 0) pieces++;
        if (mark !== REACHED && mark !== FREE) {
          const by = reached.get((base + i * (size >>> 3)) * 8);
          problems.push(
            `page ${page}, class ${cls}: piece ${i} is ${by === undefined ? 'lost' : `free, and reachable from ${by}`}`,
          );
        }
      }
      for (let i = at; i < at + free; i++) marks[(words[i] as number) >>> 3] = 0;
      if (free > 0 && !hinted(table, cls, page))
        problems.push(`page ${page}: no hint that class ${cls} has ${free} pieces free`);
    }
    const whole = cls === 0 || (cls < CLASS_OVERFLOW && free === all);
    if (whole && !hinted(table, 0, page)) problems.push(`page ${page}: no hint that it may be taken whole`);
  }
  for (const address of reached.keys()) marks[address >>> 3] = 0;
  if (pieces !== reached.size) problems.push(`${reached.size - pieces} reachable addresses are no pieces`);
}

/** Would a search of the bitmaps come upon this page? */
function hinted(table: SharedTable, cls: number, page: number): boolean {
  const at = table.bitmaps + cls * table.bitmapSize;
  const leaves = table.bitmapSize - 8; // maps here have at most 4,096 pages: one word of summary
  const bit = (offset: number, n: number) =>
    ((table.words[(at + offset + (n >> 5) * 4) >> 2] as number) >>> (n & 31)) & 1;
  return bit(0, page) === 1 && bit(leaves, page >> 6) === 1;
}
