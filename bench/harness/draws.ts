// Sequences that are drawn beforehand, as a file for a program: it goes through the very same indexes, whatever its language makes of
// powers.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawList, type SequencePlan } from './sequence.js';

export interface Draws {
  readonly file: string;
  remove(): void;
}

/** All threads' int32s, little-endian, one thread after the other; undefined where nothing is drawn beforehand. */
export function writeDraws(plan: SequencePlan): Draws | undefined {
  const first = drawList(plan, 0);
  if (first === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'threadmap-draws-'));
  const file = join(folder, 'draws');
  const bytes = new DataView(new ArrayBuffer(plan.threads * first.byteLength));
  for (let thread = 0; thread < plan.threads; thread++) {
    const list = drawList(plan, thread) as Int32Array;
    for (const [at, index] of list.entries()) bytes.setInt32(thread * first.byteLength + at * 4, index, true);
  }
  writeFileSync(file, bytes);
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
