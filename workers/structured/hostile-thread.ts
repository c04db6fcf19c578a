import { parentPort, workerData } from 'node:worker_threads';
import { decode } from '../../src/structured/decode.js';
import { encodedCopy } from '../../src/structured/encode.js';
import { Refused } from '../../src/structured/refused.js';
import { Undecodable } from '../../src/structured/undecodable.js';
import { type HostileCounts, wrongMutation } from './hostile-decoding.js';

export interface HostileWork {
  readonly first: number;
  readonly count: number;
  /** The seed at work, for the thread that watches this one. */
  readonly at: Int32Array;
}

const { first, count, at } = workerData as HostileWork;
const counts: HostileCounts = { read: 0, undecodable: 0 };
const encoding = { encodedCopy, decode, Undecodable, Refused };
const ENOUGH = 10;

const wrong: string[] = [];
for (let seed = first; seed < first + count && wrong.length < ENOUGH; seed++) {
  Atomics.store(at, 0, seed);
  const found = wrongMutation(encoding, seed, counts);
  if (found !== undefined) wrong.push(found);
}
parentPort?.postMessage({ counts, wrong });
