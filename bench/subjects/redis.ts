import { BenchError, peer } from '../harness/needs.js';
import { findRedis, startRedis } from './redis-server.js';
import { type AsyncBenchMap, type Created, defineSubject, type Key, type Value } from './subject.js';

const PACKAGE = { name: '@redis/client', version: '6.3.1' };
/** A get takes some 5 µs, and there are as many to fill and to check it as entries. */
const MOST = 1_000_000;
/** A server that is starting is asked again so often, so many times: ten seconds in all. ms */
const AGAIN = 50;
const TRIES = 200;

/** What of the package is used. */
interface Client {
  on(event: 'error', listener: (error: Error) => void): Client;
  connect(): Promise<unknown>;
  destroy(): void;
  info(section: string): Promise<string>;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, options?: { condition: 'NX' }): Promise<string | null>;
  exists(key: string): Promise<number>;
  del(key: string): Promise<number>;
  incrBy(key: string, delta: number): Promise<number>;
}
interface ClientPackage {
  createClient(options: object): Client;
}

async function connect(path: string, reconnectStrategy: unknown): Promise<Client> {
  const { createClient } = await peer<ClientPackage>(PACKAGE);
  // A lost connection is told by the commands that fail.
  const client = createClient({ socket: { path, reconnectStrategy } }).on('error', () => {});
  await client.connect();
  return client;
}

/** Keys and values as strings: numbers as digits, objects as JSON. */
class RedisMap implements AsyncBenchMap {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async get(key: Key): Promise<Value | undefined> {
    const found = await this.#client.get(String(key));
    return found === null ? undefined : (JSON.parse(found) as Value);
  }

  set(key: Key, value: Value): Promise<unknown> {
    return this.#client.set(String(key), JSON.stringify(value));
  }

  async has(key: Key): Promise<boolean> {
    return (await this.#client.exists(String(key))) === 1;
  }

  async delete(key: Key): Promise<boolean> {
    return (await this.#client.del(String(key))) === 1;
  }

  async insert(key: Key, value: Value): Promise<boolean> {
    return (await this.#client.set(String(key), JSON.stringify(value), { condition: 'NX' })) !== null;
  }

  add(key: Key, delta: number): Promise<number> {
    return this.#client.incrBy(String(key), delta);
  }
}

async function missing(): Promise<string | undefined> {
  if ((await findRedis()) !== undefined) return undefined;
  return 'no valkey-server or redis-server is found: apt-get install redis-server';
}

async function create(): Promise<Created> {
  const found = await findRedis();
  if (found === undefined) throw new BenchError((await missing()) as string);
  const server = startRedis(found.file);
  try {
    const client = await connect(server.socket, (tries: number) => tries < TRIES && AGAIN);
    return {
      handle: server.socket,
      version: `${found.version} by ${PACKAGE.name} ${PACKAGE.version}`,
      async outsideBytes() {
        return Number(/^used_memory_rss:(\d+)/m.exec(await client.info('memory'))?.[1]);
      },
      close() {
        client.destroy();
        return server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw new Error(`${found.file} does not answer: ${(error as Error).message}. ${server.log()}`);
  }
}

export default defineSubject({
  name: 'redis',
  title: 'Redis, pipelined',
  module: import.meta.url,
  needs: [PACKAGE],
  missing,
  sharing: 'shared',
  keys: ['int', 'string', 'fresh', 'long'],
  values: ['number', 'object'],
  operations: ['get', 'set', 'has', 'delete', 'insert', 'add', 'modify'],
  mostEntries: MOST,
  pipeline: 64,
  notes: [
    'A server (Valkey where it is installed) that is started for the cell, on a Unix socket, which is faster than the loopback’s TCP; nothing is written to disk. Its thread takes a core from the others.',
    'A connection for each thread, with 64 commands under way. All is text: numbers as digits, objects as JSON. It is also open to other processes and machines, which is not measured.',
  ],
  create,
  attach: async (handle) => new RedisMap(await connect(handle as string, false)),
});
