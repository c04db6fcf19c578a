// A Map in a thread of its own that serves the others by messages: what one writes today who needs shared state in threads.

import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { MAP_MOST } from './map.js';
import type { AsyncBenchMap, Created, Key, MapPlan, Operation, Subject, Value } from './subject.js';

/** What the server can be asked for. */
export type MessageCall = 'get' | 'set' | 'has' | 'delete' | 'insert' | 'add';
export type MessageQuestion = [number: number, call: MessageCall, key: Key, value: Value | undefined];

const OPERATIONS: readonly Operation[] = ['get', 'set', 'has', 'delete', 'insert', 'add', 'modify'];

interface Waiting {
  resolve(answer: never): void;
  reject(error: Error): void;
}

const CLOSED = 'the serving thread has ended';

/** A thread's side: numbers its questions, and finds who asked when the answer comes. */
class MessageClient implements AsyncBenchMap {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;
  #isClosed = false;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', ([number, answer]: [number, never]) => {
      const asked = this.#waiting.get(number);
      this.#waiting.delete(number);
      asked?.resolve(answer);
    });
    port.on('close', () => {
      this.#isClosed = true;
      for (const { reject } of this.#waiting.values()) reject(new Error(CLOSED));
      this.#waiting.clear();
    });
    // It keeps no thread alive that was told to end.
    port.unref();
  }

  get(key: Key): Promise<Value | undefined> {
    return this.#ask('get', key);
  }

  set(key: Key, value: Value): Promise<void> {
    return this.#ask('set', key, value);
  }

  has(key: Key): Promise<boolean> {
    return this.#ask('has', key);
  }

  delete(key: Key): Promise<boolean> {
    return this.#ask('delete', key);
  }

  insert(key: Key, value: Value): Promise<boolean> {
    return this.#ask('insert', key, value);
  }

  add(key: Key, delta: number): Promise<number> {
    return this.#ask('add', key, delta);
  }

  #ask<T>(call: MessageCall, key: Key, value?: Value): Promise<T> {
    const number = this.#number++;
    return new Promise<T>((resolve, reject) => {
      if (this.#isClosed) throw new Error(CLOSED);
      this.#waiting.set(number, { resolve, reject });
      this.#port.postMessage([number, call, key, value] satisfies MessageQuestion);
    });
  }
}

/** Starts the serving thread, with a channel to each thread of the plan. */
async function create({ threads }: MapPlan): Promise<Created> {
  const server = new Worker(new URL('./message-server.js', import.meta.url));
  const exited = new Promise((resolve) => server.once('exit', resolve));
  const channels = Array.from({ length: threads }, () => new MessageChannel());
  const ports = channels.map(({ port1 }) => port1);
  // Without its thread, such as for want of memory, ports close by themselves, and clients refuse what they are asked.
  server.on('error', () => {});
  server.postMessage(ports, ports);
  return {
    handle: null,
    perThread: channels.map(({ port2 }) => ({ handle: port2, transfer: [port2] })),
    async close() {
      await server.terminate();
      await exited;
    },
  };
}

/** What both subjects are, but for name and pipeline. */
export const messageSubject = {
  sharing: 'shared',
  keys: ['int', 'string', 'fresh', 'long'],
  values: ['number', 'object'],
  operations: OPERATIONS,
  mostEntries: MAP_MOST,
  create,
  attach: (handle: unknown): AsyncBenchMap => new MessageClient(handle as MessagePort),
} satisfies Partial<Subject>;
