// The rules of the sections. A run is what a thread does between two kill points, that is, places where V8 can stop it.
// What must not be torn apart by `worker.terminate()` has to lie in one run:
//
//   lock    from the CAS that sets the lock bit of a control word to the exchange that clears it and the wake-up after it
//   take    a CAS of a page's anchor that takes something from the page, and the note of it in the hand (or in the
//   give    large record of the hand); one that gives something back, and the zero in the hand
//   move    what passes between words of a hand, a large record of the hand, a slot, and a page that the thread holds
//           alone; for such a page also the bits by which others find it
//
// An access that is none of the kernel's known ones is refused: the check must never fail to see a lock.

import { condition, isConstant, isFrom, leavesOf, offsetOf, ones, operation, constant, zeros } from './kernel-terms.mjs';

// Offsets as in src/kernel/layout.ts.
const CONTROL = [16, 65536 + 16]; // in a root bucket; TABLE is in the address of one that was worked out from its number
const PAGE_ENTRY = 16;
const ANCHOR = 8; // in a page entry
const HAND_FIRST = 64;
const HAND_END = 128;
const LARGE_FIRST = 12; // and SLOT_SCRATCH
const SLOT_SCRATCH = 4096 + 12;
const SLOT_OWNER = [8, 4096 + 8];
const HEADER_END = 512;
/** 32-bit words that no section is about: a link, a length, an overflow pointer, a slot's owner, the fence in the scratch. */
const OTHER_WORDS = [0, 4, 8, 36, 4096 + 8, 65536 + 8];

const LOCK = 1n;
const WAITERS = 2n;
const LOCK_AND_WAITERS = LOCK | WAITERS;
const CLASS_BITS = 63n << 26n; // of an anchor; 0: the page is free

/** @typedef {import('./kernel-terms.mjs').Term} Term */

const isFixed = (/** @type {Term} */ address) => address.op === 'const';
const isControl = (/** @type {Term} */ address) =>
  !isFixed(address) && CONTROL.includes(offsetOf(address)) && !isFrom(address, 'scratch') && !isPageEntry(address);
const isPageEntry = (/** @type {Term} */ address) => isFrom(address, 'pageTable');
const isAnchor = (/** @type {Term} */ address) => isPageEntry(address) && offsetOf(address) % PAGE_ENTRY === ANCHOR;
const shares = (/** @type {Term} */ a, /** @type {Term} */ b) => {
  const of = leavesOf(a);
  return [...leavesOf(b)].some((part) => part.base !== 'pageTable' && of.has(part));
};

export class Run {
  /** CASes whose outcome is not known yet. */
  pending = [];
  /** @type {Term[]} control words that this thread has locked */
  holds = [];
  /** Unlocks after which somebody may have to be woken. */
  wakes = [];
  /** Addresses of anchors that a CAS has changed, the note of it still to come. */
  owed = [];
  /** A hint was cleared, and what it stands for must be looked at once more. */
  look = false;
  /** Everything else that needs a partner in the same run. */
  events = [];
  /** What was found: expression, kind. */
  sites = new Map();
  /** Instructions since the first access that counts, and up to the last one. */
  length = 0;
  end = 0;

  clone() {
    const copy = Object.assign(new Run(), this);
    copy.pending = [...this.pending];
    copy.holds = [...this.holds];
    copy.wakes = this.wakes.map((wake) => ({ ...wake }));
    copy.owed = [...this.owed];
    copy.events = [...this.events];
    copy.sites = new Map(this.sites);
    return copy;
  }

  /** Runs with one key may be looked at as one. */
  get key() {
    const ids = (list) => list.map((term) => term.id).join();
    const pending = this.pending.map(({ was }) => was.id).join();
    const wakes = this.wakes.map(({ was, due }) => `${was.id}${due}`).join();
    return [pending, ids(this.holds), wakes, ids(this.owed), this.look, this.events].join(';');
  }

  get begun() {
    return this.sites.size > 0 || this.pending.length > 0;
  }

