// What is owed to those who sleep, before the thread can be stopped again. An unlock whose exchange has shown a waiter owes
// a wake-up at the control word, and a step of the chain's wake word with a wake-up after it. A clear owes, after its CAS
// of the root, the step and the wake-up of every wake word.

import { constant, isConstant, operation, plus } from './kernel-terms.mjs';
import { CONTROL, WAKE_WORDS } from './kernel-words.mjs';

/** In a control word. */
export const WAITERS = 2n;

/** @typedef {import('./kernel-terms.mjs').Term} Term */

/** Is the term an operand in the other? A neighbour's address is a sum with it, which does not count. */
function isOperand(/** @type {Term} */ term, /** @type {Term} */ other) {
  return (
    (other.op !== 'sum' && other.args.includes(term)) || other.args.some((part) => isOperand(term, part))
  );
}

export class WakeUps {
  /** Unlocks: `due` when the exchange is known to have shown a waiter, `told` and `stepped` what was done about it. */
  unlocks = [];
  /** CASes of the root whose outcome is not known: { was, expected, site }. */
  roots = [];
  /** Where the root was changed in this run. */
  changed = undefined;
  /** @type {Term[]} wake words that were stepped since, and those of them whose sleepers were woken */
  stepped = [];
  /** @type {Term[]} */
  woken = [];

  clone() {
    const copy = Object.assign(new WakeUps(), this);
    for (const list of ['roots', 'stepped', 'woken']) copy[list] = [...this[list]];
    copy.unlocks = this.unlocks.map((unlock) => ({ ...unlock }));
    return copy;
  }

  /** Runs with one key may be looked at as one. */
  get key() {
    const unlocks = this.unlocks.map(({ was, due, told, stepped }) => [was.id, due, told, stepped?.id]);
    const ids = [this.roots.map(({ was }) => was), this.stepped, this.woken].map((terms) =>
      terms.map(({ id }) => id),
    );
    return [unlocks.join(), ...ids, this.changed].join('/');
  }

  unlocked(address, was) {
    this.unlocks.push({ address, was, due: false, told: false, stepped: undefined });
  }

  /** A CAS of the root. */
  mayChange(was, expected, site) {
    this.roots.push({ was, expected, site });
  }

  /** Follows one side of a branch. True: it is about an unlock. */
  decide(term, holds) {
    const root = this.roots.findIndex(({ was, expected }) => term === operation('eq64', [was, expected]));
    if (root >= 0) {
      const [{ site }] = this.roots.splice(root, 1);
      if (holds) this.changed = site;
    }
    const at = this.unlocks.findIndex(({ was }) => term === operation('and64', [was, constant(WAITERS)]));
    if (at < 0) return false;
    if (holds) this.unlocks[at].due = true;
    else this.unlocks.splice(at, 1);
    return true;
  }

  /** A sum in a wake word. @returns {string | undefined} */
  step(address, value) {
    if (!isConstant(value, 1n)) return 'a wake word that does not step by one';
    if (address.op === 'const') {
      if (this.changed === undefined) return 'a wake word is stepped for all, and the root was not changed';
      this.stepped.push(address);
      return undefined;
    }
    const unlock = this.unlocks.find(
      (other) => other.due && !other.stepped && isOperand(plus(other.address, -CONTROL), address),
    );
    if (!unlock) return 'a wake word is stepped for a chain that was not unlocked';
    unlock.stepped = address;
    return undefined;
  }

  /** @returns {string | undefined} */
  notify(address) {
    if (this.stepped.includes(address)) {
      if (!this.woken.includes(address)) this.woken.push(address);
      return undefined;
    }
    const at = this.unlocks.findIndex((unlock) => unlock.address === address || unlock.stepped === address);
    const unlock = this.unlocks[at];
    if (!unlock?.due) return 'a wake-up that follows no unlock of the same word';
    if (unlock.address === address) unlock.told = true;
    else unlock.woken = true;
    if (unlock.told && unlock.woken) this.unlocks.splice(at, 1);
    return undefined;
  }

  /** Where a clear has woken everybody. */
  get cleared() {
    return this.woken.length === WAKE_WORDS ? this.changed : undefined;
  }

  /** What would be torn apart if the thread were stopped now. */
  torn() {
    const found = [];
    if (this.unlocks.length > 0) found.push('an unlock has not woken who waits');
    if (this.stepped.length > 0 && this.cleared === undefined)
      found.push('a clear has not woken all who wait');
    return found;
  }
}
