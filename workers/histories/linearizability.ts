// Is there one order of the operations that explains every result and keeps every operation between its invocation and
// its response? Generic over a model; a history of several keys is judged key by key where the operations allow it.

import { type Model, type Operation, Positions } from './positions.js';

export type { Model, Operation } from './positions.js';

export interface Verdict<Op> {
  readonly isLinearizable: boolean;
  /** Positions that were possible at one instant, at most: how hard the history was. */
  readonly most: number;
  /** Quiescent points. */
  readonly cuts: number;
  /** Where no order explains it: the shortest stretch that no state before it explains, the response that fails last. */
  readonly witness: readonly Op[];
}

/** A stretch this long is told without looking for a shorter one that explains itself. */
const LONGEST_WITNESS = 200;

/** Operations by invocation and by response. */
class Timeline<Op extends Operation> {
  readonly invoked: readonly Op[];
  readonly responded: readonly Op[];

  constructor(operations: readonly Op[]) {
    this.invoked = [...operations].sort((a, b) => a.invoked - b.invoked);
    this.responded = operations
      .filter(({ responded }) => responded !== Number.POSITIVE_INFINITY)
      .sort((a, b) => a.responded - b.responded);
  }

  /** Goes on from `positions` until no order explains a response: that operation, or undefined at the end. */
  play<State>(positions: Positions<State, Op>, open: ReadonlySet<Op>, quiet: () => void): Op | undefined {
    let i = 0;
    for (const ending of this.responded) {
      // One operation precedes another only if its response comes strictly before: at equal times both are open.
      for (; i < this.invoked.length; i++) {
        const beginning = this.invoked[i] as Op;
        if (beginning.invoked > ending.responded) break;
        if (!open.has(beginning)) positions.invoke(beginning);
      }
      if (!positions.respond(ending)) return ending;
      if (positions.isQuiet) quiet();
    }
    return undefined;
  }
}

function checkThreads(operations: readonly Operation[]): void {
  const last = new Map<number, Operation>();
  for (const operation of operations) {
    const before = last.get(operation.thread);
    if (before !== undefined && before.responded > operation.invoked)
      throw new Error(`thread ${operation.thread} has two operations at the same time`);
    if (operation.invoked > operation.responded) throw new Error('a response before its invocation');
    last.set(operation.thread, operation);
  }
}

const nothing = () => {};

/** Does no state before it, whatever it was, explain the stretch from `from` to the response of `failed`? */
function failsFromAnywhere<State, Op extends Operation>(
  history: readonly Op[],
  from: number,
  failed: Op,
  model: Model<State, Op>,
): readonly Op[] | undefined {
  const carried = history.filter(({ invoked, responded }) => invoked < from && responded >= from);
  const within = history.filter(({ invoked }) => invoked >= from && invoked <= failed.responded);
  const stretch = [...carried, ...within];
  const positions = new Positions<State, Op>(model, model.anywhere?.(stretch));
  for (const operation of carried) positions.carry(operation);
  const ended = new Timeline(stretch.map((op) => op)).play(positions, new Set(carried), nothing);
  return ended === failed ? stretch : undefined;
}

/** The shortest stretch before the response that failed which is wrong by itself, without what came before. */
function witnessOf<State, Op extends Operation>(
  history: readonly Op[],
  failed: Op,
  model: Model<State, Op>,
): readonly Op[] {
  const before = history.filter(({ invoked }) => invoked <= failed.responded);
  if (model.anywhere === undefined) return before.slice(-LONGEST_WITNESS);
  const most = Math.min(before.length, LONGEST_WITNESS);
  for (let n = 1; n <= most; n++) {
    const from = (before[before.length - n] as Op).invoked;
    if (from > failed.responded) continue;
    const stretch = failsFromAnywhere(before, from, failed, model);
    if (stretch !== undefined) return stretch;
  }
  return before.slice(-most);
}

/** Judges a history that begins in the model's initial state. */
export function judge<State, Op extends Operation>(
  operations: readonly Op[],
  model: Model<State, Op>,
): Verdict<Op> {
  const timeline = new Timeline(operations);
  checkThreads(timeline.invoked);
  const positions = new Positions<State, Op>(model);
  let cuts = 0;
  const failed = timeline.play(positions, new Set(), () => cuts++);
  const { most } = positions;
  if (failed === undefined) return { isLinearizable: true, most, cuts, witness: [] };
  return { isLinearizable: false, most, cuts, witness: witnessOf(timeline.invoked, failed, model) };
}

/** Lines of a stretch that are told at its begin and at its end. */
const FIRST = 8;
const LAST = 32;

/** A stretch of a history, an operation a line, times in nanoseconds from its begin. */
export function tell<Op extends Operation>(
  stretch: readonly Op[],
  describe: (operation: Op) => string,
): string[] {
  const begin = Math.min(...stretch.map(({ invoked }) => invoked));
  const time = (at: number) => (at === Number.POSITIVE_INFINITY ? 'never' : `${Math.round(at - begin)}`);
  const lines = [...stretch]
    .sort((a, b) => a.invoked - b.invoked)
    .map(
      (op) =>
        `  thread ${op.thread}  ${time(op.invoked).padStart(9)} .. ${time(op.responded).padStart(9)} ns  ${describe(op)}`,
    );
  const left = lines.length - FIRST - LAST;
  return left <= 0 ? lines : [...lines.slice(0, FIRST), `  ... ${left} more`, ...lines.slice(-LAST)];
}
