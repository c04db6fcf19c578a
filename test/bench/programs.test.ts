// The programs in other languages: they go through the keys that JavaScript goes through, are measured, and are told as wrong when
// their map is. Where a toolchain is missing its tests are skipped, with what is missing in their titles.

import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { writeDraws } from '../../bench/harness/draws.js';
import { planCell } from '../../bench/harness/grid-of.js';
import { makeKeys } from '../../bench/harness/keys.js';
import { firstStamp } from '../../bench/harness/mix-loop.js';
import { programSources } from '../../bench/harness/needs.js';
import type { CellPlan } from '../../bench/harness/plan.js';
import { programCell } from '../../bench/harness/program-run.js';
import { makeSequence, type Sequence } from '../../bench/harness/sequence.js';
import { makeValues } from '../../bench/harness/values.js';
import type { SequenceKind, Workload } from '../../bench/harness/workload.js';
import goSyncMap from '../../bench/subjects/go-sync-map.js';
import goSyncMapOld from '../../bench/subjects/go-sync-map-old.js';
import java from '../../bench/subjects/java-concurrent-hash-map.js';
import redis from '../../bench/subjects/redis.js';
import type { KeyKind, ProgramCommand, ProgramSubject } from '../../bench/subjects/subject.js';
import { root, threadmapBench, tiny } from './harness.js';

const { bench, defineWorkload } = threadmapBench;
const run = promisify(execFile);
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'threadmap-programs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** For `skipIf` and the title. */
async function unlessMissing(subject: { missing?(): unknown }): Promise<[boolean, string]> {
  const missing = (await subject.missing?.()) as string | undefined;
  return [missing !== undefined, missing === undefined ? '' : ` (skipped: ${missing})`];
}

function workload(name: string, given: Partial<Workload>): Workload {
  return defineWorkload({
    ...{ name, title: name, source: 'this test', about: '', keys: ['int'], entries: [3000] },
    ...given,
  });
}

/** A program, asked line by line. */
class Asked {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor({ file, args }: ProgramCommand) {
    this.#child = spawn(file, args, { stdio: 'pipe' });
    this.#child.stderr.pipe(process.stderr);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask(question: object): Promise<Record<string, unknown>> {
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('it has ended');
    return JSON.parse(value);
  }

  /** The exit code after the end of its input. */
  async end(): Promise<number> {
    const exit = once(this.#child, 'exit');
    this.#child.stdin.end();
    const [code] = await exit;
    return code as number;
  }
}

const COUNT = 500;
const THREADS = 2;
/** Above 2^25 a product in JavaScript is rounded. */
const drawn: readonly [SequenceKind, KeyKind, number][] = [
  ['uniform', 'int', 20_011],
  ['uniform', 'int', 100_000_007],
  ['window', 'string', 20_011],
  ['private', 'fresh', 20_011],
  ['private', 'int', 134_217_728],
  ['ascending', 'long', 20_011],
  ['zipf', 'int', 20_011],
  ['latest', 'int', 20_011],
];
const askedFor: readonly [thread: number, phase: number][] = [
  [0, 1],
  [1, 1],
  [1, 77],
];

function planOf(subject: ProgramSubject, sequence: SequenceKind, keys: KeyKind, entries: number): CellPlan {
  const mix = { get: 1, set: 1 };
  const made = workload('w', { sequence, mix, filled: 0, keys: [keys] });
  return planCell(made, subject, { keys, entries, threads: THREADS, seed: 7 });
}

/** By thread and cell: a zipf sequence takes its time to draw. */
const made = new Map<string, Sequence>();

function sequenceOf(plan: CellPlan, thread: number): Sequence {
  const name = `${plan.sequence} ${plan.space} ${thread}`;
  const sequence = made.get(name) ?? makeSequence(plan, thread);
  made.set(name, sequence);
  return sequence;
}

/** What JavaScript makes of the question. */
function expected(plan: CellPlan, thread: number, phase: number) {
  const sequence = sequenceOf(plan, thread);
  const keys = makeKeys(plan.keys, Math.min(plan.space, 30_000));
  const values = makeValues('number', plan.space);
  let stamp = firstStamp(phase, thread);
  sequence.restart(phase);
  const indexes = Array.from({ length: COUNT }, () => sequence.next());
  return {
    indexes,
    keys: indexes.map((index) => keys.at(index)),
    values: indexes.map((index) => values.make(index, ++stamp)),
  };
}

const mixes = [
  workload('all-reads', { mix: { get: 4, has: 1, range: 1 }, keys: ['string'] }),
  workload('all-writes', { mix: { set: 1, modify: 1, getAndSet: 1, get: 1 }, values: 'object' }),
  workload('all-deletes', { mix: { insert: 3, delete: 2, getAndDelete: 1 }, space: 2, keys: ['fresh'] }),
  workload('all-counts', { mix: { add: 1, compareAndSet: 1 }, filled: 0, sequence: 'zipf' }),
  workload('all-own', {
    mix: { insert: 2, delete: 2, get: 1, modify: 1, has: 1, set: 1 },
    sequence: 'window',
  }),
  workload('all-latest', { mix: { get: 9, insert: 1 }, sequence: 'latest', keys: ['long'] }),
  workload('all-fixed', { mix: { set: 1, get: 1 }, filled: 0, perEntry: 3 }),
];

async function javaWith(map: string): Promise<ProgramCommand> {
  const { file, args } = await java.command();
  const classes = args[args.indexOf('-cp') + 1] as string;
  const compiler = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'javac') : 'javac';
  await run(compiler, ['-cp', classes, '-d', folder, fixture(`${map}.java`)]);
  return { file, args: ['-cp', [classes, folder].join(delimiter), 'Main', map] };
}

