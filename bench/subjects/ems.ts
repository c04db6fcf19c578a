import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peer } from '../harness/needs.js';
import { neverLeft } from './left-behind.js';
import { type BenchMap, defineSubject, type Key, type MapPlan, type Value } from './subject.js';

const PACKAGE = { name: 'ems', version: '1.6.1' };
/** Of its fixed number of slots, at most so many are used: a full table drops writes without a word. */
const FULL = 0.5;
/** Bytes of heap for one entry: the key in a buddy allocator's piece. */
const PER_ENTRY = 128;
const MIB = 2 ** 20;
const MEMORY = '/dev/shm';

/** What of the package is used. */
interface EmsArray {
  readFF(key: Key): unknown;
  writeXF(key: Key, value: unknown): void;
  cas(key: Key, expected: unknown, value: unknown): unknown;
  destroy(unlink: boolean): void;
}
interface Ems {
  new: (options: object) => EmsArray;
}
type EmsPackage = (threads: number, pinning: boolean, mode: string) => Ems;

async function openEms(): Promise<Ems> {
  const ems = await peer<EmsPackage>(PACKAGE);
  return ems(1, false, 'user');
}

/** Reads that wait until the value is whole, and writes that make it whole: a plain read of a string races with a write. */
class EmsMap implements BenchMap {
  readonly #array: EmsArray;

  constructor(array: EmsArray) {
    this.#array = array;
  }

  get(key: Key): Value | undefined {
    return this.#array.readFF(key) as Value | undefined;
  }

  set(key: Key, value: Value): void {
    this.#array.writeXF(key, value);
  }

  compareAndSet(key: Key, expected: Value, value: Value): boolean {
    return this.#array.cas(key, expected, value) === expected;
  }
}

interface EmsHandle {
  readonly filename: string;
  readonly slots: number;
  readonly heapSize: number;
}

const optionsOf = ({ filename, slots, heapSize }: EmsHandle) => ({
  ...{ filename, heapSize, dimensions: [slots], useMap: true },
});

export default defineSubject({
  name: 'ems',
  title: 'npm ems',
  module: import.meta.url,
  needs: [PACKAGE],
  sharing: 'shared',
  keys: ['int', 'string', 'fresh', 'long'],
  values: ['number'],
  operations: ['get', 'set', 'compareAndSet', 'modify'],
  mostEntries: 5_000_000,
  onlyPresent: true,
  notes: [
    'Its size is fixed: slots for twice the entries. Nothing can be deleted. It is also open to other processes, which is not measured.',
    'Its fetch-and-add takes keys that are there already; workloads that count from nothing are left out.',
    'readFF and writeXF, which wait for one another: its plain read of a string races with a write.',
  ],
  async create({ entries }: MapPlan) {
    const ems = await openEms();
    const filename = join(existsSync(MEMORY) ? MEMORY : tmpdir(), `threadmap-bench-ems-${randomUUID()}`);
    const slots = Math.max(1024, Math.ceil(entries / FULL));
    const handle: EmsHandle = { filename, slots, heapSize: 32 * MIB + entries * PER_ENTRY };
    const array = ems.new({ ...optionsOf(handle), setFEtags: 'full' });
    const remove = neverLeft(filename);
    return {
      handle,
      close() {
        array.destroy(true);
        remove();
      },
    };
  },
  async attach(handle) {
    const ems = await openEms();
    return new EmsMap(ems.new({ ...optionsOf(handle as EmsHandle), useExisting: true }));
  },
});
