import { WrongResult } from './workload.js';

/** What a thread's operations came to: the accounts that the map must agree with at the end. */
export interface Tally {
  /** Entries that this thread's inserts have put in. */
  inserted: number;
  deleted: number;
  /** Additions, and compare-and-sets that succeeded. */
  added: number;
  /** The first and the next new key of a thread with keys of its own; those in between are there. */
  oldest: number;
  newest: number;
}

export const emptyTally = (): Tally => ({ inserted: 0, deleted: 0, added: 0, oldest: 0, newest: 0 });

/** How a value is called in a message. */
export function told(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

export function wrongValue(operation: string, index: number, value: unknown): never {
  throw new WrongResult(`${operation} of key ${index} gave ${told(value)}, which was never written under it`);
}

export function wrongAnswer(operation: string, index: number, answer: unknown, why: string): never {
  throw new WrongResult(`${operation} of key ${index} gave ${told(answer)}, but ${why}`);
}
