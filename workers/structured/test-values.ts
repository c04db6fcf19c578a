// npm run test:values -- <count> [seed]: values encoded, decoded and compared with what they were
// and with structuredClone. With --hostile <count>: as many damaged encodings, decoded in a thread
// of little memory. Exits with 1 when something is wrong.

import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { decode } from '../../src/structured/decode.js';
import { encodedCopy } from '../../src/structured/encode.js';
import type { HostileCounts } from './hostile-decoding.js';
import type { HostileWork } from './hostile-thread.js';
import { smallest, wrongRoundTrip } from './round-trip.js';
import { type Recipe, recipeOf } from './values.js';

const USAGE = `Usage: npm run test:values -- [count] [seed]
       npm run test:values -- --hostile <count> [seed]`;

const ENOUGH = 10;
/** Memory of the thread that decodes damaged bytes, MiB. */
const LITTLE = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 };
/** ms without a new input after which a decode hangs; one takes microseconds. */
const PATIENCE = 20_000;

const { values: options, positionals } = parseArgs({
  options: { hostile: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});

const oracle = { asked: 0 };

function problem(recipe: Recipe): string | undefined {
  try {
    return wrongRoundTrip({ encodedCopy, decode }, recipe, oracle);
  } catch (error) {
    return error instanceof Error ? error.stack : String(error);
  }
}

function roundTrips(count: number, first: number): number {
  let wrong = 0;
  for (let seed = first; seed < first + count && wrong < ENOUGH; seed++) {
    if (problem(recipeOf(seed)) === undefined) continue;
    wrong++;
    const recipe = smallest(recipeOf(seed), (smaller) => problem(smaller) !== undefined);
    console.error(`seed ${seed}, ${recipe.nodes} nodes: ${problem(recipe)}`);
  }
  console.log(
    `${count} values from seed ${first}: ${wrong} wrong; ` +
      `${oracle.asked} compared with structuredClone too`,
  );
  return wrong;
}

async function hostile(count: number, first: number): Promise<number> {
  const at = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(new URL('./hostile-thread.js', import.meta.url), {
    workerData: { first, count, at } satisfies HostileWork,
    resourceLimits: LITTLE,
  });
  let last = -1;
  const watch = setInterval(() => {
    const seed = Atomics.load(at, 0);
    if (seed === last) {
      console.error(`seed ${seed} hangs`);
      process.exit(1);
    }
    last = seed;
  }, PATIENCE);
  try {
    const { counts, wrong } = await new Promise<{ counts: HostileCounts; wrong: string[] }>(
      (resolve, reject) => {
        thread.once('message', resolve);
        thread.once('error', reject);
      },
    );
    for (const text of wrong) console.error(text);
    console.log(
      `${count} damaged encodings from seed ${first}: ${counts.read} read, ` +
        `${counts.undecodable} undecodable, ${wrong.length} wrong`,
    );
    return wrong.length;
  } catch (error) {
    console.error(`seed ${Atomics.load(at, 0)} ended the thread:`, error);
    return 1;
  } finally {
    clearInterval(watch);
  }
}

if (options.help) console.log(USAGE);
else {
  const start = performance.now();
  const [given, seed] = options.hostile === undefined ? positionals : [options.hostile, ...positionals];
  const [count, first] = [Number(given ?? 100_000), Number(seed ?? 1)];
  const wrong = options.hostile === undefined ? roundTrips(count, first) : await hostile(count, first);
  console.log(`${((performance.now() - start) / 1000).toFixed(1)} s, Node ${process.versions.node}`);
  process.exitCode = wrong > 0 ? 1 : 0;
}
