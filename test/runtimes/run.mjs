// Runs the packed package in other runtimes: npm run test:runtimes [-- --kills n] [--only deno|bun|install|values]. Takes some two
// minutes and needs the registry. The binaries are those of the npm packages `deno` and `bun`, installed on demand into a
// folder of the system's temporary one and kept there. Exits with 1 when a runtime answers otherwise than Node does.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What docs/runtimes.md speaks of. */
const VERSIONS = { deno: '2.9.6', bun: '1.4.5' };
/** Values go between these and those above; each is the newest of its line. */
const NODES = ['20', '22', '24', '26'];
/** Longest run of one program, ms: none takes a third of it. Whatever hangs, or asks its user, ends there. */
const LIMIT = 240_000;
/** Packages that another version of what the harness needs is in: the package installs beside them. */
const BESIDE = ['piscina@4', 'vega@5'];

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, only: { type: 'string' } },
});
const root = fileURLToPath(new URL('../..', import.meta.url));
const programs = fileURLToPath(new URL('programs', import.meta.url));
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const failures = [];

/** Without a terminal, and with stdin at its end: a runtime that would ask for a permission cannot. */
function run(cwd, command, args) {
  const options = {
    cwd,
    encoding: 'utf8',
    timeout: LIMIT,
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'pipe'],
  };
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    ...options,
    shell: command.endsWith('.cmd'),
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, stdout: stdout ?? '', stderr: `${error ?? ''}${stderr ?? ''}` };
}

function must(cwd, command, ...args) {
  const { status, stdout, stderr } = run(cwd, command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}${stdout}`);
  return stdout;
}

/** The binary of a version of Node. */
function nodeOf(version) {
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  return must(folder, npx, '-y', '-p', `node@${version}`, 'node', '-p', 'process.execPath').trim();
}

/** Folder of the binaries. */
function installed() {
  const names = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`);
  const folder = join(tmpdir(), `threadmap-runtimes-${names.join('-')}`);
  mkdirSync(folder, { recursive: true });
  const bin = join(folder, 'node_modules', '.bin');
  const works = () =>
    Object.keys(VERSIONS).every((name) => run(folder, join(bin, name), ['--version']).status === 0);
  if (!works()) {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    must(folder, npm, 'install', '--no-audit', '--no-fund', ...names);
    // The packages put their binary in place in a script, which npm may have been told not to run.
    for (const [name, script] of [
      ['bun', 'install.js'],
      ['deno', 'install.cjs'],
    ]) {
      if (run(folder, join(bin, name), ['--version']).status === 0) continue;
      must(join(folder, 'node_modules', name), process.execPath, script);
    }
  }
  return bin;
}

function report(name, problem) {
  console.log(`${problem === undefined ? 'ok  ' : 'FAIL'} ${name}`);
  if (problem === undefined) return;
  console.log(problem.replace(/^/gm, '       '));
  failures.push(name);
}

/** Runs a program and compares what it prints. */
function compare(name, folder, [command, ...flags], program, expected) {
  const { status, stdout, stderr } = run(folder, command, [...flags, join('programs', program)]);
  const lines = stdout.split('\n');
  const wrong = expected
    .split('\n')
    .flatMap((line, i) => (line === lines[i] ? [] : [`- ${line}`, `+ ${lines[i]}`]));
  const problem = [...wrong, ...(status === 0 ? [] : [`exit code ${status}`, stderr.slice(0, 2000)])].join(
    '\n',
  );
  report(`${name}: ${program}`, problem === '' ? undefined : problem.slice(0, 4000));
}

/**
 * Each runtime writes a snapshot of the same values, each reads all of them, and those of format 1.
 * The bytes of a value are the same wherever it is written.
 */
