// The limits as subjects: maps that give the right answers without being maps, so that the loops around them are those of all others.

import { writeText } from '../../src/codec/text.js';
import { Region } from '../../src/wasm/scratch.js';
import { type CompiledModule, type SharedMemory, wasm } from '../../src/wasm/web-assembly.js';
import type { BenchMap, Created, Key, MapPlan, Subject } from '../subjects/subject.js';
import { kernelBytes } from './kernel-bytes.js';

const PAGE = 65536;
/** What the module is compiled for. */
const LEAST_PAGES = 16;
/** As in kernel/index.ts. */
const PER_ENTRY = 40;

/** Digits of neighbouring keys lie so far apart (bench/harness/keys.ts). */
const KEY_STRIDE = 7919;

interface Exports {
  fill(entries: number): void;
  call(key: number): number;
  oneLine(key: number): number;
  twoLines(key: number, entries: number): number;
}

interface LineHandle {
  readonly memory: SharedMemory;
  readonly module: CompiledModule;
}

function instantiate({ memory, module }: LineHandle): Exports {
  return new wasm.Instance(module, { env: { memory } }).exports as unknown as Exports;
}

function create({ entries }: MapPlan): Created {
  const pages = Math.max(LEAST_PAGES, Math.ceil((entries * PER_ENTRY) / PAGE) + 1);
  const memory = new wasm.Memory({ initial: pages, maximum: pages, shared: true });
  const handle = { memory, module: new wasm.Module(Buffer.from(kernelBytes, 'base64')) };
  instantiate(handle).fill(entries);
  return { handle, close() {} };
}

/** A map that is there already: what is set is what was there. */
abstract class Lines implements BenchMap {
  abstract get(key: Key): number;
  set(): void {}
}

class EmptyCall extends Lines {
  readonly #call: Exports['call'];

  constructor({ call }: Exports) {
    super();
    this.#call = call;
  }

  get(key: Key): number {
    return this.#call(key as number);
  }
}

class OneLine extends Lines {
  readonly #oneLine: Exports['oneLine'];

  constructor({ oneLine }: Exports) {
    super();
    this.#oneLine = oneLine;
  }

  get(key: Key): number {
    return this.#oneLine(key as number);
  }
}

class TwoLines extends Lines {
  readonly #twoLines: Exports['twoLines'];
  readonly #entries: number;

  constructor({ twoLines }: Exports, entries: number) {
    super();
    this.#twoLines = twoLines;
    this.#entries = entries;
  }

  get(key: Key): number {
    return this.#twoLines(key as number, this.#entries);
  }
}

/** The map's own encoding of a key, into shared memory, and nothing else. */
class Encode implements BenchMap {
  readonly #region: Region;

  constructor(memory: SharedMemory) {
    this.#region = new Region(memory, 0, PAGE);
  }

  /** For the check at the end: the index that a key was made of, as long as its digits have not gone round. */
  get(key: Key): number {
    return Number((key as string).replace(/\D/g, '')) / KEY_STRIDE;
  }

  set(): void {}

  has(key: Key): boolean {
    return writeText(key as string, this.#region) >= 0;
  }
}

const common = {
  sharing: 'shared',
  values: ['number'],
  create,
  notes: [],
} satisfies Partial<Subject>;

/** What reads lines: keys are ints. */
export const lineSubject = {
  ...common,
  keys: ['int'],
  operations: ['get', 'set'],
} satisfies Partial<Subject>;

export const encodeSubject = {
  ...common,
  keys: ['string'],
  operations: ['has', 'set'],
} satisfies Partial<Subject>;

export function openLines(name: 'call' | 'one' | 'two', handle: unknown, { entries }: MapPlan): BenchMap {
  const exports = instantiate(handle as LineHandle);
  if (name === 'call') return new EmptyCall(exports);
  return name === 'one' ? new OneLine(exports) : new TwoLines(exports, entries);
}

export function openEncode(handle: unknown): BenchMap {
  return new Encode((handle as LineHandle).memory);
}
