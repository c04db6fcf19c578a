import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { ENDS, INTENDED, problemOf } from '../../workers/kill-storm/kill-storm-ends.js';
import { compareWithLedger, expectNothingLeft } from '../../workers/kill-storm/kill-storm-judge.js';
import {
  ADDS,
  KEYS,
  keyOfLane,
  Ledger,
  STABLE,
  stableKey,
  stateAfter,
  sumKey,
  TICKETS,
  ticketKey,
} from '../../workers/kill-storm/kill-storm-ledger.js';
import { belongsTo, indexOf, keyOf, LANES, LARGE, valueAfter } from '../../workers/marked-values.js';
import { Watch, watched } from '../../workers/watch.js';

type AnyMap = SharedMap<unknown, unknown>;

// What stands between a broken map and a green storm: each of these must say no.

describe('keys and values that tell where they belong', () => {
  test('an index has one key, and each kind of key comes back to its index', () => {
    const keys = new Set<unknown>();
    for (let index = 0; index < 4 * KEYS; index++) {
      expect(indexOf(keyOf(index))).toBe(index);
      keys.add(keyOf(index));
    }
    expect(keys.size).toBe(4 * KEYS);
    for (const key of ['sum 3', 'the key of a record 0', -1, {}, undefined])
      expect(indexOf(key)).toBeUndefined();
  });

  test('a value of another key or write, and a torn one, do not pass', () => {
    const ledger = new Ledger(1);
    const [index, other] = [keyOfLane(1, 5), keyOfLane(1, 6)];
    for (const write of [1, 2, 4, 5, 6, 8, 9, 10, 12, LARGE, 2 * LARGE]) {
      const value = valueAfter(index, write);
      expect(belongsTo(index, value)).toBe(true);
      if (value === null) continue;
      if (!(typeof value === 'string' && value.length < 6)) expect(belongsTo(other, value)).toBe(false);
      if (typeof value === 'string' && value.length > 9)
        expect(belongsTo(index, `${value.slice(0, -1)}x`)).toBe(false);
      if (value instanceof Uint8Array) {
        const torn = value.slice();
        torn[torn.length - 1] = ~write;
        expect(belongsTo(index, torn)).toBe(false);
      }
    }
    for (let write = 1; write <= 10; write++) ledger.write(index, () => {});
    expect(ledger.allows(index, 10, stateAfter(index, 10))).toBe(true);
    expect(ledger.allows(index, 10, stateAfter(index, 9))).toBe(false);
    expect(ledger.allows(index, 9, stateAfter(index, 9))).toBe(true);
    expect(ledger.allows(index, 10, undefined)).toBe(false);
    expect(ledger.allows(index, 10, stateAfter(index, 12))).toBe(false);
  });
});

