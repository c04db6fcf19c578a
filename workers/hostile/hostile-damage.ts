// Damage to the memory of a map, drawn by seed: where it falls, and what is written there.

import { Random } from '../random.js';

/** Neighbouring seeds draw nothing alike. */
export class Dice extends Random {
  constructor(seed: number) {
    super(Math.imul(seed, 0x9e3779b1));
  }
}

// The layout of the memory, as src/kernel/layout.ts has it.
const PAGE = 65536;
const TABLE = 131072;
const BUCKET = 152;
const SLOTS = 4096;
const SLOT = 256;
const ENDS = 69632;
const WORK_DONE = 77824;
const DONE_SIZE = 8192;
const FRONTIER = 128;
const CLASS_OVERFLOW = 44;
/** Behind maxBytes: 64 KiB for each of 256 slots. */
const SCRATCH_AREA = 256 * PAGE;
const BITMAPS = 45;

interface Layout {
  readonly chains: number;
  readonly pages: number;
  readonly pageTable: number;
  readonly bitmaps: number;
  readonly heapTop: number;
}

function layoutOf(words: Uint32Array): Layout {
  const size = words.byteLength - SCRATCH_AREA;
  const all = size / PAGE;
  const leaves = (all + 63) >> 6;
  const pageTable = size - all * 16;
  const bitmaps = pageTable - BITMAPS * (leaves + ((leaves + 63) >> 6)) * 8;
  const chains = 2 ** (((words[16] as number) >>> 3) & 31);
  const pages = words[FRONTIER / 4 + 1] as number;
  return { chains, pages, pageTable, bitmaps, heapTop: bitmaps - (bitmaps % PAGE) };
}

const HEADER_WORDS = {
  'max bytes': 8,
  seed: 16,
  root: 64,
  frontier: 128,
  claim: 3648,
  nevacuate: 3656,
  'claim of the sweep': 3712,
  sweep: 3720,
  compacted: 384,
  'a counter': 448,
};

/** Places of one kind; undefined where this map has none. */
type Find = (words: Uint32Array, layout: Layout, dice: Dice) => number | undefined;

const pageBase = (layout: Layout, page: number) => layout.heapTop - (page + 1) * PAGE;
const classOf = (words: Uint32Array, layout: Layout, page: number) =>
  ((words[(layout.pageTable + page * 16 + 8) >>> 2] as number) >>> 26) & 63;

function pageOfClass(
  words: Uint32Array,
  layout: Layout,
  dice: Dice,
  fits: (cls: number) => boolean,
): number | undefined {
  const pages = Array.from({ length: layout.pages }, (_, page) => page);
  const some = pages.filter((page) => fits(classOf(words, layout, page)));
  return some.length === 0 ? undefined : dice.of(some);
}

/** A bucket that is in use: of the table, or an overflow bucket. */
function bucket(words: Uint32Array, layout: Layout, dice: Dice): number {
  const page = pageOfClass(words, layout, dice, (cls) => cls === CLASS_OVERFLOW);
  if (page !== undefined && dice.below(2) === 0) return pageBase(layout, page) + dice.below(431) * BUCKET;
  return TABLE + dice.below(layout.chains) * BUCKET;
}

/** A piece of a page of records; small classes first, where most records are. */
function record(words: Uint32Array, layout: Layout, dice: Dice): number | undefined {
  const page = pageOfClass(words, layout, dice, (cls) => cls > 0 && cls < CLASS_OVERFLOW);
  if (page === undefined) return undefined;
  const cls = classOf(words, layout, page);
  const k = cls - 8;
  const size = cls < 8 ? (cls + 1) * 8 : (5 + (k & 3)) << (4 + (k >>> 2));
  return pageBase(layout, page) + dice.below(Math.floor(PAGE / size)) * size;
}

const scratch: Find = (words, _layout, dice) =>
  words.byteLength - SCRATCH_AREA + dice.below(4) * PAGE + dice.below(256) * 4;

