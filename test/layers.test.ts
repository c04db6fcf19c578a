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

// From the top down: what users import, the map, its parts, values and keys, the door to the kernel, the ground.
const layers = [
  ['index.ts'],
  ['shared-map.ts'],
  ['methods/bulk.ts', 'methods/care.ts', 'methods/conditional.ts', 'methods/install.ts', 'methods/scan.ts'],
  ['api/shared-map.ts'],
  [
    ...[
      'api/arithmetic-methods.ts',
      'api/bulk-methods.ts',
      'api/care-methods.ts',
      'api/conditional-methods.ts',
      'api/map-methods.ts',
      'api/scan-methods.ts',
    ],
    ...[
      'cache.ts',
      'check.ts',
      'cursor.ts',
      'door.ts',
      'door-of.ts',
      'entries.ts',
      'evidence.ts',
      'handle.ts',
      'inspect.ts',
      'iterate.ts',
      'long-key.ts',
      'many.ts',
      'many-numbers.ts',
      'reading.ts',
      'reclaim.ts',
      'registry.ts',
    ],
    ...['scan.ts', 'stats.ts', 'trap.ts', 'writing.ts'],
  ],
  [
    'codec/argument.ts',
    'codec/frozen.ts',
    'codec/key.ts',
    'codec/text.ts',
    'codec/typed-array.ts',
    'codec/value.ts',
  ],
  ['kernel.ts', 'options.ts'],
  ['errors.ts', 'kernel-bytes.ts', 'wasm.ts'],
];

const layerOf = (path: string) => layers.findIndex((layer) => layer.includes(path));

test('every file has its layer', () => {
  expect(layers.flat().sort()).toEqual(filesOf(false));
});

test('imports point down, or stay in their layer', () => {
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
    for (const specifier of specifiersOf(path)) expect(specifier, path).toMatch(/^\.\/[a-z-]+$/);
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
