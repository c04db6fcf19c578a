// Maps to be damaged: every kind of content, and every state that a map can be in when a thread looks at it.

import { SharedMap, SharedMapError } from 'threadmap';
import { Kernel } from '../../src/wasm/kernel.js';

const MiB = 2 ** 20;

export type AnyMap = SharedMap<unknown, unknown>;

/** A map as it lies in memory, no thread attached: it can be put back as often as needed. */
export interface StartingMap {
  readonly name: string;
  /** The handle of its memory, in its state. */
  open(): AnyMap['handle'];
}

/** Values of every form: inline, a record, a large one. */
export function valueFor(n: number): unknown {
  const kinds = [
    n,
    `v${n}`,
    `a value of some length, number ${n}`,
    -n / 3,
    BigInt(n) ** 9n,
    { n, list: [n, String(n)], nested: new Map([[n, null]]) },
    new Uint8Array(n % 900).fill(n),
    'Ж'.repeat(n % 700),
    n % 2 === 0,
    undefined,
  ];
  return kinds[n % kinds.length];
}

/** Keys of every form. */
export function keyOf(n: number): unknown {
  const kinds = [n, `k${n}`, `a key of some length, number ${n}`, n + 0.5, BigInt(n) ** 7n, `Ключ ${n}`];
  return kinds[n % kinds.length];
}

export const LONG_KEYS = ['k'.repeat(20_000), 'Ж'.repeat(17_000), 'l'.repeat(140_000)] as const;
export const ENTRIES = 820;

function fill(map: AnyMap): void {
  for (let n = 0; n < ENTRIES; n++) map.set(keyOf(n), valueFor(n));
  for (let n = 0; n < ENTRIES; n += 7) map.delete(keyOf(n));
  map.set('large bytes', new Uint8Array(200_000).fill(7));
  map.set('large text', 'text '.repeat(20_000));
  map.set('large object', { text: 'object '.repeat(12_000) });
  for (const key of LONG_KEYS) map.set(key, key.length);
  map.set(LONG_KEYS[0].slice(1), 'x'.repeat(40_000));
}

function grow(map: AnyMap): void {
  fill(map);
  for (let n = 0; !map.stats().growing; n++) map.set(1e6 + n, n);
}

/** The first step of a clear alone: no chain is swept yet. */
function clearOnly(map: AnyMap): void {
  const kernel = new Kernel(map.handle.module, map.handle.memory);
  kernel.exports.clear();
  kernel.detach();
}

/** Numbers until there is no room: the table cannot grow, so chains are long. */
function crowd(map: AnyMap): void {
  try {
    for (let n = 0; ; n++) map.set(n, n);
  } catch (error) {
    if (!(error instanceof SharedMapError)) throw error;
  }
}

/** What a thread leaves that dies with its hands full: a slot, a scratch and staged values. */
function leaveHand(map: AnyMap): void {
  const kernel = new Kernel(map.handle.module, map.handle.memory);
  kernel.stage(1, 4, new Uint8Array(150_000).fill(9), true);
  kernel.stage(2, 1, new Uint8Array(500).fill(65), false);
}

interface State {
  readonly name: string;
  readonly maxBytes: number;
  make(map: AnyMap): void;
  isSo(map: AnyMap): boolean;
}

const states: State[] = [
  { name: 'of every content', maxBytes: 3 * MiB, make: fill, isSo: (map) => map.stats().noverflow > 3 },
  { name: 'that grows', maxBytes: 3 * MiB, make: grow, isSo: (map) => map.stats().growing },
  {
    name: 'that was cleared and not swept',
    maxBytes: 3 * MiB,
    make(map) {
      fill(map);
      clearOnly(map);
    },
    isSo: (map) => map.size === 0 && map.stats().noverflow > 3,
  },
  {
    name: 'that grows and was cleared',
    maxBytes: 3 * MiB,
    make(map) {
      grow(map);
      clearOnly(map);
    },
    isSo: (map) => map.size === 0 && map.stats().growing,
  },
  {
    name: 'that is full',
    maxBytes: MiB,
    make: crowd,
    isSo: (map) => map.stats().noverflow > 500,
  },
  {
    name: 'with a dead thread',
    maxBytes: 3 * MiB,
    make(map) {
      fill(map);
      leaveHand(map);
    },
    isSo: (map) => map.stats().threads === 2,
  },
  {
    name: 'that grows, of 4 GiB',
    maxBytes: 2 ** 32 - 2 ** 24,
    make: grow,
    isSo: (map) => map.stats().growing,
  },
  { name: 'that is empty', maxBytes: MiB, make() {}, isSo: (map) => map.size === 0 },
];

const H_SEED = 4;
const HASH0 = [0x1234567, 0x89abcdef, 0x2468ace, 0x13579bdf];
/** Maps larger than this are made anew each time: there hardly an address leads out of the memory. */
const COPIED = 16 * MiB;

function build({ name, maxBytes, make, isSo }: State): AnyMap['handle'] {
  const map: AnyMap = new SharedMap({ maxBytes });
  // Before anything is hashed: with this hash0 the map is the same in every process, and damage can be done again.
  new Uint32Array(map.handle.memory.buffer).set(HASH0, H_SEED);
  make(map);
  if (!isSo(map)) throw new Error(`the map ${name} is not so`);
  const { handle } = map;
  map.detach();
  return handle;
}

export function startingMaps(): StartingMap[] {
  return states.map((state) => {
    if (state.maxBytes > COPIED) return { name: state.name, open: () => build(state) };
    const handle = build(state);
    const memory = new Uint8Array(handle.memory.buffer);
    const bytes = memory.slice();
    const open = (): AnyMap['handle'] => {
      memory.set(bytes);
      return handle;
    };
    return { name: state.name, open };
  });
}