const targets: Record<string, Find> = {
  'a word of the header': (_w, _l, dice) => dice.of(Object.values(HEADER_WORDS)),
  root: () => HEADER_WORDS.root,
  frontier: () => HEADER_WORDS.frontier,
  'a count': (_w, _l, dice) => 512 + dice.below(32) * 64 + dice.below(2) * 8,
  'bits of stretches': (_w, _l, dice) => WORK_DONE + dice.below(2) * DONE_SIZE + dice.below(8) * 8,
  'a slot': (_w, _l, dice) => SLOTS + dice.below(4) * SLOT + dice.of([192, 196, 200, 208, 212]),
  'the log of ends': (_w, _l, dice) => (dice.below(2) === 0 ? 488 : ENDS + dice.below(64) * 8),
  'a hand': (_w, _l, dice) => SLOTS + dice.below(4) * SLOT + 64 + dice.below(11) * 4,
  'a control word': (_w, layout, dice) => TABLE + dice.below(layout.chains) * BUCKET + 16,
  'a tophash': (words, layout, dice) => bucket(words, layout, dice),
  'an overflow pointer': (words, layout, dice) => bucket(words, layout, dice) + 8,
  'a key': (words, layout, dice) => bucket(words, layout, dice) + 24 + dice.below(8) * 8,
  'a value': (words, layout, dice) => bucket(words, layout, dice) + 88 + dice.below(8) * 8,
  'an unborn chain': (_w, layout, dice) =>
    TABLE + (layout.chains + dice.below(layout.chains)) * BUCKET + dice.below(19) * 8,
  "a record's header": (words, layout, dice) => record(words, layout, dice),
  "a record's link": (words, layout, dice) => {
    const at = record(words, layout, dice);
    return at === undefined ? undefined : at + 8 + dice.below(2) * 4;
  },
  "a page's anchor": (_w, layout, dice) => layout.pageTable + dice.below(layout.pages) * 16 + 8,
  "a page's epoch or next": (_w, layout, dice) =>
    layout.pageTable + dice.below(layout.pages) * 16 + dice.below(2) * 4,
  'a bitmap': (_w, layout, dice) =>
    layout.bitmaps + dice.below((layout.pageTable - layout.bitmaps) >>> 2) * 4,
  'the scratch': scratch,
  'anything in use': (_w, layout, dice) =>
    dice.below(2) === 0
      ? dice.below(TABLE + layout.chains * BUCKET)
      : layout.heapTop - layout.pages * PAGE + dice.below(layout.pages * PAGE),
};

/** A number that leads somewhere, or nowhere. */
function address(words: Uint32Array, layout: Layout, dice: Dice): number {
  return dice.of([
    () => bucket(words, layout, dice),
    () => record(words, layout, dice) ?? 0,
    () => pageBase(layout, dice.below(layout.pages + 1)) + dice.below(PAGE),
    () => 1 + dice.below(layout.pages),
    () => words.byteLength - dice.below(64),
    () => words.byteLength + dice.below(2 ** 31),
    () => dice.below(words.byteLength),
  ])();
}

const writes: Record<string, (words: Uint32Array, at: number, layout: Layout, dice: Dice) => void> = {
  'a bit': (words, at, _layout, dice) => {
    const index = (at >>> 2) + dice.below(2);
    words[index] = (words[index] as number) ^ (1 << dice.below(32));
  },
  'a byte': (words, at, _layout, dice) => {
    new Uint8Array(words.buffer)[at + dice.below(8)] = dice.below(256);
  },
  zero: (words, at, _layout, dice) => void words.fill(0, at >>> 2, (at >>> 2) + 1 + dice.below(2)),
  ones: (words, at, _layout, dice) => void words.fill(0xffffffff, at >>> 2, (at >>> 2) + 1 + dice.below(2)),
  'a random number': (words, at, _layout, dice) => {
    words[(at >>> 2) + dice.below(2)] = dice.below(2 ** 32);
  },
  'a small number': (words, at, _layout, dice) => {
    words[(at >>> 2) + dice.below(2)] = dice.below(300);
  },
  'another word of the same kind': (words, at, layout) => {
    const from = at >= TABLE && at < TABLE + layout.chains * BUCKET ? at - BUCKET : at - 64;
    words.copyWithin(at >>> 2, from >>> 2, (from >>> 2) + 2);
  },
  'any other words': (words, at, _layout, dice) => {
    const from = dice.below(words.length - 16);
    words.copyWithin(at >>> 2, from, from + 1 + dice.below(16));
  },
  'an address': (words, at, layout, dice) => {
    words[at >>> 2] = address(words, layout, dice);
  },
};

/** Damages the memory as the dice fall; says what was done. */
export function damage(buffer: SharedArrayBuffer, dice: Dice): string {
  const words = new Uint32Array(buffer);
  const done: string[] = [];
  // The layout as it was: what is damaged first may be what it is read from.
  const layout = layoutOf(words);
  for (let left = dice.of([1, 1, 1, 2, 3, 8, 30]); left > 0; left--) {
    const target = dice.of(Object.keys(targets));
    const at = targets[target]?.(words, layout, dice);
    if (at === undefined || at + 64 > words.byteLength) continue;
    const write = dice.of(Object.keys(writes));
    writes[write]?.(words, at, layout, dice);
    done.push(`${write} into ${target} at ${at}`);
  }
  return done.join(', ');
}

/** A chain that is bent into a ring: the last of its buckets points to one of them. */
export function bend(buffer: SharedArrayBuffer, dice: Dice): string {
  const words = new Uint32Array(buffer);
  const { chains } = layoutOf(words);
  const head = TABLE + dice.below(chains) * BUCKET;
  const passed = [head];
  for (let at = head; ; ) {
    const next = words[(at + 8) >>> 2] as number;
    if (next === 0 || next + BUCKET > words.byteLength || passed.includes(next)) break;
    passed.push(next);
    at = next;
  }
  const last = passed.at(-1) as number;
  const to = dice.of(passed);
  words[(last + 8) >>> 2] = to;
  // Nothing says any more that the chain ends here.
  words[(last >>> 2) + 1] = (words[(last >>> 2) + 1] as number) | 0x01000000;
  return `the chain at ${head} goes on from its last bucket ${last} at ${to}`;
}