describe('a map is held against its ledger', () => {
  /** A map and a ledger that agree. */
  function agreeing(): { map: AnyMap; ledger: Ledger; told: string[]; judge(): string[] } {
    const map = new SharedMap({ maxBytes: 2 ** 24 }) as AnyMap;
    const ledger = new Ledger(2);
    for (let n = 0; n < STABLE; n++) map.set(stableKey(n), n);
    for (let index = 0; index < 2 * LANES; index++) {
      for (let n = 0; n < 6; n++) {
        ledger.write(index, (write) => {
          const state = stateAfter(index, write);
          if (state === undefined) map.delete(keyOf(index));
          else map.set(keyOf(index), state);
        });
      }
    }
    for (let n = 0; n < 20; n++) ledger.attempt(1, ADDS, () => map.add(sumKey(n)) > 0);
    for (let n = 0; n < 20; n++) ledger.attempt(1, TICKETS, () => map.insert(ticketKey(n), 1));
    const told: string[] = [];
    const judge = () => {
      expect(compareWithLedger(map, ledger, (text) => told.push(text))).toBeGreaterThan(0);
      return told;
    };
    return { map, ledger, told, judge };
  }

  test('one that agrees passes', () => {
    expect(agreeing().judge()).toEqual([]);
  });

  test.each<[string, (map: AnyMap, ledger: Ledger) => void, RegExp]>([
    ['a lost write', (map) => map.delete(keyOf(3)), /key 3: neither write 6/],
    ['a write that was undone', (map) => map.set(keyOf(3), stateAfter(3, 5)), /key 3: neither write 6/],
    ['a lost add', (map) => map.add(sumKey(2), -1), /the sums are 19, acknowledged 20, begun 20/],
    ['an add done twice', (map) => map.add(sumKey(2), 1), /the sums are 21/],
    ['a ticket that two got', (map) => map.set(ticketKey(4), 0), /life 0 has 1 tickets, got 0 to 0/],
    ['a lost ticket', (map) => map.delete(ticketKey(4)), /life 1 has 19 tickets/],
    ['a key that nobody changes', (map) => map.delete(stableKey(4)), /1 of 100 keys that nobody changes/],
    ['a key that nobody wrote', (map) => map.set('who wrote this?', 1), /size is \d+, there are \d+ entries/],
    ['a new key that is lost', (_, ledger) => ledger.countFresh(1), /life 1: new key 0 of 1 is lost/],
  ])('%s is told', (_name, spoil, message) => {
    const { map, ledger, judge } = agreeing();
    spoil(map, ledger);
    expect(judge().join('\n')).toMatch(message);
  });

  test('what is left in an emptied map is told: an entry, and bytes in a dead hand', () => {
    const told: string[] = [];
    const map = new SharedMap({ maxBytes: 2 ** 24 }) as AnyMap;
    expectNothingLeft(map, 'then', (text) => told.push(text));
    expect(told).toEqual([]);
    map.set('left', 'a value in a record of its own');
    expectNothingLeft(map, 'then', (text) => told.push(text));
    expect(told.join('\n')).toMatch(/1 entries are left[\s\S]*bytes are in use/);
  });
});

describe('the end of a thread', () => {
  const intended = { name: 'Error', message: INTENDED };
  const codec = (verb: string) => ({
    code: `ERR_SHARED_MAP_${verb.toUpperCase()}`,
    message: `codec 'x' could not ${verb} 3`,
    cause: intended,
  });

  test('as it was meant passes', () => {
    expect(problemOf({ how: 'terminate', where: 'anywhere' }, undefined, 1)).toBeUndefined();
    expect(problemOf({ how: 'error', where: 'in encode' }, codec('encode'), 1)).toBeUndefined();
    expect(problemOf({ how: 'rejection', where: 'anywhere' }, intended, 1)).toBeUndefined();
    expect(
      problemOf({ how: 'heap', where: 'anywhere' }, { code: 'ERR_WORKER_OUT_OF_MEMORY' }, 1),
    ).toBeUndefined();
  });

  test('in any other way is told', () => {
    const corrupt = { code: 'ERR_SHARED_MAP_CORRUPT', message: 'the memory is damaged' };
    for (const end of ENDS) {
      expect(problemOf(end, corrupt, 1)).toMatch(
        /failed.*ERR_SHARED_MAP_CORRUPT|failed[\s\S]*ERR_SHARED_MAP_CORRUPT/,
      );
      expect(problemOf(end, undefined, 42)).toMatch(/ended/);
    }
    expect(problemOf({ how: 'error', where: 'in decode' }, codec('encode'), 1)).toMatch(/failed/);
    expect(problemOf({ how: 'return', where: 'anywhere' }, undefined, 1)).toMatch(/with code 1/);
  });
});

test('a watch tells the call that does not return, and no other', () => {
  const watch = new Watch(3);
  const map = watched(new SharedMap({ maxBytes: 2 ** 24 }) as AnyMap, watch.seat(1));
  expect(watch.stuck(0, 1000)).toEqual([]);
  map.set('a', 1);
  expect([...map.keys()]).toEqual(['a']);
  expect(map.size).toBe(1);
  expect(watch.stuck(9000, 1000)).toEqual([]);
  map.forEach(() => {
    expect(watch.stuck(10_000, 1000)).toEqual([]);
    expect(watch.stuck(10_500, 1000)).toEqual([]);
    expect(watch.stuck(12_000, 1000)).toEqual(['seat 1: forEach has not returned for 2 s']);
  });
  expect(watch.stuck(20_000, 1000)).toEqual([]);
  expect(watch.stuck(30_000, 1000)).toEqual([]);
});
