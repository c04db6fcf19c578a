import vm from 'node:vm';
import { MessageChannel, moveMessagePortToContext, receiveMessageOnPort } from 'node:worker_threads';

// Another realm, as a vm context of a test runner has it: arrays, errors and memories of its own.

const context = vm.createContext({ URL, AbortController });

/** What this code gives, evaluated in the other realm. */
export function there<T = never>(code: string): T {
  return vm.runInContext(`(${code})`, context) as T;
}

/** A clone whose objects are all of the other realm, as a port gives it that was moved there. */
export function cloned<T>(value: T): T {
  const { port1, port2 } = new MessageChannel();
  const port = moveMessagePortToContext(port2, context);
  port1.postMessage(value);
  const received = receiveMessageOnPort(port as Parameters<typeof receiveMessageOnPort>[0]);
  port1.close();
  return received?.message as T;
}
