// The rules of the sections. A run is what a thread does between two kill points, that is, places where V8 can stop it.
// What must not be torn apart by `worker.terminate()` has to lie in one run:
//
//   lock   from the CAS that sets the lock bit of a control word to the exchange that clears it and the wake-ups after it
//   clear  from the CAS of the root by which a clear takes effect to the last of its wake-ups (wake-rules.mjs, for both)
//   child  a chain that is born locked, inside of a lock: its own unlock, too
//   take   a CAS of a page's anchor that takes something from the page, and the note of it in the hand (or in the large
//          record of the hand)
//   give   one that gives something back, and the zero in the hand
//   move   what passes between words of a hand, a large record of the hand, a slot, and a page that the thread holds
//          alone; for such a page also the bits by which others find it
//   slot   the words of a slot: from the CAS of a free one's owner to its thread; from the thread that is taken out to the
//          owner that detaches, or to the number that was logged; from the thread that inherits to its owner word
//   end    from the step of the number of ends to the note of it in the slot
//   hint   from the AND that clears a page's bit to the look at its anchor and, if the page deserves the bit, both ORs that
//          restore it. `summary` is the same for a bit of the summary: the look is at the word that it stands for
//
// So that no page is lost, a page's bit is set, with that of the summary, in the run of what it tells of: a change of that
// page's anchor, or the section `hint`. Only the bit of the frontier's page stands for itself: it comes before its page.
//
// An access that is none of the kernel's known ones is refused: the check must never fail to see a lock.

import { condition, constant, isConstant, leavesOf, ones, operation, zeros } from './kernel-terms.mjs';
import { HEADER, isEndsCount, isRoot, isSummary, wordAt } from './kernel-words.mjs';
import { WAITERS, WakeUps } from './wake-rules.mjs';

const LOCK = 1n;
const LOCK_AND_WAITERS = LOCK | WAITERS;
const CLASS_BITS = 63n << 26n; // of an anchor; 0: the page is free

/** @typedef {import('./kernel-terms.mjs').Term} Term */

const isClear = (/** @type {Term} */ value, /** @type {bigint} */ bits) => (zeros(value) & bits) === bits;

/** Is the value made of something that `other`, an anchor's address or a hint's bit, was made of: the number of the page? */
function isOfPage(/** @type {Term} */ value, /** @type {Term} */ other) {
  const parts = leavesOf(value);
  return [...leavesOf(other)].some((part) => part.base !== 'pageTable' && parts.has(part));
}

export class Run {
  /** CASes whose outcome is not known yet: { kind, was, expected, address, site }. */
  pending = [];
  /** @type {Term[]} control words that this thread has locked */
  holds = [];
  /** What is owed to those who sleep. */
  wakes = new WakeUps();
  /** Anchors that a CAS has changed, the note of it still to come: { address, site }. */
  owed = [];
  /**
   * The hint that was cleared last: what it stands for must be looked at once more, and what was `seen` must decide.
   * @type {{ address: Term, bits: Term, seen?: Term, heeded: boolean, site: number } | undefined}
   */
  cleared = undefined;
  /** @type {Term[]} pages of which a hint may tell now: addresses of changed anchors, bits of cleared hints */
  pages = [];
  /** Where a free slot was taken, its thread not yet named; where a thread was named, its owner not yet; where an end was counted. */
  claimed = undefined;
  named = undefined;
  unlogged = undefined;
  /** A page's hint was set and the summary was not yet: 'set', or 'restored' after it had been cleared. */
  half = '';
  /** Everything that may need a partner in the same run, in order. */
  events = [];
  /** Where sections began: expression, kind. */
  sites = new Map();
  /** Instructions since the first access that counts, and up to the last one. */
  length = 0;
  end = 0;

  clone() {
    const copy = Object.assign(new Run(), this);
    for (const list of ['pending', 'holds', 'owed', 'pages', 'events']) copy[list] = [...this[list]];
    copy.wakes = this.wakes.clone();
    copy.cleared = this.cleared && { ...this.cleared };
    copy.sites = new Map(this.sites);
    return copy;
  }

  /** Runs with one key may be looked at as one. */
  get key() {
    const pending = this.pending.map(({ was }) => was.id);
    const holds = this.holds.map(({ id }) => id);
    const owed = this.owed.map(({ address }) => address.id);
    const pages = this.pages.map(({ id }) => id);
    const { site, seen, heeded } = this.cleared ?? {};
    const slots = [this.claimed, this.named, this.unlogged];
    return [
      pending,
      holds,
      this.wakes.key,
      owed,
      pages,
      site,
      seen?.id,
      heeded,
      slots,
      this.half,
      this.events,
    ].join(';');
  }

  /** Takes in what is known of another run with the same key. */
  join(other) {
    this.length = Math.max(this.length, other.length);
    this.end = Math.max(this.end, other.end);
    for (const [site, kind] of other.sites) this.sites.set(site, kind);
  }