  /** Takes in what is known of another run with the same key. */
  join(other) {
    this.length = Math.max(this.length, other.length);
    this.end = Math.max(this.end, other.end);
    for (const [site, kind] of other.sites) this.sites.set(site, kind);
  }

  tick() {
    if (this.begun) this.length++;
  }

  #found(kind, site) {
    this.sites.set(site, kind);
    this.#act();
  }

  #act() {
    this.length = Math.max(this.length, 1);
    this.end = this.length;
  }

  #event(name, site) {
    this.events.push(name);
    if (this.sites.size === 0) this.sites.set(site, 'move');
    this.#act();
  }

  #await(kind, was, expected, address, site) {
    if (!this.begun) this.length = 1;
    this.pending.push({ kind, was, expected, address, site });
  }

  // Each access returns what is wrong with it, if anything is.

  /** @returns {string | undefined} */
  cas(bytes, address, expected, replacement, was, site) {
    const offset = offsetOf(address);
    if (bytes === 4 && !isFixed(address) && SLOT_OWNER.includes(offset)) return undefined;
    if (bytes === 8 && isFixed(address) && offset < HEADER_END) return undefined;
    if (bytes === 8 && isAnchor(address)) {
      this.#await('anchor', was, expected, address, site);
      return undefined;
    }
    if (bytes === 8 && isControl(address)) {
      if (replacement === operation('or64', [expected, constant(WAITERS)])) return undefined;
      if (replacement === operation('or64', [expected, constant(LOCK)])) {
        this.#await('lock', was, expected, address, site);
        return undefined;
      }
    }
    return `an exchange (CAS) of a word that is no known one, at offset ${offset}`;
  }

  /** @returns {string | undefined} */
  exchange(address, value, was) {
    const held = this.holds.indexOf(address);
    if (held < 0) return 'an unlock (exchange) of a word that this thread has not locked';
    if ((zeros(value) & LOCK_AND_WAITERS) !== LOCK_AND_WAITERS) return 'an unlock that may leave the lock bit';
    this.holds.splice(held, 1);
    this.wakes.push({ address, was, due: false });
    this.#act();
    return undefined;
  }

  /** @returns {string | undefined} */
  notify(address) {
    const at = this.wakes.findIndex((wake) => wake.address === address);
    if (at < 0) return 'a wake-up that follows no unlock of the same word';
    this.wakes.splice(at, 1);
    this.#act();
    return undefined;
  }

  /** @returns {string | undefined} */
  arithmetic(op, address, value, site) {
    if (op === 'add') {
      if (!isControl(address) || (zeros(value) & LOCK_AND_WAITERS) === LOCK_AND_WAITERS) return undefined;
      return 'a sum in a control word that may change the lock bit';
    }
    if (!isFrom(address, 'bitmaps')) return `an atomic ${op} of a word that is no known one`;
    if (op === 'or' && this.events.length > 0) this.#event('hint', site);
    if (op === 'and') this.look = true;
    return undefined;
  }

  /** An atomic load. */
  load(address) {
    if (isFrom(address, 'bitmaps') || isAnchor(address)) this.look = false;
  }

  /** An atomic store. @returns {string | undefined} */
  store(bytes, address, value, site) {
    if (isFixed(address)) return undefined;
    const offset = offsetOf(address);
    if (bytes === 8) return this.#storeLong(address, offset, value, site);
    if (bytes === 4 && isPageEntry(address) && offset % PAGE_ENTRY < ANCHOR) return undefined;
    if (bytes === 4 && offset >= HAND_FIRST && offset < HAND_END) {
      const kind = isConstant(value, 0n) ? 'hand0' : 'hand';
      this.#settle(kind === 'hand0' ? 'give' : 'take', value);
      this.#event(kind, site);
      return undefined;
    }
    if (bytes === 4 && (offset === LARGE_FIRST || offset === SLOT_SCRATCH)) {
      if (isConstant(value, 0n)) return undefined; // an empty record, or a page that `givePage` frees
      this.#settle('take', value);
      this.#event('first', site);
      return undefined;
    }
    if (bytes === 4 && !isPageEntry(address) && OTHER_WORDS.includes(offset)) return undefined;
    return `an atomic store of ${bytes} bytes to a word that is no known one, at offset ${offset}`;
  }

  #storeLong(address, offset, value, site) {
    if (isAnchor(address)) {
      this.#event((zeros(value) & CLASS_BITS) === CLASS_BITS ? 'free' : 'open', site);
    } else if (isControl(address)) {
      if (ones(value) & LOCK) {
        if (this.holds.length === 0) return 'a chain born locked while its parent is not locked';
        this.holds.push(address);
        this.#found('child', site);
      } else if (!(zeros(value) & LOCK)) {
        return 'a control word stored with a lock bit that is not known';
      } else if (this.holds.includes(address)) {
        return 'a lock let go by a store';
      }
    } else if (offset === ANCHOR) {
      return 'an atomic store to a word that may be an anchor';
    }
    return undefined;
  }

  /** The note that a changed anchor is owed: zero for what was given back, something of the page for what was taken. */
  #settle(kind, value) {
    const at = this.owed.findIndex(({ address }) => kind === 'give' || shares(value, address));
    if (at < 0) return;
    this.#found(kind, this.owed[at].site);
    this.owed.splice(at, 1);
  }

  /** Follows one side of a branch. False: no thread gets there. */
  decide(test, sense) {
    const { term, negated } = condition(test);
    const holds = sense !== negated;
    if (term.op === 'const') return (term.value !== 0n) === holds;
    const [a, b] = term.args;
    const at = this.pending.findIndex(
      ({ was, expected }) => term.op === 'eq' && ((a === was && b === expected) || (b === was && a === expected)),
    );
    if (at >= 0) {
      const [{ kind, address, site }] = this.pending.splice(at, 1);
      if (!holds) {
        if (!this.begun) this.length = 0;
      } else if (kind === 'lock') {
        this.holds.push(address);
        this.events.push('lock');
        this.#found('lock', site);
      } else {
        this.owed.push({ address, site, id: address.id });
        this.events.push('cas');
        this.#found('anchor', site);
      }
    }
    for (const wake of this.wakes) {
      if (term === operation('and64', [wake.was, constant(WAITERS)])) wake.due = holds ? 'yes' : 'no';
    }
    if (this.wakes.some(({ due }) => due === 'no')) this.#act();
    this.wakes = this.wakes.filter(({ due }) => due !== 'no');
    return true;
  }

  /** What would be torn apart if the thread were stopped now. */
  torn() {
    const found = [];
    const has = (...names) => this.events.some((event) => names.includes(event));
    if (this.pending.length > 0) found.push('it is not known whether an exchange (CAS) has succeeded');
    if (this.holds.length > 0) found.push(`${this.holds.length} lock(s) are held`);
    if (this.wakes.length > 0) found.push('an unlock has not woken who waits');
    if (this.owed.length > 0) found.push('an anchor was changed and no hand says so');
    if (this.look) found.push('a hint was cleared and its page not looked at again');
    for (const [i, event] of this.events.entries()) {
      const hands = this.events.filter((name) => name.startsWith('hand')).length;
      if (event === 'free' || event === 'open') {
        const hints = this.events.slice(i).filter((name) => name === 'hint').length;
        if (hints < 2) found.push('a page was opened or freed and no bitmap shows it');
        if (!has('hand0', event === 'free' ? 'first' : 'hand0')) {
          found.push('a page was opened or freed and is still in the hand');
        }
      }
      if (event === 'hand' && !has('lock', 'cas') && hands < 2) found.push('a hand has taken what is elsewhere too');
      if (event === 'hand0' && !has('lock', 'cas', 'open', 'free', 'hand', 'first')) {
        found.push('a hand has let go of what is nowhere else');
      }
      if (event === 'first' && !has('cas', 'free', 'hand0')) found.push('the pages of a record or a slot have changed alone');
    }
    return [...new Set(found)];
  }
}
