// What `import ... from 'threadmap/bench'` gives: to measure maps and workloads of one's own.

export { bench } from './harness/bench.js';
export { type Compared, type Comparison, compareResults, TOLERANCE } from './harness/compare.js';
export type { Keys } from './harness/keys.js';
export { BenchError } from './harness/needs.js';
export type { BenchOptions, Progress } from './harness/options.js';
export type * from './harness/results.js';
export { readResults, writeResults } from './harness/results-file.js';
export { type Interval, Statistics } from './harness/statistics.js';
export { formatComparison, formatResults } from './harness/text-table.js';
export {
  defineWorkload,
  type MakeSteps,
  type Place,
  type SequenceKind,
  type Steps,
  type Workload,
  WrongResult,
} from './harness/workload.js';
export { mergeResults } from './report/merge.js';
export { type WrittenReport, writeReport } from './report/write-report.js';
export { subjects } from './subjects/index.js';
export {
  type AsyncBenchMap,
  type BenchMap,
  type BenchObject,
  type BenchSubject,
  type Created,
  defineSubject,
  type Key,
  type KeyKind,
  type MapPlan,
  type NeededPackage,
  type Operation,
  type ProgramCell,
  type ProgramCommand,
  type ProgramSample,
  type ProgramSubject,
  type Subject,
  type Transferable,
  type Value,
  type ValueKind,
} from './subjects/subject.js';
export { workloads } from './workloads/index.js';
