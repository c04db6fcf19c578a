// Damages the memory of maps, by the thousand, and watches what the library makes of it:
// node dist/workers/hostile/hostile-storm.js --maps 2000 [--seed n] [--limit ms]. Every call must return, or throw an error of the
// library's own, within the limit; a process that crashes, hangs or swells is a violation. Exits with 1 when there is one.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    maps: { type: 'string' },
    seed: { type: 'string' },
    limit: { type: 'string' },
    pretend: { type: 'string' },
  },
});
const maps = Number(values.maps ?? 1000);
const first = Number(values.seed ?? 1);
/** ms within which a call ends. A chain that stays locked is given up much sooner here: hostile-victim.ts. */
const limit = Number(values.limit ?? 20_000);
/** A victim that ends before its maps are made has nothing to tell. */
const NOT_MADE = 'not made yet';
/** After so many there is enough to look at. */
const ENOUGH = 10;

interface Line {
  readonly seed?: number;
  readonly map?: string;
  readonly done?: string;
  readonly call?: string;
  readonly code?: string;
  readonly violation?: string;
  readonly end?: boolean;
}

const violations: string[] = [];
const codes = new Map<string, number>();
let calls = 0;
let survived = 0;
/** The map that is being asked, and the call it was asked last. */
let at: Line = {};
let call = 'the beginning';

function violation(what: string): void {
  violations.push(`seed ${at.seed}, a map ${at.map} (${at.done}): ${what}`);
}

function read(line: Line): void {
  if (line.seed !== undefined) {
    at = line;
    survived++;
  }
  if (line.call !== undefined) {
    call = line.call;
    calls++;
  }
  if (line.code !== undefined) codes.set(line.code, (codes.get(line.code) ?? 0) + 1);
  if (line.violation !== undefined) violation(line.violation);
}

/** Runs one victim from this seed on, to its end or to the first thing that ends it. Returns the next seed. */
async function watch(from: number, to: number): Promise<number> {
  at = { seed: from, map: NOT_MADE, done: 'nothing' };
  const more = values.pretend === undefined ? [] : ['--pretend', values.pretend];
  const file = fileURLToPath(new URL('./hostile-victim.js', import.meta.url));
  const victim: ChildProcess = spawn(
    process.execPath,
    [file, '--from', `${from}`, '--to', `${to}`, ...more],
    {
      stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
    },
  );
  let ended = false;
  let late = false;
  let complaint = '';
  victim.stderr?.on('data', (data: Buffer) => {
    complaint = `${complaint}${data}`.slice(-4000);
  });
  const onTime = (): NodeJS.Timeout =>
    setTimeout(() => {
      late = true;
      victim.kill('SIGKILL');
    }, limit);
  let timer = onTime();
  const lines = createInterface({ input: victim.stdio[3] as Readable });
  lines.on('line', (line) => {
    clearTimeout(timer);
    timer = onTime();
    const said = JSON.parse(line) as Line;
    ended ||= said.end === true;
    read(said);
  });
  const closed = new Promise((resolve) => lines.once('close', resolve));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    victim.once('close', (...how) => resolve(how));
  });
  await closed;
  clearTimeout(timer);
  if (late) violation(`${call} took longer than ${limit} ms`);
  else if (!ended || code !== 0) violation(`${call} ended the process (${signal ?? code}): ${complaint}`);
  return ended ? to : (at.seed as number) + 1;
}

let next = first;
while (next < first + maps && violations.length < ENOUGH && at.map !== NOT_MADE)
  next = await watch(next, first + maps);

for (const text of violations.slice(0, ENOUGH)) console.error(text);
for (const [code, times] of [...codes].sort(([, a], [, b]) => b - a)) console.log(`${code}: ${times} times`);
console.log(`${survived} damaged maps from seed ${first}, ${calls} calls: ${violations.length} violations`);
process.exitCode = violations.length > 0 ? 1 : 0;
