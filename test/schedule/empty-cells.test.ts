import { expect, test } from 'vitest';
import { keysOf } from './key-finder.js';
import { StartingTable } from './starting-table.js';

// An empty cell keeps the words of its last entry. A look-up of that key must not find them, whatever the states around
// the cell: above all in a chain that was just split, where the child's empty cells say evacuatedX or evacuatedEmpty.

const CHILDREN = Array.from({ length: 16 }, (_, i) => 16 + i);

/** Pairs of keys with one tophash in one child chain: looking for the second stops at the first one's cell. */
function pairs(child: number): [number, number][] {
  const byTop = new Map<number, number>();
  const found: [number, number][] = [];
  for (const { key, top } of keysOf('real', 'number', 0, child, 5)) {
    const other = byTop.get(top);
    if (other !== undefined) found.push([other, key as number]);
    else byTop.set(top, key as number);
  }
  return found;
}

test.each(CHILDREN)('a deleted key stays absent when its chain is split: child %i', (child) => {
  const found = pairs(child);
  expect(found.length).toBeGreaterThan(5);
  for (const [first, gone] of found) {
    for (const order of ['below', 'above']) {
      const start = new StartingTable('real', 20);
      const kernel = start.table.inspector;
      if (order === 'below') start.set(gone, 'v');
      start.set(first, 'a');
      if (order === 'above') start.set(gone, 'v');
      // An entry above keeps the empty cell from becoming emptyRest.
      start.set(
        keysOf('real', 'number', 0, child, 5).find(({ key }) => key !== first && key !== gone)?.key as number,
        'z',
      );
      start.delete(gone);
      start.grow(child - 16);
      for (let i = 0, key = start.key((child - 15) % 16); (kernel.work?.() as number) !== 0; i++)
        start.set(key, i);
      expect(StartingTable.read(start.table, gone), `${gone} beside ${first}`).toBeUndefined();
      expect(kernel.has?.(0, 0, gone)).toBe(0);
      expect(kernel.remove?.(0, 0, gone)).toBe(0);
      expect(kernel.count?.()).toBe(start.contents.size);
    }
  }
});
