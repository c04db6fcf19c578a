// Cells that differ in subject and threads only: what a table or a plot shows together.

import type { KeyKind } from '../subjects/subject.js';
import type { Cell } from './results.js';

export interface CellGroup {
  readonly workload: string;
  readonly keys: KeyKind;
  readonly entries: number;
  /** Few threads first. */
  readonly cells: readonly Cell[];
}

export function groupsOf(cells: readonly Cell[]): CellGroup[] {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const name = [cell.workload, cell.keys, cell.entries].join('/');
    groups.set(name, [...(groups.get(name) ?? []), cell]);
  }
  return [...groups.values()].map((group) => {
    const [{ workload, keys, entries }] = group as [Cell];
    return { workload, keys, entries, cells: group.sort((a, b) => a.threads - b.threads) };
  });
}
