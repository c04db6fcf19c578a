import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

async function runIn(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd, maxBuffer: 2 ** 24 });
  return stdout;
}

const use = `
  const map = new SharedMap({ key: 'string', value: 'number', maxBytes: 2 ** 20 });
  map.set('a', 1);
  console.log(map.add('a', 2), map.size, map.check().length, SharedMap.attach(map.handle) === map, SharedMapError.name);
`;
const used = '3 1 0 true SharedMapError\n';
const byImport = `import { SharedMap, SharedMapError } from 'threadmap';${use}`;
const byRequire = `const { SharedMap, SharedMapError } = require('threadmap');${use}`;

test('the package names no dependency, not even a peer, and what it needs of Node', () => {
  const named = ['dependencies', 'peerDependencies', 'peerDependenciesMeta', 'optionalDependencies'];
  for (const name of [...named, 'bundledDependencies']) expect(manifest[name]).toBe(undefined);
  expect(manifest.engines).toEqual({ node: '>=20.19' });
  expect(manifest.type).toBe('module');
});

test('works by its own name in this folder, by import and by require', async () => {
  expect(await runIn(root, process.execPath, '--input-type=module', '-e', byImport)).toBe(used);
  expect(await runIn(root, process.execPath, '--input-type=commonjs', '-e', byRequire)).toBe(used);
});

describe('the packed tarball', () => {
  let folder: string;
  let files: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'threadmap-'));
    // Without scripts: they would build anew what other tests are using.
    const packed = await runIn(
      root,
      'npm',
      ...['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
    );
    const [{ filename, files: listed }] = JSON.parse(packed);
    files = listed.map((file: { path: string }) => file.path);
    writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }');
    await runIn(folder, 'npm', 'install', '--offline', '--no-audit', '--no-fund', join(folder, filename));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('holds the built library, its sources, its papers, and nothing else', () => {
    for (const needed of [
      'dist/src/index.js',
      'dist/src/index.d.ts',
      'src/index.ts',
      'src/kernel/index.ts',
    ]) {
      expect(files).toContain(needed);
    }
    for (const needed of ['dist/bench/index.js', 'dist/bench/index.d.ts', 'dist/bench/command/main.js']) {
      expect(files).toContain(needed);
    }
    // Programs are compiled where they are measured.
    for (const needed of ['README.md', 'go/go.mod', 'go/main.go', 'java/Main.java']) {
      expect(files).toContain(`bench/peers/${needed}`);
    }
    for (const needed of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'ARCHITECTURE.md']) {
      expect(files).toContain(needed);
    }
    const others = files.filter(
      (path) =>
        !/^(dist\/src|dist\/bench\/(command|harness|limits|report|subjects|workloads)|bench\/peers\/(go|java)|src)\/|^bench\/peers\/README\.md$|^dist\/bench\/index\.|^[A-Za-z]+\.(md|json)$|^LICENSE$/.test(
          path,
        ),
    );
    expect(others).toEqual([]);
    expect(files.filter((path) => path.startsWith('src/build/'))).toEqual([]);
  });

  test('works in an empty folder, by import and by require', async () => {
    expect(await runIn(folder, process.execPath, '--input-type=module', '-e', byImport)).toBe(used);
    expect(await runIn(folder, process.execPath, '--input-type=commonjs', '-e', byRequire)).toBe(used);
  });

  test('works from a thread of that folder', async () => {
    writeFileSync(
      join(folder, 'main.mjs'),
      `import { Worker, isMainThread, workerData } from 'node:worker_threads';
       import { SharedMap } from 'threadmap';
       if (isMainThread) {
         const map = new SharedMap({ maxBytes: 2 ** 20 });
         const worker = new Worker(new URL(import.meta.url), { workerData: map.handle });
         worker.on('exit', () => setImmediate(() => console.log(map.get('k'), map.stats().threads)));
       } else SharedMap.attach(workerData).set('k', 'from a thread');`,
    );
    expect(await runIn(folder, process.execPath, 'main.mjs')).toBe('from a thread 1\n');
  });

  test('has types that hold without skipLibCheck, for who has those of Node', async () => {
    writeFileSync(
      join(folder, 'use.ts'),
      `import { SharedMap } from 'threadmap';
       export const map: Map<string, number> = new SharedMap({ key: 'string', value: 'number' });
       // @ts-expect-error the types are really there
       map.set(1, 1);`,
    );
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--lib', 'ES2022', '--module', 'nodenext', '--target', 'es2022'];
    const node = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
    await runIn(folder, process.execPath, compiler, ...options, ...node, 'use.ts');
  });

  test('has the command and the import of the harness, which name what they lack', async () => {
    const command = join(folder, 'node_modules', '.bin', 'threadmap');
    expect(await runIn(folder, command, 'bench', '--list')).toMatch(/^ {2}grid-50 /m);
    const use = `import { bench } from 'threadmap/bench';
      await bench({ quick: true }).catch((error) => console.log(error.name, /npm install .*piscina/.test(error.message)));`;
    expect(await runIn(folder, process.execPath, '--input-type=module', '-e', use)).toBe('BenchError true\n');
  });

  test('stands beside packages of other versions than the harness needs, which says so', async () => {
    const beside = mkdtempSync(join(tmpdir(), 'threadmap-beside-'));
    try {
      // Another major version of two of them, as far as npm and the harness look at it.
      for (const [name, version] of [
        ['piscina', '4.9.2'],
        ['vega', '5.33.0'],
      ] as const) {
        mkdirSync(join(beside, name));
        const other = { name, version, main: 'index.js' };
        writeFileSync(join(beside, name, 'package.json'), JSON.stringify(other));
        writeFileSync(join(beside, name, 'index.js'), '');
      }
      writeFileSync(join(beside, 'package.json'), '{ "name": "beside", "private": true }');
      const packed = join(folder, `threadmap-${manifest.version}.tgz`);
      const quiet = ['--offline', '--no-audit', '--no-fund', '--install-links'];
      await runIn(beside, 'npm', 'install', ...quiet, './piscina', './vega', packed);
      const use = `import { bench } from 'threadmap/bench';
        await bench({ quick: true }).catch((error) => console.log(error.name, error.message));`;
      const text = await runIn(beside, process.execPath, '--input-type=module', '-e', use);
      expect(text).toMatch(
        /^BenchError .*piscina 5, and 4\.9\.2 is installed.*npm install .*piscina@5.*vega@6/,
      );
    } finally {
      rmSync(beside, { recursive: true, force: true });
    }
  });

  test('gives away nothing but what it exports', async () => {
    const deep = "import('threadmap/dist/src/wasm/kernel.js').catch((error) => console.log(error.code))";
    expect(await runIn(folder, process.execPath, '-e', deep)).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n');
  });
});
