import { expect, test } from 'vitest';
import { bite } from './mutant.js';
import { protections } from './protections/index.js';

// Each protection of the kernel is taken away, alone, and a named test must fail on what is left.

test('no protection is named twice', () => {
  const names = protections.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

// One test each, by hand: a title made from a table is cut after 40 characters, and `-t` would not find it.
for (const protection of protections) {
  test.concurrent(protection.name, async () => {
    const { failed } = await bite(protection);
    expect(failed).not.toEqual([]);
  });
}
