// A thread that sends back each number it is woken by: by words of its own, or by a map.

import { workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'threadmap';

/** Word, or key, of what comes and of what goes back. */
export const PING = 0;
export const PONG = 1;

export interface EchoData {
  readonly words: Int32Array;
  /** Without it the words are used. */
  readonly handle?: SharedMapHandle<number, number>;
}

/** Returns each new number as soon as it has come. */
function receiver({ words, handle }: EchoData): { receive(last: number): number; send(n: number): void } {
  if (handle === undefined) {
    return {
      receive(last) {
        while (Atomics.load(words, PING) === last) Atomics.wait(words, PING, last);
        return Atomics.load(words, PING);
      },
      send(n) {
        Atomics.store(words, PONG, n);
        Atomics.notify(words, PONG);
      },
    };
  }
  const map = SharedMap.attach(handle);
  let seen = 0;
  const until = (value: number) => value !== seen;
  return {
    receive(last) {
      seen = last;
      return map.waitForSync(PING, { until });
    },
    send(n) {
      map.set(PONG, n);
    },
  };
}

// The module is also imported for its constants, by a thread that is no echo.
const data = workerData as Partial<EchoData> | null;
if (data?.words !== undefined) {
  const { receive, send } = receiver(data as EchoData);
  for (let last = 0; ; send(last)) last = receive(last);
}
