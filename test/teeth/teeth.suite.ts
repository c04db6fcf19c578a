import { expect, test } from 'vitest';
import { bite } from './mutant.js';
import { protections } from './protections/index.js';

// Each protection of the kernel is taken away, alone, and a named test must fail on what is left.

test('no protection is named twice', () => {
  const names = protections.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test.concurrent.each(protections)('$name', async (protection) => {
  const { failed } = await bite(protection);
  expect(failed).not.toEqual([]);
});
