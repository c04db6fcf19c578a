// npm run bench:against: this tree beside a commit, measured in turns. It names what is slower.

import { fileURLToPath } from 'node:url';
import { describeMachine } from '../figures/machine.js';
import { type AgainstArguments, readAgainstArguments, USAGE } from './arguments.js';
import { buildOf, type Checkout, withCheckout } from './checkout.js';
import { compareBuilds } from './compare.js';
import { quickly } from './rows.js';
import { type Compared, formatCompared, isWorse, summarize } from './table.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Nothing could be measured. */
const FAILED = 2;
/** What a shell expects of a program that a signal has ended. */
const SIGNALLED = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

async function compareRows(
  { rows, rounds, quick }: AgainstArguments,
  { build }: Checkout,
  signal: AbortSignal,
): Promise<Compared[]> {
  const builds = { old: build, now: buildOf(ROOT) };
  const compared: Compared[] = [];
  for (const { id, work } of rows) {
    const start = performance.now();
    let result: Compared['result'];
    try {
      result = await compareBuilds(quick ? quickly(work) : work, builds, rounds, signal);
    } catch (error) {
      signal.throwIfAborted();
      result = { failed: (error as Error).message };
    }
    compared.push({ id, result });
    const verdict = 'verdict' in result && !quick ? `, ${result.verdict}` : '';
    console.error(`${id}: ${((performance.now() - start) / 1000).toFixed(0)} s${verdict}`);
  }
  return compared;
}

function print(
  compared: readonly Compared[],
  { rounds, json, quick }: AgainstArguments,
  commit: string,
): void {
  const machine = describeMachine();
  if (json) {
    console.log(JSON.stringify({ machine, commit, rounds, quick, rows: compared }, undefined, 2));
    return;
  }
  console.log(`${formatCompared(compared, !quick)}\n`);
  console.log(quick ? '--quick: a trial, not a measurement.' : summarize(compared));
  console.log(`This tree beside ${commit}, ${rounds} rounds in turns, on ${machine}.`);
}

async function main(): Promise<number> {
  let given: AgainstArguments | undefined;
  try {
    given = readAgainstArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return FAILED;
  }
  if (given === undefined) {
    console.log(USAGE);
    return 0;
  }
  const chosen = given;
  const controller = new AbortController();
  const { signal } = controller;
  let signalled: number | undefined;
  for (const name of Object.keys(SIGNALLED) as (keyof typeof SIGNALLED)[])
    process.on(name, () => {
      signalled = SIGNALLED[name];
      controller.abort(new Error(`Ended by ${name}`));
    });
  try {
    return await withCheckout(
      ROOT,
      chosen.commit,
      async (checkout) => {
        const compared = await compareRows(chosen, checkout, signal);
        print(compared, chosen, checkout.commit);
        return isWorse(compared, !chosen.quick) ? 1 : 0;
      },
      signal,
    );
  } catch (error) {
    console.error((error as Error).message);
    return signalled ?? FAILED;
  }
}

process.exitCode = await main();
