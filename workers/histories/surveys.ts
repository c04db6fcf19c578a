// What may be said of a size and an iteration while others change the map. An iteration shows what is there throughout
// exactly once, anything else at most once, and makes nothing up. A size counts what is there and nobody changes
// meanwhile; what is being changed may count or not.

import { ABSENT, writesValue } from './key-model.js';
import { isWhole, type KeyCall, type MapOperation, type MapState, type WholeCall } from './map-model.js';

/** Makes the key present, or absent: writes that did nothing are neither. */
function brings(key: number, operation: MapOperation): boolean {
  if (isWhole(operation) || operation.key !== key) return false;
  const { verb, argument, result } = operation;
  if (verb === 'getOrInsert') return result === argument;
  return /^(set|add|getAndSet|update)$/.test(verb) || (verb === 'insert' && result === 1);
}

function takes(key: number, operation: MapOperation): boolean {
  if (isWhole(operation)) return operation.verb === 'clear';
  const { verb, result } = operation;
  if (operation.key !== key) return false;
  if (verb === 'getAndDelete') return result !== ABSENT;
  return /^(delete|compareAndDelete|deleteIf)$/.test(verb) && result === 1;
}

/** At one instant of the call the key was there; or it was not. */
function shows(isThere: boolean, key: number, operation: MapOperation): boolean {
  if (isWhole(operation)) return operation.verb === 'clear' && !isThere;
  if (operation.key !== key) return false;
  const { verb, result } = operation;
  switch (verb) {
    case 'get':
      return isThere === (result !== ABSENT);
    case 'has':
      return isThere === (result === 1);
    case 'compareAndSet':
      return isThere && result === 1;
    case 'delete':
    case 'getAndDelete':
      return !isThere;
    case 'compareAndDelete':
    case 'deleteIf':
      return !isThere && result === 1;
    case 'replace':
      return isThere === (result === 1);
    default:
      return isThere;
  }
}

const overlaps = (a: MapOperation, b: MapOperation) => a.responded >= b.invoked && a.invoked <= b.responded;

/** Is the key there (or not) during the whole of the survey, by what is known of the others? */
function isThroughout(
  isThere: boolean,
  key: number,
  survey: WholeCall,
  history: readonly MapOperation[],
  initial: MapState,
): boolean {
  const ends = history.filter((each) => (isThere ? takes(key, each) : brings(key, each)));
  const stands = (since: number, by?: MapOperation) =>
    ends.every((end) => end === by || end.responded < since || end.invoked > survey.responded);
  if (isThere === (initial[key] !== ABSENT) && stands(Number.NEGATIVE_INFINITY)) return true;
  return history.some(
    (each) =>
      each !== survey &&
      shows(isThere, key, each) &&
      each.responded < survey.invoked &&
      stands(each.invoked, each),
  );
}

/** The others are there in full until a clear begins, and gone after it. */
function othersDuring(
  survey: WholeCall,
  history: readonly MapOperation[],
  initial: MapState,
): [least: number, most: number] {
  const all = initial.at(-1) as number;
  const clears = history.filter(({ verb }) => verb === 'clear');
  if (clears.some(({ responded }) => responded < survey.invoked)) return [0, 0];
  return [clears.some((clear) => overlaps(clear, survey)) ? 0 : all, all];
}

function wrongSize(size: WholeCall, history: readonly MapOperation[], initial: MapState): string[] {
  let [least, most] = othersDuring(size, history, initial);
  for (let key = 0; key < initial.length - 1; key++) {
    const changes = history.some((each) => (brings(key, each) || takes(key, each)) && overlaps(each, size));
    if (!changes && isThroughout(true, key, size, history, initial)) least++;
    if (changes || !isThroughout(false, key, size, history, initial)) most++;
  }
  if (size.result >= least && size.result <= most) return [];
  return [`size is ${size.result}, not from ${least} to ${most}`];
}

function wasWritten(
  key: number,
  code: number,
  survey: WholeCall,
  history: readonly MapOperation[],
  initial: MapState,
): boolean {
  if (initial[key] === code) return true;
  return history.some((each) => {
    if (isWhole(each) || each.key !== key || each.invoked > survey.responded) return false;
    const { verb, argument, result }: KeyCall = each;
    if (verb === 'add') return result === code;
    if (!writesValue(verb) || argument !== code) return false;
    return /^(set|getAndSet|update)$/.test(verb) || result === (verb === 'getOrInsert' ? argument : 1);
  });
}

function wrongIteration(iteration: WholeCall, history: readonly MapOperation[], initial: MapState): string[] {
  const problems: string[] = [];
  const { entries, others, isTwice } = iteration.survey ?? { entries: [], others: 0, isTwice: false };
  const [least, most] = othersDuring(iteration, history, initial);
  if (isTwice) problems.push('iteration has shown a key twice');
  if (others < least || others > most)
    problems.push(`iteration has shown ${others} others, not from ${least} to ${most}`);
  for (let key = 0; key < initial.length - 1; key++) {
    const codes = entries.filter(([which]) => which === key).map(([, code]) => code);
    if (codes.length > 1) problems.push(`iteration has shown key ${key} ${codes.length} times`);
    if (codes.length === 0 && isThroughout(true, key, iteration, history, initial))
      problems.push(`iteration has missed key ${key}`);
    if (codes.length > 0 && isThroughout(false, key, iteration, history, initial))
      problems.push(`iteration has shown key ${key}, which was absent`);
    for (const code of codes) {
      if (!wasWritten(key, code, iteration, history, initial))
        problems.push(`iteration has shown ${code} at key ${key}, which nobody wrote`);
    }
  }
  return problems;
}

/** Every size and iteration that breaks its promise. */
export function wrongSurveys(history: readonly MapOperation[], initial: MapState): string[] {
  return history.filter(isWhole).flatMap((each) => {
    if (each.verb === 'clear') return [];
    return each.verb === 'size' ? wrongSize(each, history, initial) : wrongIteration(each, history, initial);
  });
}

/** Operations that one order must explain: all but iterations, and sizes that somebody changes meanwhile. */
export function ordered(history: readonly MapOperation[]): MapOperation[] {
  return history.filter((each) => {
    if (each.verb === 'iterate') return false;
    if (each.verb !== 'size') return true;
    return !history.some((other) => {
      const changes = isWhole(other)
        ? other.verb === 'clear'
        : brings(other.key, other) || takes(other.key, other);
      return changes && overlaps(other, each);
    });
  });
}