async function goWith(map: string): Promise<ProgramCommand> {
  const overlay = join(folder, `${map}.json`);
  const replaced = { [join(programSources('go'), 'map.go')]: fixture(`${map}.go`) };
  writeFileSync(overlay, JSON.stringify({ Replace: replaced }));
  const file = join(folder, map);
  await run(process.env.GO || 'go', ['build', '-overlay', overlay, '-o', file, '.'], {
    cwd: programSources('go'),
    env: { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod' },
  });
  return { file, args: [] };
}

describe.each([
  [java.name, java, /^\S.* \d+\S*, PS /, () => javaWith('LosingMap'), () => javaWith('MixingMap')],
  [
    goSyncMap.name,
    goSyncMap,
    /^go1\.\d+.*, (HashTrieMap|read and dirty maps)$/,
    () => goWith('losing-map'),
    () => goWith('mixing-map'),
  ],
] as const)('%s', async (_, subject, version, losing, mixing) => {
  const [isMissing, title] = await unlessMissing(subject);

  test.skipIf(isMissing)(`draws the keys and values that JavaScript draws${title}`, async () => {
    const program = new Asked(await subject.command());
    for (const [sequence, keys, space] of drawn) {
      const plan = planOf(subject, sequence, keys, space);
      const draws = writeDraws(plan);
      const ready = await program.ask({ do: 'prepare', cell: programCell(plan, draws?.file ?? null) });
      draws?.remove();
      expect(ready.ready).toBe(true);
      for (const [thread, phase] of askedFor)
        expect(
          await program.ask({ do: 'sequence', thread, phase, count: COUNT }),
          `${sequence} over ${space} ${keys} keys, thread ${thread}, phase ${phase}`,
        ).toEqual(expected(plan, thread, phase));
    }
    expect(new Set(drawn.map(([, keys]) => keys))).toEqual(new Set(subject.keys));
    expect(await program.end()).toBe(0);
  });

  test.skipIf(isMissing)(`is measured under every operation that it has, and right${title}`, async () => {
    const used = new Set(mixes.flatMap(({ mix }) => Object.keys(mix ?? {})));
    expect([...used].sort()).toEqual([...subject.operations].sort());
    const { cells, subjects } = await bench({ ...tiny, repeat: 1, workloads: mixes, subjects: [subject] });
    expect(cells.map(({ workload, outcome, reason }) => [workload, outcome, reason])).toEqual(
      mixes.map(({ name }) => [name, 'measured', null]),
    );
    expect(subjects[0].version).toMatch(version);
    for (const { samples } of cells)
      for (const { perThread, operations, seconds } of samples) {
        expect(perThread).toHaveLength(2);
        expect(perThread[0] + perThread[1]).toBe(operations);
        expect(operations / seconds).toBeGreaterThan(0);
      }
    // Three for each of 3,000 entries, halved between two threads.
    expect(cells.at(-1)?.samples[0].perThread).toEqual([4500, 4500]);
  });

  test.skipIf(isMissing)(`tells what its map takes for an entry${title}`, async () => {
    const large = workload('large', { mix: { get: 1 }, entries: [200_000] });
    const { cells } = await bench({ ...tiny, repeat: 1, workloads: [large], subjects: [subject] });
    expect(cells[0].memory?.how).toBe('told by the subject');
    // A key and a value are some 30 bytes at the least in either language.
    expect(cells[0].memory?.bytesPerEntry).toBeGreaterThan(30);
    expect(cells[0].memory?.bytesPerEntry).toBeLessThan(500);
  });

  test.skipIf(isMissing)(`is wrong with a map that loses writes, or mixes up keys${title}`, async () => {
    const broken = async (name: string, command: ProgramCommand) => {
      const sets = workload('sets', { mix: { get: 1, set: 3 } });
      const subjects = [{ ...subject, name, command: () => command }];
      const { cells } = await bench({ ...tiny, workloads: [sets], subjects });
      return cells[0];
    };
    const lost = await broken('losing', await losing());
    expect([lost.outcome, lost.reason]).toEqual([
      'wrong',
      expect.stringMatching(/at the end key \d+ holds -?\d+, which no thread wrote last/),
    ]);
    const mixed = await broken('mixing', await mixing());
    expect([mixed.outcome, mixed.reason]).toEqual([
      'wrong',
      expect.stringMatching(/get of key \d+ gave -?\d+, which was never written under it/),
    ]);
    expect(mixed.throughput).toBe(undefined);
  });
});

test('workloads whose steps are JavaScript are left out, with the reason', async () => {
  const program = { ...java, missing: () => undefined };
  const { leftOut, cells } = await bench({ ...tiny, workloads: ['go-*'], subjects: [program] });
  expect(cells).toEqual([]);
  expect(new Set(leftOut.map(({ reason }) => reason))).toEqual(
    new Set(['its steps are JavaScript, which a program cannot run']),
  );
});

describe('what is missing is named with what to do about it', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /** A go command that tells this version, and knows no experiments. */
  function fakeGo(version: string): string {
    const file = join(folder, `fake-${version}`);
    const script = `#!/bin/sh\n[ "$1" = version ] && echo "go version ${version} linux/amd64"\n`;
    writeFileSync(file, script, { mode: 0o755 });
    return file;
  }

  test('Java', async () => {
    vi.stubEnv('JAVA_HOME', folder);
    expect(await java.missing()).toMatch(/^javac is not found: install a JDK 17 or newer \(.*JAVA_HOME$/);
  });

  test('Go', async () => {
    vi.stubEnv('GO', join(folder, 'none'));
    vi.stubEnv('GO_OLD', '');
    expect(await goSyncMap.missing()).toMatch(/^Go is not found: install Go 1\.20 or newer .*let GO name/);
    expect(await goSyncMapOld.missing()).toMatch(/^Go is not found: .*let GO_OLD name/);
    vi.stubEnv('GO', fakeGo('go1.19.8'));
    expect(await goSyncMap.missing()).toMatch(/^go1\.19\.8 is too old/);
  });

  test('the map before 1.24', async () => {
    vi.stubEnv('GO_OLD', fakeGo('go1.27.3'));
    expect(await goSyncMapOld.missing()).toBe(
      'go1.27.3 has HashTrieMap only: let GO_OLD name the go command of 1.20 to 1.24',
    );
    vi.stubEnv('GO_OLD', fakeGo('go1.23.5'));
    expect(await goSyncMapOld.missing()).toBe(undefined);
  });

  test('Redis', async () => {
    vi.stubEnv('PATH', folder);
    expect(await redis.missing?.()).toMatch(/apt-get install redis-server$/);
  });
});

const [oldIsMissing, oldTitle] = await unlessMissing(goSyncMapOld);

test.skipIf(oldIsMissing)(`the old map of Go is the old one${oldTitle}`, async () => {
  const program = new Asked(await goSyncMapOld.command());
  const cell = programCell(planOf(goSyncMapOld, 'uniform', 'int', 100), null);
  expect((await program.ask({ do: 'prepare', cell })).version).toMatch(/^go1\..*, read and dirty maps$/);
  expect(await program.end()).toBe(0);
});

const [redisIsMissing, redisTitle] = await unlessMissing(redis);

test.skipIf(redisIsMissing)(`a Redis ends with its harness, however that ends${redisTitle}`, async () => {
  const module = new URL('dist/bench/subjects/redis-server.js', root).href;
  const text = `import { findRedis, startRedis } from ${JSON.stringify(module)};
    const { file } = await findRedis();
    const { socket } = startRedis(file);
    const { connect } = await import('node:net');
    const open = () => connect(socket, () => console.log(socket)).on('error', () => setTimeout(open, 20));
    open();`;
  const harness = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: 'pipe' });
  const [socket] = (await once(createInterface({ input: harness.stdout }), 'line')) as [string];
  const listed = async () => (await run('ps', ['-A', '-o', 'args'])).stdout.includes(socket);
  expect(await listed()).toBe(true);
  harness.kill('SIGKILL');
  await expect.poll(listed, { timeout: 30_000, interval: 50 }).toBe(false);
});