  get #begun() {
    const { pending, cleared, wakes, unlogged, named } = this;
    const owes = [cleared, wakes.changed, unlogged, named].some((owed) => owed !== undefined);
    return this.sites.size > 0 || pending.length > 0 || owes;
  }

  /** Counts an instruction. */
  tick() {
    if (this.#begun) this.length++;
  }

  #act() {
    this.length = Math.max(this.length, 1);
    this.end = this.length;
  }

  #found(kind, site) {
    this.sites.set(site, kind);
    this.#act();
  }

  #event(name, site) {
    this.events.push(name);
    if (this.sites.size === 0) this.sites.set(site, 'move');
    this.#act();
  }

  // What the thread does. Each returns what is wrong with it, if anything is.

  /** @returns {string | undefined} */
  cas(bytes, address, expected, replacement, was, site) {
    const word = wordAt(address, bytes);
    if (word === 'anchor') return this.#await({ kind: word, was, expected, address, site });
    if (word === 'control') {
      if (replacement === operation('or64', [expected, constant(WAITERS)])) return undefined;
      if (replacement === operation('or64', [expected, constant(LOCK)])) {
        return this.#await({ kind: 'lock', was, expected, address, site });
      }
      // A word that was never written is written as it is, so that its page is.
      if (isConstant(expected, 0n) && isConstant(replacement, 0n)) return undefined;
    }
    if (isRoot(address)) this.wakes.mayChange(was, expected, site);
    // A slot that was free; a takeover of one that was not needs no partner.
    if (word === 'owner' && isConstant(expected, 0n))
      return this.#await({ kind: 'slot', was, expected, address, site });
    // The root, the frontier; the owner of a slot; an entry of the log of ends; claims, prefixes and bits of stretches; names.
    if (['header', 'owner', 'end', 'stretch', 'name'].includes(word)) return undefined;
    return 'a CAS that is none of the known ones';
  }

  #await(cas) {
    if (!this.#begun) this.length = 1;
    this.pending.push(cas);
  }

  /** @returns {string | undefined} */
  exchange(address, value, was) {
    const held = this.holds.indexOf(address);
    if (held < 0) return 'an unlock (exchange) of a word that this thread has not locked';
    if (!isClear(value, LOCK_AND_WAITERS)) return 'an unlock that may leave the lock bit';
    this.holds.splice(held, 1);
    this.wakes.unlocked(address, was);
    this.#act();
  }

  /** @returns {string | undefined} */
  notify(address) {
    const problem = this.wakes.notify(address);
    const { cleared } = this.wakes;
    if (cleared !== undefined) this.#found('clear', cleared);
    this.#act();
    return problem;
  }

  /** @returns {string | undefined} */
  arithmetic(op, bytes, address, value, site) {
    const word = wordAt(address, bytes);
    if (op === 'add') {
      if (word === 'wake') return this.wakes.step(address, value);
      if (isEndsCount(address)) {
        this.unlogged = site;
        if (!this.#begun) this.length = 1;
        return undefined;
      }
      if (word !== 'control' || isClear(value, LOCK_AND_WAITERS)) return undefined;
      return 'a sum in a control word that may change the lock bit';
    }
    if (word !== 'bitmap' || (op !== 'and' && op !== 'or'))
      return `an atomic "${op}" that is none of the known ones`;
    return op === 'and' ? this.#clearHint(address, value, site) : this.#setHint(address, value, site);
  }

  #clearHint(address, bits, site) {
    if (this.cleared && !this.cleared.heeded) return 'a hint is cleared before another one is done with';
    if (!this.#begun) this.length = 1;
    this.cleared = { address, bits, heeded: false, site };
    if (!isSummary(address)) this.pages.push(bits);
  }

  /** @returns {string | undefined} */
  #setHint(address, bits, site) {
    const { cleared } = this;
    const summary = isSummary(address);
    const restores = cleared?.seen !== undefined && cleared.address === address;
    if (summary) {
      if (!this.half && !restores) return 'a bit of the summary is set apart from what it stands for';
      if (restores) this.#found('summary', cleared.site);
      else if (this.half === 'restored') this.#found('hint', cleared.site);
    } else {
      const isFrontier = [...leavesOf(bits)].some(({ base }) => base === HEADER);
      if (!isFrontier && !this.pages.some((page) => isOfPage(bits, page)))
        return 'a hint is set apart from what it tells of';
    }
    this.half = summary ? '' : restores ? 'restored' : 'set';
    if (this.events.length > 0) this.#event('hint', site);
  }

  /** An atomic load. */
  load(bytes, address, value) {
    const { cleared } = this;
    if (!cleared || cleared.seen) return;
    const word = wordAt(address, bytes);
    const looks = isSummary(cleared.address)
      ? word === 'bitmap' && !isSummary(address)
      : word === 'anchor' && isOfPage(cleared.bits, address);
    if (looks) cleared.seen = value;
  }

  /** An atomic store. @returns {string | undefined} */
  store(bytes, address, value, site) {
    switch (wordAt(address, bytes)) {
      case 'unknown':
      case 'wake':
        return 'an atomic store that is none of the known ones';
      case 'anchor':
        this.pages.push(address);
        return this.#event(isClear(value, CLASS_BITS) ? 'free' : 'open', site);
      case 'hand':
        this.#note(isConstant(value, 0n) ? 'give' : 'take', value);
        return this.#event(isConstant(value, 0n) ? 'hand0' : 'hand', site);
      case 'first':
        if (isConstant(value, 0n)) return undefined; // a new record
        this.#note('take', value);
        return this.#event('first', site);
      case 'thread':
        return this.#nameThread(site);
      case 'owner':
        return this.#ownSlot();
      case 'number':
        return this.#numberEnd(value);
      case 'end':
        return 'an entry of the log that is stored over a later one';
      case 'control':
        return this.#storeControl(address, value, site);
    }
  }

  #storeControl(address, value, site) {
    if (isClear(value, LOCK)) return this.holds.includes(address) ? 'an unlock by a store' : undefined;
    if (!(ones(value) & LOCK)) return 'a store to a control word with a lock bit that is not known';
    if (this.holds.length === 0) return 'a chain is born locked while its parent is not locked';
    this.holds.push(address);
    this.#found('child', site);
  }

  /** The word of a slot that names its thread: the end of a claim, or what owner or number must follow. */
  #nameThread(site) {
    if (this.claimed === undefined) this.named = site;
    else this.#found('slot', this.claimed);
    this.claimed = undefined;
  }

  #ownSlot() {
    if (this.named !== undefined) this.#found('slot', this.named);
    this.named = undefined;
  }

  #numberEnd(value) {
    if (this.unlogged !== undefined) this.#found('end', this.unlogged);
    this.unlogged = undefined;
    if (isConstant(value, 0n)) this.#ownSlot();
  }

  /** What a changed anchor is owed: zero for what was given back, something of the page for what was taken. */
  #note(kind, value) {
    const at = this.owed.findIndex(({ address }) => kind === 'give' || isOfPage(value, address));
    if (at < 0) return;
    this.#found(kind, this.owed[at].site);
    this.owed.splice(at, 1);
  }

  /** Follows one side of a branch. False: no thread goes there. */
  decide(test, sense) {
    const { term, negated } = condition(test);
    const holds = sense !== negated;
    if (term.op === 'const') return (term.value !== 0n) === holds;
    const outcomes = this.pending.map(({ was, expected }) => condition(operation('eq64', [was, expected])));
    const at = outcomes.findIndex((outcome) => outcome.term === term);
    if (at >= 0) {
      const [{ kind, address, site }] = this.pending.splice(at, 1);
      if (holds !== outcomes[at].negated) {
        if (kind === 'lock') this.holds.push(address);
        else if (kind === 'slot') {
          this.claimed = site;
          return true;
        } else {
          this.owed.push({ address, site });
          this.pages.push(address);
        }
        this.events.push(kind);
        this.#found(kind, site);
      }
    }
    if (this.cleared?.seen && leavesOf(term).has(this.cleared.seen)) this.cleared.heeded = true;
    if (this.wakes.decide(term, holds)) this.#act();
    return true;
  }

  /** What would be torn apart if the thread were stopped now. */
  torn() {
    const found = [];
    const has = (...names) => this.events.some((event) => names.includes(event));
    const alone = (event, ...partners) => has(event) && !has(...partners);
    const hands = this.events.filter((event) => event === 'hand' || event === 'hand0').length;
    const tell = (/** @type {unknown} */ condition, /** @type {string} */ what) =>
      condition && found.push(what);
    tell(this.pending.length > 0, 'a CAS may have taken a lock or a slot, or changed an anchor');
    tell(this.holds.length > 0, 'a lock is held');
    found.push(...this.wakes.torn());
    tell(this.owed.length > 0, 'an anchor was changed and no hand says so');
    tell(this.cleared && !this.cleared.seen, 'a hint was cleared and its page not looked at again');
    tell(
      this.cleared?.seen && !this.cleared.heeded,
      'a hint was cleared and what its page says has no effect',
    );
    tell(this.claimed !== undefined, 'a slot is taken and does not say by whom');
    tell(this.named !== undefined, 'a slot names a thread and its other words do not follow');
    tell(this.unlogged !== undefined, 'an end is counted and its slot does not say so');
    tell(this.half !== '', 'a hint was set and its summary was not');
    tell(this.#unseen(), 'a page has changed hands and no bitmap shows it');
    tell(
      alone('open', 'hand0') || alone('free', 'hand0', 'first'),
      'a page is in circulation and in the hand',
    );
    tell(hands === 1 && alone('hand', 'lock', 'anchor'), 'a hand holds what is elsewhere too');
    tell(alone('hand0', 'lock', 'anchor', 'open', 'free', 'hand', 'first'), 'a hand has dropped something');
    tell(alone('first', 'anchor', 'free', 'hand0'), 'a page belongs to nobody, or to two');
    return found;
  }

  /** A page was opened or freed, and not both words of the bitmap were set after that. */
  #unseen() {
    const at = Math.max(this.events.lastIndexOf('free'), this.events.lastIndexOf('open'));
    return at >= 0 && this.events.slice(at).filter((event) => event === 'hint').length < 2;
  }
}
