// What a kill storm has left behind, held against its ledger, once all its threads have ended. Every difference is told
// to `report`.

import { keyOf, LANES } from '../marked-values.js';
import {
  ADDS,
  CHURN,
  churnKey,
  freshKey,
  KEYS,
  type Ledger,
  PAIRS,
  type Pair,
  pairKey,
  STABLE,
  SUMS,
  SWAPS,
  SWELL,
  stableKey,
  sumKey,
  swellKey,
  TICKETS,
  ticketKey,
} from './kill-storm-ledger.js';
import type { StormMap } from './kill-storm-place.js';

export type Report = (violation: string) => void;

const PAGE = 65_536;
const BUCKET = 152;

/** What is counted in one kind of keys, and how many of them there are. */
interface Counted {
  entries: number;
  sum: number;
}

/** Compares the map with what the ledger says is done. Returns how many writes were acknowledged. */
export function compareWithLedger(map: StormMap, ledger: Ledger, report: Report): number {
  const keys = compareKeys(map, ledger, report);
  const fresh = compareFresh(map, ledger, report);
  const sums = totalOf(SUMS, (n) => map.get(sumKey(n)) as number | undefined);
  const adds = compareTotal('sums', sums.sum, ledger, ADDS, report);
  const pairs = totalOf(PAIRS, (n) => (map.get(pairKey(n)) as Pair | undefined)?.n);
  const swaps = compareTotal('pairs', pairs.sum, ledger, SWAPS, report);
  const tickets = compareTickets(map, ledger, report);
  let stable = 0;
  for (let n = 0; n < STABLE; n++) if (map.get(stableKey(n)) === n) stable++;
  if (stable !== STABLE) report(`${STABLE - stable} of ${STABLE} keys that nobody changes have changed`);

  const churned = compareChurn(map, report) + compareSwell(map, report);

  const entries =
    churned + keys.entries + fresh.entries + sums.entries + pairs.entries + tickets.entries + stable;
  if (map.size !== entries) report(`size is ${map.size}, there are ${entries} entries`);
  return keys.acknowledged + fresh.acknowledged + adds + swaps + tickets.acknowledged;
}

interface Compared {
  entries: number;
  acknowledged: number;
}

function compareKeys(map: StormMap, ledger: Ledger, report: Report): Compared {
  const compared = { entries: 0, acknowledged: 0 };
  for (let index = 0; index < KEYS; index++) {
    const value = map.get(keyOf(index));
    const done = ledger.done(index);
    compared.acknowledged += done;
    if (value !== undefined) compared.entries++;
    if (map.has(keyOf(index)) !== (value !== undefined)) report(`key ${index}: has and get do not agree`);
    if (ledger.allows(index, done, value)) continue;
    report(
      `key ${index}: neither write ${done}, which was acknowledged, nor one until ${ledger.begun(index)} is there`,
    );
  }
  return compared;
}

function compareFresh(map: StormMap, ledger: Ledger, report: Report): Compared {
  const compared = { entries: 0, acknowledged: 0 };
  for (let life = 0; life < ledger.lives; life++) {
    const fresh = ledger.fresh(life);
    compared.acknowledged += fresh;
    for (let n = 0; n < fresh; n++) {
      if (map.get(freshKey(life, n)) !== n) report(`life ${life}: new key ${n} of ${fresh} is lost`);
    }
    compared.entries += fresh + (map.has(freshKey(life, fresh)) ? 1 : 0);
  }
  return compared;
}

function totalOf(keys: number, valueAt: (n: number) => number | undefined): Counted {
  const counted = { entries: 0, sum: 0 };
  for (let n = 0; n < keys; n++) {
    const value = valueAt(n);
    if (value === undefined) continue;
    counted.entries++;
    counted.sum += value;
  }
  return counted;
}

function compareTotal(name: string, sum: number, ledger: Ledger, kind: number, report: Report): number {
  let [least, most] = [0, 0];
  for (let life = 0; life < ledger.lives; life++) {
    const range = ledger.range(life, kind);
    least += range.least;
    most += range.most;
  }
  if (!(sum >= least && sum <= most)) report(`the ${name} are ${sum}, acknowledged ${least}, begun ${most}`);
  return least;
}

/** Whatever was put there last is whole. */
function compareChurn(map: StormMap, report: Report): number {
  let entries = 0;
  for (let lane = 0; lane < LANES; lane++) {
    const value = map.get(churnKey(lane)) as Uint8Array | undefined;
    if (value === undefined) continue;
    entries++;
    if (!CHURN.some((whole) => Buffer.compare(whole, value) === 0))
      report(`${churnKey(lane)} has a torn value`);
  }
  return entries;
}

/** Keys that came in great numbers have their value, or are gone. */
function compareSwell(map: StormMap, report: Report): number {
  let entries = 0;
  for (let lane = 0; lane < LANES; lane++) {
    for (let n = 0; n < SWELL; n++) {
      const value = map.get(swellKey(lane, n));
      if (value === undefined) continue;
      entries++;
      if (value !== n) report(`${swellKey(lane, n)} has the value ${String(value).slice(0, 40)}`);
    }
  }
  return entries;
}

/** Each ticket belongs to one life, and each life has as many as it was told. */
function compareTickets(map: StormMap, ledger: Ledger, report: Report): Compared {
  const compared = { entries: 0, acknowledged: 0 };
  const owned = new Array<number>(ledger.lives).fill(0);
  const last = Math.max(200, ledger.tickets());
  for (let n = 0; n <= last; n++) {
    const life = map.get(ticketKey(n)) as number | undefined;
    if (life === undefined) continue;
    compared.entries++;
    if (owned[life] === undefined) report(`ticket ${n} belongs to life ${life}, which never was`);
    else owned[life]++;
  }
  for (const [life, tickets] of owned.entries()) {
    const { least, most } = ledger.range(life, TICKETS);
    compared.acknowledged += least;
    if (tickets < least || tickets > most)
      report(`life ${life} has ${tickets} tickets, got ${least} to ${most}`);
  }
  return compared;
}

/** A quiet map without threads but this one: nothing locked, nothing lost, nothing left in a dead hand. */
export function expectSound(map: StormMap, when: string, report: Report): void {
  for (const problem of map.check()) report(`${when}: ${problem}`);
  const { threads } = map.stats();
  if (threads !== 1) report(`${when}: ${threads} slots are taken`);
}

/** An empty map holds its header, its table with the overflow buckets still linked, and this thread's scratch. */
export function expectNothingLeft(map: StormMap, when: string, report: Report): void {
  const { B, noverflow, bytesUsed, count } = map.stats();
  const needed = PAGE + PAGE + (2 ** B + noverflow) * BUCKET;
  if (count !== 0) report(`${when}: ${count} entries are left`);
  for (const key of map.keys()) report(`${when}: ${String(key).slice(0, 40)} is left`);
  if (bytesUsed !== needed) report(`${when}: ${bytesUsed} bytes are in use, an empty map needs ${needed}`);
  expectSound(map, when, report);
}
