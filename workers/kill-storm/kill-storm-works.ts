// What a thread of a kill storm is at when its end comes: each kind of call, checked against the ledger as it goes.

import { isDeepStrictEqual } from 'node:util';
import { belongsTo, indexOf, keyOf } from '../marked-values.js';
import type { Random } from '../random.js';
import { isExhausted } from './kill-storm-ends.js';
import type { Fuse } from './kill-storm-fuse.js';
import {
  ADDS,
  CHURN,
  CLEARS,
  churnKey,
  EXHAUSTED,
  freshKey,
  isPresent,
  KEYS,
  keyOfLane,
  LAPS,
  type Pair,
  pairKey,
  pairOf,
  READS,
  STABLE,
  SWAPS,
  SWELL,
  stableKey,
  stateAfter,
  sumKey,
  swellKey,
  TICKETS,
  ticketKey,
} from './kill-storm-ledger.js';
import type { Place } from './kill-storm-place.js';

/** What a step needs beside its map. */
export interface Doer {
  readonly life: number;
  readonly lane: number;
  /** Somebody clears now and then: nothing is written down, and nothing stays for sure. */
  readonly clears: boolean;
  readonly random: Random;
  readonly fuse: Fuse;
}

export type Step = (place: Place, doer: Doer) => void;

/** What is reserved, up to the table that swelling needs anyway. */
const ROOMS = [1000, 5000, 20_000];

function expectThat(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(`broken: ${what()}`);
}

function brief(value: unknown): string {
  return String(typeof value === 'object' ? JSON.stringify(value) : value).slice(0, 60);
}

function put({ map }: Place, key: unknown, value: unknown, { random, clears }: Doer): void {
  const current = map.get(key);
  if (random.below(4) === 0) {
    // The lane is this thread's own.
    const old = map.getAndSet(key, value);
    expectThat(clears || isDeepStrictEqual(old, current), () => `${brief(key)} gave ${brief(old)} back`);
    return;
  }
  if (current === undefined && map.insert(key, value)) return;
  // Under clears the current one may be gone by now.
  if (typeof current === 'string' && map.compareAndSet(key, current, value)) return;
  map.set(key, value);
}

