// results.json: what a run has measured, raw samples included. The report, the text table and --compare read nothing else.
// Numbers are in the unit that their comment names; `null` is "this system does not tell".

import type { KeyKind, Operation, ValueKind } from '../subjects/subject.js';

/** Steps when a reader of older files would read something wrong. */
export const RESULTS_VERSION = 1;

export interface Results {
  readonly format: 'threadmap-bench';
  readonly version: typeof RESULTS_VERSION;
  /** When the run began, ISO 8601. */
  readonly started: string;
  /** How long it took. */
  readonly seconds: number;
  /** False: it was ended before all cells were done (Ctrl-C), and what is here is what was finished. */
  readonly complete: boolean;
  readonly machine: Machine;
  readonly settings: Settings;
  /** How it was measured, in paragraphs for readers. */
  readonly method: readonly string[];
  /** What whoever measured adds to it, in paragraphs: what limits a figure, and how that was seen. */
  readonly notes?: readonly string[];
  readonly workloads: readonly WorkloadFacts[];
  readonly subjects: readonly SubjectFacts[];
  readonly cells: readonly Cell[];
  readonly limits: readonly LimitCell[];
  /** What was asked for and not measured, each with its reason: a package that is missing, an operation that a subject lacks. */
  readonly leftOut: readonly LeftOut[];
}

export interface Machine {
  readonly cpu: string;
  /** Processors that this process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** Such as `Linux 6.1.0 x64`. */
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  /** Load average over one minute when the run began: above 1 somebody else was working. null on Windows. */
  readonly load: number | null;
}

/** What was asked for. */
export interface Settings {
  /** Seconds that one repetition lasts where the workload has no fixed number of operations. */
  readonly seconds: number;
  readonly repetitions: number;
  /** The rates of these subjects are what `Cell.ratios` divides by. */
  readonly baselines: readonly string[];
  /** All random numbers follow from it. */
  readonly seed: number;
  readonly quick: boolean;
  /** Operations per second of all threads in the open-loop phase; null: a quarter of the slowest rate that the cell has shown, at most 500,000 per thread. */
  readonly rate: number | null;
  /** Did cells get a latency phase? */
  readonly latency: boolean;
}

export interface WorkloadFacts {
  readonly name: string;
  readonly title: string;
  /** Where its parameters come from. */
  readonly source: string;
  /** What it does, and how it departs from its source where it does. */
  readonly about: string;
}

export interface SubjectFacts {
  readonly name: string;
  readonly title: string;
  /** Of the package or the program; null where Node itself is meant. */
  readonly version: string | null;
  /** `single`: one thread only, whatever was asked for: a bound that others of any number of threads are divided by. */
  readonly sharing: 'shared' | 'private' | 'single';
  /** What a fair reader has to know of its figures. */
  readonly notes: readonly string[];
}

/** One subject under one workload with one set of parameters. */
export interface Cell {
  /** `workload/keys/entries/threads/subject`: the same in every run, so that two runs can be compared. */
  readonly id: string;
  readonly workload: string;
  readonly subject: string;
  /** In merged results: when the run began that it was measured in. Ratios are of cells of one run. */
  readonly run?: string;
  readonly threads: number;
  /** Entries that are there when the clock starts, or that the workload grows to. */
  readonly entries: number;
  readonly keys: KeyKind;
  readonly values: ValueKind;
  /** Share of each operation, in sum 1; empty for a workload with steps of its own. */
  readonly mix: Readonly<Partial<Record<Operation, number>>>;
  /**
   * `measured`: every check held. `wrong`: a check failed, so that its rate means nothing: it has no `throughput`.
   * `failed`: it threw, hung or ended.
   */
  readonly outcome: 'measured' | 'wrong' | 'failed';
  /** What was wrong, or how it failed. */
  readonly reason: string | null;
  /** Raw, in the order in which they were taken. Kept for wrong subjects too. */
  readonly samples: readonly Sample[];
  /** Operations per second of all threads together. Undefined unless measured. */
  readonly throughput?: Statistic;
  /** Against each baseline that was measured in the same group. */
  readonly ratios: readonly Ratio[];
  readonly latency: readonly Latency[];
  /** For workloads that grow from empty: the pauses along the way. */
  readonly growth?: Growth;
  /** Undefined where the map was too small for the resident size to tell. */
  readonly memory?: Memory;
  /** How many times the cost of what cannot be avoided one operation takes. Undefined where no limit was measured for it. */
  readonly limit?: { readonly of: string; readonly multiple: number };
}

