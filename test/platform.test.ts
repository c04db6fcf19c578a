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

describe('without the Serializer of node:v8', () => {
  const replaced = (v8: string) => {
    const start = `const real = process.getBuiltinModule;
      process.getBuiltinModule = (name) => name === 'node:v8' ? ${v8} : real(name);`;
    return ['--import', `data:text/javascript,${encodeURIComponent(start)}`];
  };
  const inName =
    '{ Serializer: class { constructor() { throw new Error("not implemented"); } }, ' +
    'Deserializer: class {} }';
  const without = {
    'a module that is not there': 'undefined',
    'a class that is not there': '{}',
    'a class that is there in name only': inName,
  };

  test.each(Object.entries(without))('%s', async (_what, v8) => {
    const script = `
      const { SharedMap } = all;
      const map = new SharedMap({ maxBytes: 2 ** 20 });
      map.set(1, 'one').set('two', 2n).set('three', new Uint8Array(3)).set('four', null);
      console.log(map.size, map.get(1), map.get('two'), map.get('three').length, map.get('four'));
      const json = new SharedMap({ value: 'json', maxBytes: 2 ** 20 });
      console.log(json.set('k', { a: [1] }).get('k').a[0]);
      console.log(SharedMap.fromSnapshot(map.snapshot()).size);
      console.log(told(() => map.set('five', {})));
      console.log(map.size, map.has('five'), map.check().length);`;
    const lines = (await printed(replaced(v8), script)).split('\n');
    expect(lines[0]).toBe('4 one 2n 3 null');
    expect(lines.slice(1, 3)).toEqual(['1', '4']);
    expect(lines[3]).toMatch(/^ERR_SHARED_MAP_PLATFORM: .*value 'json'/);
    expect(lines[4]).toBe('4 false 0');
  });

  test('a snapshot with a structured value is refused for that reason', async () => {
    const file = join(folder, 'structured');
    await printed(
      [],
      `const map = new all.SharedMap({ maxBytes: 2 ** 20 }).set('k', { a: 1 }); await map.save(${JSON.stringify(file)});`,
    );
    const script = `
      await all.SharedMap.load(${JSON.stringify(file)}).catch((error) => console.log(error.code));`;
    expect(await printed(replaced('{}'), script)).toBe('ERR_SHARED_MAP_PLATFORM\n');
  });
});

test('a startup snapshot holds the import; maps are made in the processes that start from it', async () => {
  const worker = join(folder, 'worker.mjs');
  writeFileSync(
    worker,
    `import { workerData } from 'node:worker_threads';
     import { SharedMap } from ${JSON.stringify(pathToFileURL(join(root, 'dist/src/index.js')).href)};
     SharedMap.attach(workerData).set('from', 'a worker');`,
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
       console.log(early, map.get(1), map.get('\\u20ac'.repeat(70)).at.getTime(), await map.waitFor('from'));
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
  expect((await run()).stdout).toBe('ERR_SHARED_MAP_PLATFORM 2 3 a worker\n1 0\n');
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
