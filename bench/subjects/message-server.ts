// The thread that has the Map of message-client.ts: answers whoever asks, in the order in which questions come.

import { type MessagePort, parentPort } from 'node:worker_threads';
import { MapLike } from './map-like.js';
import type { MessageCall, MessageQuestion } from './message-client.js';
import type { Key, Value } from './subject.js';

const map = new MapLike();

function answer(call: MessageCall, key: Key, value: Value | undefined): unknown {
  switch (call) {
    case 'get':
      return map.get(key);
    case 'set':
      map.set(key, value as Value);
      return undefined;
    case 'has':
      return map.has(key);
    case 'delete':
      return map.delete(key);
    case 'insert':
      return map.insert(key, value as Value);
    case 'add':
      return map.add(key, value as number);
  }
}

parentPort?.once('message', (ports: MessagePort[]) => {
  for (const port of ports)
    port.on('message', ([number, call, key, value]: MessageQuestion) => {
      port.postMessage([number, answer(call, key, value)]);
    });
});
