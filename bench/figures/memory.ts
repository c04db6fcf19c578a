// Bytes per entry while a map of numbers grows.

import { SharedMap } from 'threadmap';
import { keyAt } from './sequence.js';

export interface Memory {
  /** Sizes that count, both included: what comes before only fills the map. */
  readonly from: number;
  readonly to: number;
  /** Entries between two looks at a SharedMap. */
  readonly step: number;
  /** Entries between two looks at a Map, each of which is a full garbage collection. */
  readonly mapStep: number;
}

export interface BytesPerEntry {
  readonly mean: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Needs --expose-gc. */
export function measureMemory({ from, to, step, mapStep }: Memory): {
  map: BytesPerEntry;
  shared: BytesPerEntry;
} {
  const shared = ofShared(from, to, step);
  return { shared, map: ofMap(from, to, mapStep) };
}

/** What the map has taken from the system; its high-water mark, as nothing is given back. */
function ofShared(from: number, to: number, step: number): BytesPerEntry {
  const shared = new SharedMap({ key: 'number', value: 'number' });
  const samples: number[] = [];
  for (let index = 0; index < to; ) {
    shared.set(keyAt(index), index);
    index++;
    if (index >= from && index % step === 0) samples.push(shared.stats().bytesCommitted / index);
  }
  shared.detach();
  return average(samples);
}

/** What the heap has grown by, right after a collection; while a Map is rehashed it holds half as much again. */
function ofMap(from: number, to: number, step: number): BytesPerEntry {
  const before = heapUsed();
  const map = new Map<number, number>();
  const samples: number[] = [];
  for (let index = 0; index < to; ) {
    map.set(keyAt(index), index);
    index++;
    if (index >= from && index % step === 0) samples.push((heapUsed() - before) / index);
  }
  // Keeps the map alive to the last look.
  if (map.size !== to) throw new Error(`${map.size} entries instead of ${to}`);
  return average(samples);
}

function heapUsed(): number {
  if (globalThis.gc === undefined) throw new Error('Run with --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

function average(samples: number[]): BytesPerEntry {
  return {
    mean: samples.reduce((sum, bytes) => sum + bytes, 0) / samples.length,
    lowest: Math.min(...samples),
    highest: Math.max(...samples),
  };
}
