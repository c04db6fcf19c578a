import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// What the compiled kernel must not contain, whatever its source says.

const text = readFileSync(new URL('../../dist/kernel/threadmap.wat', import.meta.url), 'utf8');

test('the memory never grows: another thread would trap on what lies in the new part', () => {
  expect(text).not.toMatch(/memory\.grow/);
});

test('nobody waits inside the kernel: a thread may be stopped there, and compilers lose live values across it', () => {
  expect(text).not.toMatch(/memory\.atomic\.wait/);
});

test('shared words are accessed whole: an atomic of one or two bytes does not synchronise with one of eight', () => {
  expect(text).toMatch(/i64\.atomic\.load /);
  expect(text).not.toMatch(/atomic\.(load|store|rmw)(8|16)/);
});

test('there is no data segment: each attach would write it again over the live map', () => {
  expect(text).not.toMatch(/^ *\(data /m);
});

test('the kernel imports its memory and nothing else: no way into JavaScript', () => {
  const imports = [...text.matchAll(/\(import "([^"]*)" "([^"]*)"/g)].map(
    ([, module, name]) => `${module}.${name}`,
  );
  expect(imports).toEqual(['env.memory']);
});

test('the embedded kernel is the one that was checked', async () => {
  const { kernelBytes } = (await import(
    new URL('../../dist/src/wasm/kernel-bytes.js', import.meta.url).href
  )) as typeof import('../../src/wasm/kernel-bytes.js');
  const file = readFileSync(new URL('../../dist/kernel/threadmap.wasm', import.meta.url));
  expect(Buffer.from(kernelBytes, 'base64').equals(file)).toBe(true);
});