function exchange(bin) {
  const runtimes = new Map(NODES.map((version) => [`node ${version}`, [nodeOf(version)]]));
  runtimes.set('deno -A', [join(bin, 'deno'), 'run', '-A']).set('bun', [join(bin, 'bun')]);
  /** By name, with the name of the runtime that wrote it first. */
  const written = new Map();
  const files = [];
  for (const [name, [command, ...flags]] of runtimes) {
    const file = join(folder, `${name.replace(/\W/g, '')}.values`);
    const { status, stdout, stderr } = run(folder, command, [...flags, 'programs/write-values.mjs', file]);
    const wrong = status === 0 ? [] : [`exit code ${status}`, stderr.slice(0, 2000)];
    for (const line of stdout.split('\n')) {
      const [value] = line.split(' ');
      const [before, by] = written.get(value) ?? [];
      if (before === undefined) written.set(value, [line, name]);
      else if (before !== line) wrong.push(`- ${before} (${by})`, `+ ${line}`);
    }
    report(`${name}: ${stdout.split('\n').length - 1} values written`, wrong.join('\n') || undefined);
    files.push(file);
  }
  const fixtures = join(root, 'test/snapshot/fixtures/format-1');
  let earlier;
  for (const [name, [command, ...flags]] of runtimes) {
    const read = run(folder, command, [...flags, 'programs/read-values.mjs', ...files]);
    const lines = read.stdout.trim().split('\n');
    const right = lines.length === files.length && lines.every((line) => /^\d+ equal/.test(line));
    report(`${name}: values read`, read.status === 0 && right ? undefined : read.stdout + read.stderr);
    const { status, stdout, stderr } = run(folder, command, [
      ...flags,
      'programs/read-format-1.mjs',
      fixtures,
    ]);
    earlier ??= stdout;
    const same = status === 0 && stdout === earlier && stdout.includes('ECONNRESET');
    report(
      `${name}: format 1 read`,
      same ? undefined : `other than in ${NODES[0]}\n${stderr.slice(0, 2000)}`,
    );
  }
}

/** `untold`: nobody can tell which threads have ended, so that their slots stay. */
function storm(name, folder, [command, ...flags], untold = false) {
  const program = [join('programs', 'storm.mjs'), values.kills, ...(untold ? ['untold'] : [])];
  const { status, stdout, stderr } = run(folder, command, [...flags, ...program]);
  console.log(stdout.split('\n')[0]);
  report(`${name}: storm of ${values.kills}`, status === 0 ? undefined : (stdout + stderr).slice(0, 3000));
}

const folder = mkdtempSync(join(tmpdir(), 'threadmap-runtimes-'));
try {
  const [{ filename }] = JSON.parse(
    must(root, npm, 'pack', '--ignore-scripts', '--json', '--pack-destination', folder),
  );
  const packed = join(folder, filename);

  if (values.only === undefined || values.only === 'install') {
    const beside = join(folder, 'beside');
    for (const name of BESIDE) {
      rmSync(beside, { recursive: true, force: true });
      mkdirSync(beside);
      writeFileSync(join(beside, 'package.json'), '{ "private": true }');
      must(beside, npm, 'install', '--no-audit', '--no-fund', '--ignore-scripts', name);
      const { status, stderr } = run(beside, npm, ['install', '--no-audit', '--no-fund', packed]);
      report(`npm install beside ${name}`, status === 0 ? undefined : stderr);
    }
  }

  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  must(folder, npm, 'install', '--offline', '--no-audit', '--no-fund', packed);
  cpSync(programs, join(folder, 'programs'), { recursive: true });
  const node = (program) => must(folder, process.execPath, join('programs', program));
  const operations = node('operations.mjs');
  const handOver = node('hand-over.mjs');
  const bin = values.only === 'install' ? '' : installed();
  const deno = join(bin, 'deno');

  if (values.only === undefined || values.only === 'deno') {
    const all = [deno, 'run', '-A'];
    compare('deno -A', folder, all, 'operations.mjs', operations);
    compare('deno -A', folder, all, 'hand-over.mjs', handOver);
    compare('deno -A', folder, all, 'web-worker.mjs', 'web worker\n');
    storm('deno -A', folder, all);
    // Files need permission, and so does the file of a Worker.
    const own = [deno, 'run', `--allow-read=${folder}`];
    compare('deno --allow-read', folder, own, 'hand-over.mjs', handOver);
    compare('deno without permissions', folder, [deno, 'run'], 'memory.mjs', node('memory.mjs'));
    storm('deno --allow-read', folder, own, true);
  }
  if (values.only === undefined || values.only === 'values') exchange(bin);
  if (values.only === undefined || values.only === 'bun') {
    compare('bun', folder, [join(bin, 'bun')], 'operations.mjs', operations);
    compare('bun', folder, [join(bin, 'bun')], 'hand-over.mjs', handOver);
    compare('bun', folder, [join(bin, 'bun')], 'web-worker.mjs', 'web worker\n');
    storm('bun', folder, [join(bin, 'bun')]);
    process.env.NO_TABLE = '1';
    storm("bun without the system's table", folder, [join(bin, 'bun')], true);
    storm("node without the system's table", folder, [process.execPath]);
    delete process.env.NO_TABLE;
  }
} finally {
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
}
console.log(failures.length === 0 ? 'all as in Node' : `${failures.length} failed: ${failures.join('; ')}`);
process.exit(failures.length === 0 ? 0 : 1);
