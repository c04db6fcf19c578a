import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** The files below src, by their paths from there, without the kernel's or with nothing else. */
function filesOf(kernel: boolean): string[] {
  return (readdirSync(src, { recursive: true }) as string[])
    .filter((path) => path.endsWith('.ts') && path.startsWith('kernel/') === kernel)
    .sort();
}

const sourceOf = (path: string) => readFileSync(join(src, path), 'utf8');

/** Whatever a file imports or exports from elsewhere, types included. */
function specifiersOf(path: string): string[] {
  const text = sourceOf(path).replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
  const statements = text.matchAll(/^(?:import|export)\s[^;]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm);
  return [...statements].map((match) => (match[1] ?? match[2]) as string);
}

/** The files of src that a file imports. */
function importsOf(path: string): string[] {
  return specifiersOf(path)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => normalize(join(dirname(path), specifier)).replace(/\.js$/, '.ts'));
}

// From the top down: a file may import from layers below its own and from its own folder. A folder is one layer and
// stands for all of its files; a file that lies in none is a layer of its own.
const layers = [
  'index.ts',
  'shared-set.ts',
  'shared-map.ts',
  'methods/',
  'api/',
  'snapshot/',
  'care/',
  'operations/',
  'iteration/',
  'access/',
  'builtin/',
  'attach/',
  'codec/',
  'structured/',
  'settings/',
  'wasm/',
  'threads/',
  'late-modules.ts',
  'errors.ts',
];

const layerOf = (path: string) => layers.indexOf(path.includes('/') ? `${dirname(path)}/` : path);

test('every file has its layer, and every layer its files', () => {
  const files = filesOf(false);
  expect(files.filter((path) => layerOf(path) < 0)).toEqual([]);
  expect([...new Set(files.map(layerOf))].sort((a, b) => a - b)).toEqual([...layers.keys()]);
});

test('imports point down, or stay in their folder', () => {
  const upward = filesOf(false).flatMap((path) =>
    importsOf(path)
      .filter((imported) => layerOf(imported) < layerOf(path))
      .map((imported) => `${path} imports ${imported}`),
  );
  expect(upward).toEqual([]);
  // What a file imports is a file: nothing is overlooked because it was misread.
  for (const path of filesOf(false))
    for (const imported of importsOf(path)) expect(filesOf(false)).toContain(imported);
  expect(importsOf('shared-map.ts').length).toBeGreaterThan(8);
});

test('no cycles outside of the kernel', () => {
  const done = new Set<string>();
  const visit = (path: string, way: string[]): void => {
    expect(way, `a cycle: ${[...way, path].join(' -> ')}`).not.toContain(path);
    if (done.has(path)) return;
    for (const imported of importsOf(path)) visit(imported, [...way, path]);
    done.add(path);
  };
  for (const path of filesOf(false)) visit(path, []);
  expect(done.size).toBe(filesOf(false).length);
});

test('the kernel imports nothing from outside of it, and nothing imports its sources', () => {
  for (const path of filesOf(true)) {
    for (const specifier of specifiersOf(path)) expect(specifier, path).toMatch(/^\.\/[a-z0-9-]+$/);
    for (const imported of importsOf(path)) expect(filesOf(true)).toContain(`${imported}.ts`);
  }
  for (const path of filesOf(false)) {
    for (const imported of importsOf(path)) expect(imported.startsWith('kernel/'), path).toBe(false);
  }
});

test('only atomics.ts touches shared memory by atomic instructions and copies', () => {
  const users = filesOf(true).filter((path) =>
    /\batomic\.|\bmemory\.copy\b/.test(sourceOf(path).replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')),
  );
  expect(users).toEqual(['kernel/atomics.ts']);
});

test('outside of node itself, the package imports nothing', () => {
  for (const path of filesOf(false)) {
    for (const specifier of specifiersOf(path)) {
      if (!specifier.startsWith('.')) expect(specifier, path).toMatch(/^node:/);
    }
  }
});
