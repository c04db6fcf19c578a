import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// Processes that lack something which the map is made of, or have little of it. The import works in all of them.

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'threadmap-platform-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const told = `
  const told = (call) => { try { return call(); } catch (error) { return error.code + ': ' + error.message; } };`;

/** What a module prints in a process of its own, started with these flags. */
async function printed(flags: readonly string[], script: string): Promise<string> {
  const args = [...flags, '--input-type=module', '-e', `import * as all from 'threadmap';${told}${script}`];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return stdout;
}

// Node 26 does not know the second one.
const flags = ['--jitless', '--no-expose-wasm'].filter(
  (flag) => spawnSync(process.execPath, [flag, '-e', '']).status === 0,
);
describe.each(flags)('a process with %s', (flag) => {
  test('imports the package, and is told why there are no maps', async () => {
    const script = `
      const { SharedMap, SharedSet, SharedMapError } = all;
      const calls = [
        () => new SharedMap(),
        () => new SharedSet([1]),
        () => SharedMap.from([[1, 2]]),
        () => SharedMap.attach({ magic: 'threadmap' }),
      ];
      for (const call of calls) {
        try { call(); } catch (error) {
          console.log(error.code, error instanceof SharedMapError, error.message.includes('--jitless'));
        }
      }`;
    expect(await printed([flag], script)).toBe('ERR_SHARED_MAP_PLATFORM true true\n'.repeat(4));
  });
});

test('a process that may not compile the kernel is told so, with the cause', async () => {
  const script = `
    try { new all.SharedMap(); } catch (error) { console.log(error.code, error.cause.message); }`;
  const text = await printed(['--wasm-max-module-size=1000'], script);
  expect(text).toMatch(/^ERR_SHARED_MAP_PLATFORM .*maximum size of 1000/);
});

test('structured values, and snapshots of them, need no node:v8', async () => {
  const start = `const real = process.getBuiltinModule;
    process.getBuiltinModule = (name) => {
      if (name === 'node:v8') throw new Error('node:v8 was loaded');
      return real(name);
    };`;
  const fixture = JSON.stringify(join(root, 'test/snapshot/fixtures/format-1/node-20-any.snapshot'));
  const script = `
    const { SharedMap } = all;
    const map = new SharedMap({ maxBytes: 2 ** 20 });
    map.set('k', { a: [1, new Map([[1, new Date(2)]])], error: new Error('e', { cause: { b: 3 } }) });
    const copy = SharedMap.fromSnapshot(map.snapshot());
    for (const { a, error } of [map.get('k'), copy.get('k')])
      console.log(a[0], a[1].get(1).getTime(), error.message, error.cause.b);
    const earlier = await SharedMap.load(${fixture});
    const cycle = earlier.get('cycle');
    console.log(earlier.get('cause').reason.cause.message, cycle.self === cycle);
    console.log(earlier.get('map').get(1).a, earlier.get('deep').length);`;
  const text = await printed(['--import', `data:text/javascript,${encodeURIComponent(start)}`], script);
  expect(text.split('\n')).toEqual(['1 2 e 3', '1 2 e 3', 'ECONNRESET true', '1 1', '']);
});

test('a startup snapshot holds the import; maps are made in the processes that start from it', async () => {
  const worker = join(folder, 'worker.mjs');
  writeFileSync(
    worker,
    `import { workerData } from 'node:worker_threads';
     import { SharedMap } from ${JSON.stringify(pathToFileURL(join(root, 'dist/src/index.js')).href)};
     const map = SharedMap.attach(workerData);
     map.set('from', { what: [map.get('\\u20ac'.repeat(70)).at.getTime()] });`,
  );
  const entry = join(folder, 'entry.mjs');
  writeFileSync(
    entry,
    `import * as v8 from 'node:v8';
     import { SharedMap } from ${JSON.stringify(join(root, 'dist/src/index.js'))};
     let early; try { new SharedMap(); } catch (error) { early = error.code; }
     v8.startupSnapshot.setDeserializeMainFunction(async () => {
       const { Worker } = process.getBuiltinModule('node:worker_threads'); // 20 and 22 break at an import
       const map = new SharedMap({ maxBytes: 2 ** 21 });
       map.set(1, 2).set('\\u20ac'.repeat(70), { at: new Date(3) });
       new Worker(${JSON.stringify(worker)}, { workerData: map.handle })
         .on('exit', () => setImmediate(() => console.log(map.stats().threads, map.check().length)));
       console.log(early, map.get(1), map.get('\\u20ac'.repeat(70)).at.getTime(), (await map.waitFor('from')).what[0]);
     });`,
  );
  // The bundler that the test runner brings: a snapshot is built from one file.
  const vitest = createRequire(createRequire(import.meta.url).resolve('vitest/package.json'));
  const { rolldown } = await import(createRequire(vitest.resolve('vite')).resolve('rolldown'));
  const bundle = await rolldown({ input: entry, platform: 'node' });
  await bundle.write({ file: join(folder, 'entry.cjs'), format: 'cjs', codeSplitting: false });
  const blob = join(folder, 'blob');
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['--snapshot-blob', blob, ...args]);
  await run('--build-snapshot', join(folder, 'entry.cjs'));
  expect((await run()).stdout).toBe('ERR_SHARED_MAP_PLATFORM 2 3 3\n1 0\n');
});

// Windows has no such limit, macOS does not enforce it.
describe.skipIf(process.platform !== 'linux')('where addresses are few, the advice helps', () => {
  const KiB = 1024;
  const FLAG = '--disable-wasm-trap-handler';

  /** What making maps of so many bytes says, in a process with so many addresses. */
  function made(gigabytes: number, flags: string, maxBytes: number, env = {}): string {
    const script = `import { SharedMap } from 'threadmap';
      try { console.log(new SharedMap({ maxBytes: ${maxBytes} }).set(1, 2).get(1)); }
      catch (error) { console.log(error.code + ': ' + error.message); }`;
    const limit = Math.floor(gigabytes * KiB * KiB);
    const command = `ulimit -v ${limit}; exec "$0" ${flags} --input-type=module -e "$1"`;
    const { stdout } = spawnSync('bash', ['-c', command, process.execPath, script], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    return stdout.trim();
  }

  test('too few for the largest map, but enough for another: a smaller maxBytes, and it works', () => {
    expect(made(4, FLAG, 2 ** 32 - 2 ** 24)).toMatch(/^ERR_SHARED_MAP_MEMORY: .*use a smaller maxBytes/);
    expect(made(4, FLAG, 2 ** 20)).toBe('2');
  });

  test('too few for guard pages: the flag, unless node does without them by itself', () => {
    const least = made(4, '', 2 ** 20);
    if (least === '2') return; // Node 24 and later
    expect(least).toMatch(new RegExp(`^ERR_SHARED_MAP_MEMORY: .*start node with ${FLAG}`));
    expect(least).not.toContain('smaller maxBytes');
    expect(made(4, '', 2 ** 30)).not.toContain('smaller maxBytes');
    expect(made(4, FLAG, 2 ** 30)).toBe('2');
  });
});

// A real limit leaves the heap no room either, so the refusal is a double here.
test('where no size is granted with the flag set, the flag is not asked for', async () => {
  const FLAG = '--disable-wasm-trap-handler';
  const refuse = `--import=data:text/javascript,${encodeURIComponent(
    "WebAssembly.Memory = function () { throw new RangeError('could not allocate memory'); };",
  )}`;
  const script = 'console.log(told(() => new all.SharedMap()));';
  const without = await printed([refuse], script);
  expect(without).toMatch(new RegExp(`^ERR_SHARED_MAP_MEMORY: .*no size .*start node with ${FLAG}`));
  const flagged = /^ERR_SHARED_MAP_MEMORY: .*no size would be granted: let go of maps/;
  expect(await printed([refuse, FLAG], script)).toMatch(flagged);
  expect(await printed([refuse, FLAG.replaceAll('-w', '_w')], script)).toMatch(flagged);
  const { NODE_OPTIONS = '' } = process.env;
  process.env.NODE_OPTIONS = `${NODE_OPTIONS} ${FLAG}`;
  try {
    expect(await printed([refuse], script)).toMatch(flagged);
  } finally {
    process.env.NODE_OPTIONS = NODE_OPTIONS;
  }
});
