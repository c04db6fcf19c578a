// The command line of `threadmap bench`.

import { parseArgs } from 'node:util';
import { BenchError } from '../harness/needs.js';
import type { BenchOptions } from '../harness/options.js';
import type { KeyKind } from '../subjects/subject.js';

export const USAGE = `Usage: threadmap bench [workload...] [options]

Measures concurrent maps on real threads: threadmap beside what else one could take.
A workload is a name, or the begin of names and a star: grid-50, 'ycsb-*'. Default: all
of them, which takes hours; with --quick one of each sort, which takes half a minute.
Workloads and subjects of your own: paths of modules (see the import threadmap/bench).

What is measured
  --subjects <names>   such as threadmap,map,lmdb (default: all that are installed)
  --threads <numbers>  such as 1,2,4 (default: 1 and the number of cores)
  --entries <numbers>  such as 1e3,1e5 (default: each workload's own)
  --keys <kinds>       some of int,string,fresh,long (default: each workload's own)
  --quick              few cells, short repetitions: a look, not a measurement

How
  --seconds <s>        length of a repetition (default 2)
  --repeat <n>         repetitions (default 7)
  --rate <ops/s>       of the open loop in which latencies are taken (default: a quarter
                       of the slowest repetition's, at most 500,000 for each thread)
  --no-latency         leaves the latencies out
  --no-limits          leaves out what cannot be avoided: the machine's own limit
  --seed <n>           random numbers follow from it (default 1)

What comes out
  --out <dir>          for results.json and report.html (default bench-results)
  --no-report          no report.html
  --compare <file>     an older results.json: cells that are slower beyond the noise are
                       named, and the exit code is 1; those of one run alone are only counted
  --tolerance <share>  with --compare: less is no regression (default 0.05)
  --list               tells workloads and subjects, and what is missing, and measures nothing
  --json               the results on stdout instead of the table
  --help               this text

A report without measuring
  --report <file>      makes report.html again from a results.json, beside it or in --out;
                       given several times (with --out), the runs become one: a grid that
                       takes hours may be measured in parts, and a cell is the last run's
  --notes <file>       paragraphs for its method section: what limits a figure, and how
                       that was seen
  --small              with --out: a results.json of few bytes, rounded to four digits

Exit codes: 0; 1 a subject was wrong or failed, or slower than before; 2 the command line
makes no sense, or something is not installed; 130 ended by Ctrl-C (what was finished is kept).`;

export interface Command {
  /** Names, or paths of modules. */
  readonly workloads: readonly string[] | undefined;
  readonly subjects: readonly string[] | undefined;
  readonly options: Omit<BenchOptions, 'workloads' | 'subjects'>;
  readonly out: string | undefined;
  readonly compare: string | undefined;
  readonly tolerance: number | undefined;
  readonly list: boolean;
  readonly json: boolean;
  readonly withReport: boolean;
  /** Results to make a report of instead of measuring. */
  readonly reportOf: readonly string[];
  readonly notes: string | undefined;
  readonly small: boolean;
}

/** Undefined when only the usage was asked for. Throws BenchError for what it does not understand. */
export function readCommand(args: readonly string[]): Command | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  return {
    workloads: positionals.length === 0 ? undefined : positionals,
    subjects: namesOf(values.subjects),
    options: {
      threads: numbersOf('--threads', values.threads),
      entries: numbersOf('--entries', values.entries),
      keys: namesOf(values.keys) as KeyKind[] | undefined,
      seconds: numberOf('--seconds', values.seconds),
      repeat: numberOf('--repeat', values.repeat),
      rate: numberOf('--rate', values.rate),
      seed: numberOf('--seed', values.seed),
      latency: values['no-latency'] ? false : undefined,
      limits: values['no-limits'] ? false : undefined,
      quick: values.quick,
    },
    out: values.out,
    compare: values.compare,
    tolerance: numberOf('--tolerance', values.tolerance),
    list: values.list ?? false,
    json: values.json ?? false,
    withReport: !values['no-report'],
    reportOf: values.report ?? [],
    notes: values.notes,
    small: values.small ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        subjects: { type: 'string' },
        threads: { type: 'string' },
        entries: { type: 'string' },
        keys: { type: 'string' },
        quick: { type: 'boolean' },
        seconds: { type: 'string' },
        repeat: { type: 'string' },
        rate: { type: 'string' },
        'no-latency': { type: 'boolean' },
        'no-limits': { type: 'boolean' },
        seed: { type: 'string' },
        out: { type: 'string' },
        compare: { type: 'string' },
        tolerance: { type: 'string' },
        list: { type: 'boolean' },
        json: { type: 'boolean' },
        report: { type: 'string', multiple: true },
        'no-report': { type: 'boolean' },
        notes: { type: 'string' },
        small: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new BenchError(
      `${(error as Error).message.split('. To specify')[0]}. \`threadmap bench --help\` tells what there is.`,
    );
  }
}

function namesOf(given: string | undefined): string[] | undefined {
  return given
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function numberOf(option: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const number = Number(given.replaceAll('_', ''));
  if (given.trim() === '' || !Number.isFinite(number))
    throw new BenchError(`${option} takes a number, such as 2 or 1e5, not '${given}'`);
  return number;
}

function numbersOf(option: string, given: string | undefined): number[] | undefined {
  return namesOf(given)?.map((one) => numberOf(option, one) as number);
}
