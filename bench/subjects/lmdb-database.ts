// LMDB as a map of threads: a database on a file system in memory, without synchronisation to disk. One class for its three subjects.

import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peer } from '../harness/needs.js';
import { neverLeft } from './left-behind.js';
import type { BenchMap, Created, Key, MapPlan, Subject, Value } from './subject.js';

const PACKAGE = { name: 'lmdb', version: '3.5.6' };
/** A file system in memory, where there is one. */
const MEMORY = '/dev/shm';
const MIB = 2 ** 20;
/** Bytes of file for one entry, with the tree's half-full pages and the pages that a writer leaves to old readers. */
const PER_ENTRY = { number: 256, object: 6144 };

/** What of the package is used. */
interface Database {
  get(key: Key): Value | undefined;
  putSync(key: Key, value: Value): void;
  put(key: Key, value: Value): unknown;
  removeSync(key: Key): boolean;
  doesExist(key: Key): boolean;
  resetReadTxn(): void;
  transactionSync(work: () => void): void;
  close(): unknown;
}
interface Package {
  open(options: object): Database;
}

interface LmdbHandle {
  readonly path: string;
  readonly mapSize: number;
}

export type LmdbMode = 'fresh reads' | 'snapshot reads' | 'batched puts';

async function open({ path, mapSize }: LmdbHandle): Promise<Database> {
  const { open } = await peer<Package>(PACKAGE);
  return open({ path, mapSize, noSync: true, cache: false });
}

/** Puts of one at a time, or gathered until the next turn. */
class LmdbMap implements BenchMap {
  readonly #database: Database;
  readonly #isFresh: boolean;

  constructor(database: Database, isFresh: boolean) {
    this.#database = database;
    this.#isFresh = isFresh;
  }

  get(key: Key): Value | undefined {
    if (this.#isFresh) this.#database.resetReadTxn();
    return this.#database.get(key);
  }

  has(key: Key): boolean {
    if (this.#isFresh) this.#database.resetReadTxn();
    return this.#database.doesExist(key);
  }

  set(key: Key, value: Value): void {
    this.#database.putSync(key, value);
  }

  delete(key: Key): boolean {
    return this.#database.removeSync(key);
  }

  close(): void {
    this.#database.close();
  }
}

/** Puts gathered by threads, and made together. */
class LmdbBatches implements BenchMap {
  readonly #database: Database;
  #gathered: [Key, Value][] = [];

  constructor(database: Database) {
    this.#database = database;
  }

  get(key: Key): Value | undefined {
    return this.#database.get(key);
  }

  set(key: Key, value: Value): void {
    this.#gathered.push([key, value]);
    if (this.#gathered.length === BATCH) this.flush();
  }

  refresh(): void {
    this.#database.resetReadTxn();
  }

  flush(): void {
    const gathered = this.#gathered;
    if (gathered.length === 0) return;
    this.#gathered = [];
    this.#database.transactionSync(() => {
      for (const [key, value] of gathered) this.#database.put(key, value);
    });
    this.#database.resetReadTxn();
  }
}

/** Puts of one transaction. */
const BATCH = 100;

export function lmdbSubject(mode: LmdbMode) {
  return {
    needs: [PACKAGE],
    sharing: 'shared',
    keys: ['int', 'string', 'fresh', 'long'],
    values: ['number', 'object'],
    operations:
      mode === 'batched puts' ? ['get', 'set', 'modify'] : ['get', 'has', 'set', 'delete', 'modify'],
    // Some 5 to 10 µs for a put.
    mostEntries: 5_000_000,
    create({ entries, values }: MapPlan): Created {
      const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'threadmap-bench-lmdb-'));
      const mapSize = 256 * MIB + Math.ceil((entries * PER_ENTRY[values]) / MIB) * MIB;
      return {
        handle: { path: join(folder, 'data'), mapSize } satisfies LmdbHandle,
        close: neverLeft(folder),
      };
    },
    async attach(handle: unknown): Promise<BenchMap> {
      const database = await open(handle as LmdbHandle);
      return mode === 'batched puts'
        ? new LmdbBatches(database)
        : new LmdbMap(database, mode === 'fresh reads');
    },
  } satisfies Partial<Subject>;
}