export const steps = {
  /** Sets, inserts, swaps and deletes the keys of its lane. */
  write(place, doer) {
    const { ledger, map } = place;
    const { lane, random, clears } = doer;
    const index = keyOfLane(lane, random.below(KEYS));
    const key = keyOf(index);
    const apply = (write: number): void => {
      if (isPresent(write)) put(place, key, stateAfter(index, write), doer);
      else if (random.below(2) === 0) map.delete(key);
      else map.getAndDelete(key);
    };
    if (clears) apply(1 + random.below(1000));
    else ledger.write(index, apply);
  },

  /** Writes and nothing else, so that an end that comes at a random moment comes within a write. */
  hammer({ raw, ledger, grows }, { life, lane, random, clears }) {
    for (let i = 0; i < 50; i++) {
      const index = keyOfLane(lane, random.below(KEYS));
      const key = keyOf(index);
      const apply = (write: number): void => {
        if (isPresent(write)) raw.set(key, stateAfter(index, write));
        else raw.delete(key);
      };
      if (clears) apply(1 + random.below(1000));
      else ledger.write(index, apply);
      for (let n = 0; n < 2; n++) {
        raw.set(churnKey(lane), random.of(CHURN));
        raw.getAndSet(churnKey(lane), random.of(CHURN));
      }
      if (!grows) continue;
      const fresh = ledger.fresh(life);
      raw.set(freshKey(life, fresh), fresh);
      ledger.countFresh(life);
    }
  },

  /** A value that is read was written by one of the writes that may be seen, and is whole. */
  read({ ledger, map }, { random, clears }) {
    const index = random.below(KEYS);
    const done = ledger.done(index);
    const value = map.get(keyOf(index));
    const holds = clears ? value === undefined || belongsTo(index, value) : ledger.allows(index, done, value);
    expectThat(holds, () => `key ${index} has ${brief(value)}; done ${done}, begun ${ledger.begun(index)}`);
    if (value === null || random.below(4) === 0) map.has(keyOf(index));
    ledger.count(READS);
  },

  /** Adds to what all add to. */
  add(place, doer) {
    const { ledger, map, coded } = place;
    if (coded) return steps.swap(place, doer);
    const key = sumKey(doer.random.below(100));
    const add = (): boolean => map.add(key) >= 1;
    if (doer.clears) add();
    else ledger.attempt(doer.life, ADDS, add);
  },

  /** Competes for a ticket: one of all gets it. */
  insert({ ledger, map, grows }, { life, clears, random }) {
    const ticket = grows ? ledger.nextTicket() : random.below(200);
    const insert = (): boolean => map.insert(ticketKey(ticket), life);
    if (clears) insert();
    else ledger.attempt(life, TICKETS, insert);
  },

  /** Raises the number in a structured value by get and compareAndSet, or by a function. */
  swap({ ledger, map }, { life, clears, random }) {
    const key = pairKey(random.below(100));
    const next = (value: unknown): Pair => {
      const pair = value as Pair | undefined;
      expectThat(
        pair === undefined || isDeepStrictEqual(pair, pairOf(pair.n)),
        () => `${key}: ${brief(pair)}`,
      );
      return pairOf((pair?.n ?? 0) + 1);
    };
    const swap = (): boolean => {
      if (random.below(2) === 0) return map.update(key, next) !== undefined;
      const pair = map.get(key) as Pair | undefined;
      if (pair === undefined) return map.insert(key, pairOf(1));
      expectThat(isDeepStrictEqual(pair, pairOf(pair.n)), () => `${key} has ${brief(pair)}`);
      return map.compareAndSet(key, pair, pairOf(pair.n + 1));
    };
    if (clears) swap();
    else ledger.attempt(life, SWAPS, swap);
  },

  /** New keys without end. */
  grow(place, doer) {
    const { ledger, map, grows } = place;
    if (!grows) return steps.write(place, doer);
    for (let i = 0; i < 4; i++) {
      const n = ledger.fresh(doer.life);
      map.set(freshKey(doer.life, n), n);
      ledger.countFresh(doer.life);
    }
  },

  /** Fills the map with keys of its lane, and empties it of them: by then the table is far too large, and halves. */
  swell({ raw }, { lane }) {
    for (let n = 0; n < SWELL; n++) raw.set(swellKey(lane, n), n);
    for (let n = 0; n < SWELL; n++) raw.delete(swellKey(lane, n));
  },

  /** Makes the table larger or smaller at once. */
  resize({ map }, { random }) {
    if (random.below(2) === 0) map.reserve(random.of(ROOMS));
    else map.shrink();
  },

  /** A lap through the map, now and then a whole one. */
  iterate({ ledger, map }, { fuse, clears, random }) {
    if (random.below(6) !== 0) {
      let left = random.below(100);
      for (const [key, value] of map.entries()) {
        expectFitting(key, value);
        fuse.burn('in an iteration');
        if (left-- === 0) return;
      }
      return;
    }
    const found = new Set<unknown>();
    for (const key of random.below(2) === 0 ? map.keys() : keysByForEach(map)) {
      expectThat(!found.has(key), () => `${brief(key)} came twice`);
      found.add(key);
      fuse.burn('in an iteration');
    }
    for (let n = 0; n < STABLE && !clears; n++) {
      expectThat(found.has(stableKey(n)), () => `${stableKey(n)} did not come`);
    }
    ledger.count(LAPS);
  },

  /** Detaches and attaches again. */
  attach(place, doer) {
    place.attachAgain();
    steps.read(place, doer);
  },

  /** Looks at everything while others are at work: what it sees means little, but it comes back. */
  look({ map }, { random }) {
    expectThat(map.size >= 0, () => `size is ${map.size}`);
    expectThat(map.stats().threads >= 1, () => 'no thread is attached, though this one is');
    if (random.below(10) === 0) map.check();
  },

  /**
   * Calls the map at each level until the stack ends, wherever in a call that is; on the way back it calls it again at
   * each level, so that the end comes at one place after the other. Then it goes on with the map.
   */
  recurse(place, doer) {
    const { random, clears } = doer;
    const kinds = [steps.read, steps.write, steps.add, steps.insert, steps.swap, steps.grow, steps.look];
    let deepest = 0;
    let again = 60;
    const down = (depth: number): void => {
      try {
        // Not at every level one that takes long: it is the last levels that count.
        if (depth % 8 === 0) steps.read(place, doer);
        deepest = depth;
        down(depth + 1);
      } catch (error) {
        if (again-- > 0 && isExhausted(error)) random.of(kinds)(place, doer);
        throw error;
      }
    };
    try {
      down(0);
    } catch (error) {
      if (!isExhausted(error)) throw error;
    }
    expectThat(deepest > 100, () => `the stack ended after ${deepest} levels`);
    steps.write(place, doer);
    steps.read(place, doer);
    if (!clears) place.ledger.count(EXHAUSTED);
  },

  clear({ ledger, map }, { clears, random }) {
    if (!clears || random.below(20) !== 0) return;
    map.clear();
    ledger.count(CLEARS);
  },
} satisfies Record<string, Step>;

function keysByForEach(map: Place['map']): unknown[] {
  const keys: unknown[] = [];
  map.forEach((value, key) => {
    expectFitting(key, value);
    keys.push(key);
  });
  return keys;
}

/** Does this key have values like this? */
function expectFitting(key: unknown, value: unknown): void {
  const index = indexOf(key);
  if (index !== undefined) expectThat(belongsTo(index, value), () => `key ${index} has ${brief(value)}`);
}
