// A thread that encodes values which no other value was encoded before: their bytes, in turn.

import { parentPort, workerData } from 'node:worker_threads';
import { encodedCopy } from '../../src/structured/encode.js';
import { buildValue, recipeOf } from './values.js';

const seeds = workerData as readonly number[];
parentPort?.postMessage(
  seeds.map((seed) => Buffer.from(encodedCopy(buildValue(recipeOf(seed)))).toString('hex')),
);
