import { isTrap } from '../wasm/brands.js';
import type { Kernel } from '../wasm/kernel.js';
import { MAX_THREADS } from '../wasm/module.js';
import { PAGE, S_LENGTH, S_MORE, S_NEXT } from '../wasm/scratch.js';

// Puts together what the kernel's walk sees of one chain and one page at a time (src/kernel/check.ts).

const chainProblems = [
  'is locked',
  'is unborn where it should be live',
  'has a level that cannot be',
  'is of an older clear generation and no sweep is under way',
  'holds a cell of another chain',
  'has a tophash that does not fit its key',
  'holds a key twice',
  'has something behind its end',
  'has a record word whose hash bits do not fit its key',
  'has no end',
];

const LISTED = 8192;
const CLASS_OVERFLOW = 44;
const CLASS_LARGE = 45;
/** More is not told: a damaged map could fill memory with its complaints. */
const MAX_PROBLEMS = 100;
/** Hand words that hold a record's address, a page, a bucket, a list of buckets. */
const HAND_WORDS = 11;
const HAND_PAGE = 5;

/** Every broken invariant of a quiet map. */
export function checkMap(kernel: Kernel): string[] {
  const problems: string[] = [];
  const report = (text: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(text);
  };
  walk('the map', report, () => checkTable(kernel, report));
  return problems;
}

/** Looks at a part of the map. What leads the kernel out of the memory is one more problem; whether it does not. */
function walk(part: string, report: (text: string) => void, look: () => void): boolean {
  try {
    look();
    return true;
  } catch (error) {
    if (!isTrap(error)) throw error;
    report(`${part} cannot be followed: ${error.message}`);
    return false;
  }
}

function checkTable(kernel: Kernel, report: (text: string) => void): void {
  const { exports, status } = kernel;
  const gen = exports.generation();
  const reached = new Set<number>();
  const reach = (address: number, from: string): void => {
    if (reached.has(address)) report(`${from}: ${address} is reachable twice`);
    reached.add(address);
  };
  // Pages that are in use as a whole, and who uses them.
  const claimed = new Map<number, string>();
  const claim = (page: number, by: string): boolean => {
    const other = claimed.get(page);
    if (other !== undefined) report(`page ${page} belongs to ${other} and to ${by}`);
    claimed.set(page, by);
    return other === undefined;
  };
  const list = kernel.value.words;

  const sums = new Array<number>(16).fill(0);
  const overflows = new Array<number>(16).fill(0);
  const chains = 2 ** exports.b();
  const checkChain = (chain: number): void => {
    let skip = 0;
    for (;;) {
      const bad = exports.checkChain(chain, skip);
      const n = status[S_MORE] as number;
      const addresses = list.slice(0, n);
      if (skip === 0) {
        for (let bit = 0; bit < chainProblems.length; bit++) {
          if (bad & (1 << bit)) report(`chain ${chain} ${chainProblems[bit]}`);
        }
        sums[chain & 15] = (sums[chain & 15] as number) + (status[S_LENGTH] as number);
        overflows[chain & 15] = (overflows[chain & 15] as number) + (status[S_NEXT] as number);
      }
      for (const address of addresses) {
        reach(address, `chain ${chain}`);
        let page = exports.recordPages(address) >>> 0;
        while (page !== 0 && claim(page - 1, `record ${address}`)) {
          if (exports.largePage(page) === 0) break;
          page = status[S_NEXT] as number;
        }
      }
      if (n < LISTED) break;
      skip += n;
    }
  };
  for (let chain = 0; chain < chains; chain++) walk(`chain ${chain}`, report, () => checkChain(chain));
  walk('the table', report, () => {
    const strays = exports.strayChains();
    if (strays < 0) report('the frontier is where table and heap overlap');
    else if (strays > 0) report(`${strays} chains above the table are live`);
  });
  const compare = (
    what: string,
    inStripe: (set: number, stripe: number) => number,
    walked: readonly number[],
  ): void => {
    for (const [i, found] of walked.entries()) {
      // What belongs to a clear that is still being swept counts in the other set.
      const counted = inStripe(0, i) + inStripe(1, i);
      if (counted !== found) report(`${what} ${i} is ${counted}, the walk finds ${found}`);
      const old = inStripe((gen + 1) & 1, i);
      if (old !== 0 && (exports.work() & 4) === 0) report(`${what} ${i} of the last generation is ${old}`);
    }
  };
  compare('count stripe', exports.stripeCount, sums);
  compare('noverflow of stripe', exports.stripeOverflows, overflows);

  for (let slot = 0; slot < MAX_THREADS; slot++) {
    const owner = exports.slotThread(slot) >>> 0;
    for (let word = 0; word < HAND_WORDS; word++) {
      const held = exports.handWord(slot, word) >>> 0;
      if (held === 0) continue;
      report(
        `slot ${slot} (thread ${owner - 1}) holds ${word === HAND_PAGE ? 'page' : 'piece'} ${held} in its hand`,
      );
    }
  }

  checkPages(kernel, reached, claimed, report);
}

function checkPages(
  kernel: Kernel,
  reached: Set<number>,
  claimed: Map<number, string>,
  report: (text: string) => void,
): void {
  const { exports, status } = kernel;
  const list = kernel.value.words;
  const pages = exports.heapPages() >>> 0;
  if (pages > kernel.maxBytes / PAGE) {
    report(`${pages} pages are taken, more than there are`);
    return;
  }
  let pieces = 0;
  for (let page = 0; page < pages; page++) {
    const cls = exports.checkPage(page);
    if (cls < 0) {
      report(`page ${page} has a broken free list`);
      continue;
    }
    const owner = claimed.get(page);
    if (cls === CLASS_LARGE) {
      if (owner === undefined) report(`page ${page} is neither free nor reachable`);
      continue;
    }
    if (cls > CLASS_LARGE) report(`page ${page} is of class ${cls}, which there is not`);
    if (owner !== undefined) report(`page ${page} belongs to ${owner} and is of class ${cls}`);
    if (cls === 0) continue;
    const all = status[S_LENGTH] as number;
    const size = status[S_NEXT] as number;
    const free = new Set(list.slice(0, status[S_MORE] as number));
    if (free.size !== status[S_MORE]) report(`page ${page} has a piece in its free list twice`);
    const base = exports.pageAddress(page) >>> 0;
    for (let i = 0; i < all; i++) {
      const piece = base + i * size;
      const kind = cls === CLASS_OVERFLOW ? 'overflow bucket' : 'record';
      if (free.has(piece)) {
        if (reached.has(piece)) report(`${kind} ${piece} is free and reachable`);
      } else if (reached.has(piece)) pieces++;
      else report(`${kind} ${piece} is neither free nor reachable`);
    }
  }
  if (pieces !== reached.size) report(`${reached.size - pieces} reachable addresses are no pieces of a page`);
}
