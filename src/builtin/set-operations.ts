import type { Other } from './set-like.js';

// The operations of TC39's Set on two sets, step by step as they are specified, so that a set-like is asked for the same
// things in the same order. Nothing is held meanwhile: what others add and delete in the course of one may be seen or not.

/** The set that an operation is a method of. */
export interface Mine {
  readonly size: number;
  has(value: unknown): boolean;
  values(): Iterable<unknown>;
}

export function union(mine: Mine, other: Other): Set<unknown> {
  const theirs = other.open();
  const result = new Set(mine.values());
  for (const value of theirs) result.add(value);
  return result;
}

export function intersection(mine: Mine, other: Other): Set<unknown> {
  const result = new Set<unknown>();
  if (mine.size <= other.size) {
    for (const value of mine.values()) if (other.has(value)) result.add(value);
  } else {
    for (const value of other.open()) if (mine.has(value)) result.add(value);
  }
  return result;
}

export function difference(mine: Mine, other: Other): Set<unknown> {
  const fewer = mine.size <= other.size;
  const result = new Set(mine.values());
  if (fewer) {
    for (const value of result) if (other.has(value)) result.delete(value);
  } else {
    for (const value of other.open()) result.delete(value);
  }
  return result;
}

export function symmetricDifference(mine: Mine, other: Other): Set<unknown> {
  const theirs = other.open();
  const result = new Set(mine.values());
  for (const value of theirs) {
    if (mine.has(value)) result.delete(value);
    else result.add(value);
  }
  return result;
}

export function isSubsetOf(mine: Mine, other: Other): boolean {
  if (mine.size > other.size) return false;
  for (const value of mine.values()) if (!other.has(value)) return false;
  return true;
}

export function isSupersetOf(mine: Mine, other: Other): boolean {
  if (mine.size < other.size) return false;
  for (const value of other.open()) if (!mine.has(value)) return false;
  return true;
}

export function isDisjointFrom(mine: Mine, other: Other): boolean {
  if (mine.size <= other.size) {
    for (const value of mine.values()) if (other.has(value)) return false;
  } else {
    for (const value of other.open()) if (mine.has(value)) return false;
  }
  return true;
}
