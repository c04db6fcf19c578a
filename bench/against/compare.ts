// One row with both builds, in turns.

import { measureWork, type WorkTime } from '../figures/measure-work.js';
import type { Work } from '../figures/work.js';
import { type Judged, judgeRounds, type Round } from './judge.js';
import type { RowWork } from './rows.js';

/** The addresses of the two built modules. */
export interface Builds {
  readonly old: string;
  readonly now: string;
}

export type Side = keyof Builds;

export interface RowResult extends Judged {
  /** Nanoseconds for each operation, of each round. */
  readonly old: readonly number[];
  readonly now: readonly number[];
  /** Was it slower at first, and so measured again? Then only the second rounds count. */
  readonly again: boolean;
}

/** The build that lacks the method. */
export interface Lacking {
  readonly lacking: Side;
}

type Measure = (work: Work, signal?: AbortSignal) => Promise<WorkTime>;

/**
 * Rounds of both builds: old, new, new, old and so on. A row that comes out slower is measured
 * again: of forty rows one is slower by chance now and then, but hardly ever twice. Rejects when
 * a build fails or answers wrongly, and says which one.
 */
export async function compareBuilds(
  work: RowWork,
  builds: Builds,
  rounds: number,
  signal?: AbortSignal,
  measure: Measure = measureWork,
): Promise<RowResult | Lacking> {
  const first = await measureRounds(work, builds, rounds, signal, measure);
  if (!Array.isArray(first)) return first;
  const judged = judgeRounds(first);
  if (judged.verdict !== 'slower') return resultOf(first, judged, false);
  const second = await measureRounds(work, builds, rounds, signal, measure);
  return Array.isArray(second) ? resultOf(second, judgeRounds(second), true) : second;
}

async function measureRounds(
  work: RowWork,
  builds: Builds,
  rounds: number,
  signal: AbortSignal | undefined,
  measure: Measure,
): Promise<Round[] | Lacking> {
  const found: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const rates = { old: 0, now: 0 };
    const order: readonly Side[] = round % 2 === 0 ? ['old', 'now'] : ['now', 'old'];
    for (const side of order) {
      const nanoseconds = await measure({ ...work, subject: 'SharedMap', build: builds[side] }, signal).catch(
        (error: Error) => {
          signal?.throwIfAborted();
          throw new Error(`${side === 'old' ? 'the commit' : 'this tree'}: ${error.message}`);
        },
      );
      if (nanoseconds === null) return { lacking: side };
      rates[side] = 1 / nanoseconds;
    }
    found.push(rates);
  }
  return found;
}

function resultOf(rounds: readonly Round[], judged: Judged, again: boolean): RowResult {
  const times = (side: Side) => rounds.map((round) => 1 / round[side]);
  return { ...judged, old: times('old'), now: times('now'), again };
}