/** One repetition. */
export interface Sample {
  /** Its place in the run: samples of one group's subjects take turns. */
  readonly order: number;
  readonly operations: number;
  /** From the start of all threads until the counters were read, or until the last thread had done its fixed number. */
  readonly seconds: number;
  /** Operations of each thread. */
  readonly perThread: readonly number[];
  /** Garbage collection of all threads of the subject, added up. */
  readonly gcMilliseconds: number;
  readonly gcCount: number;
  /** Of the whole process meanwhile. null where the system does not count them, or the subject runs in another process. */
  readonly contextSwitches: { readonly voluntary: number; readonly involuntary: number } | null;
}

/** What a set of samples comes to. */
export interface Statistic {
  readonly count: number;
  readonly median: number;
  /** Median absolute deviation from the median. */
  readonly mad: number;
  readonly min: number;
  readonly max: number;
}

/** Median by median, with the 95 % interval of the bootstrap: 2,000 draws from both sets of samples. */
export interface Ratio {
  readonly baseline: string;
  /** Id of the cell that was divided by. */
  readonly of: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Latency of single operations, by an HDR histogram with three digits. */
export interface Latency {
  /**
   * `service`: each operation timed from its own start (closed loop): what a stall does to those that wait behind it is not seen.
   * `response`: from the time at which it should have started at `rate` (open loop): a stall counts for all that it delays,
   * so coordinated omission is accounted for.
   */
  readonly kind: 'service' | 'response';
  /** Operations per second that were intended, of all threads; null for `service`. */
  readonly rate: number | null;
  /** Operations per second that came about. Below `rate`: the subject did not keep up, and the latencies tell how long the run was. */
  readonly achieved: number;
  readonly count: number;
  /** Nanoseconds, the cost of timing (`clock`) in it. */
  readonly mean: number;
  readonly max: number;
  readonly percentiles: readonly { readonly percent: number; readonly nanoseconds: number }[];
  /** Nanoseconds that an operation which does nothing comes out at, the median: reading the clock, and noting the one before. */
  readonly clock: number;
}

/** What a map did while it grew: the longest operation in each window of time, thread by thread. */
export interface Growth {
  readonly windowMilliseconds: number;
  readonly windows: readonly GrowthWindow[];
  /** The longest operation of all. */
  readonly longestNanoseconds: number;
}

export interface GrowthWindow {
  /** Start, since the threads were started. */
  readonly milliseconds: number;
  readonly operations: number;
  readonly longestNanoseconds: number;
}

export interface Memory {
  /** Growth of the resident size by the fill, divided by entries; copies of all threads included. Keys that threads hold for themselves are not. */
  readonly bytesPerEntry: number;
  readonly how: 'resident size' | 'told by the subject';
}

/** What cannot be avoided, measured in the same run with the same threads. */
export interface LimitCell {
  /** `limit/name/entries/threads` */
  readonly id: string;
  readonly name: LimitName;
  readonly title: string;
  readonly threads: number;
  /** The memory read at random is as large as a threadmap of so many numbers; 0 where none is read. */
  readonly entries: number;
  /** Per operation of one thread, the loop in it. */
  readonly nanoseconds: Statistic;
  readonly samples: readonly Sample[];
}

/** A call into WebAssembly that does nothing; with one line, or two independent ones, read at random; a 16-character key written into shared memory. */
export type LimitName = 'empty-call' | 'one-line' | 'two-lines' | 'encode';

export interface LeftOut {
  readonly workload: string;
  readonly subject: string;
  readonly reason: string;
}
