// Sequences that are drawn beforehand, as a file for a program: it goes through the very same indexes, whatever its language makes of
// powers.

import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { endianness, tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawList, type SequencePlan } from './sequence.js';

export interface Draws {
  readonly file: string;
  remove(): void;
}

/** All threads' int32s, little-endian, one thread after the other; undefined where nothing is drawn beforehand. */
export function writeDraws(plan: SequencePlan): Draws | undefined {
  const lists = Array.from({ length: plan.threads }, (_, thread) => drawList(plan, thread));
  if (lists[0] === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'threadmap-draws-'));
  const file = join(folder, 'draws');
  for (const list of lists as Int32Array[]) appendFileSync(file, littleEndian(list));
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function littleEndian(list: Int32Array): Buffer {
  const bytes = Buffer.from(list.buffer, list.byteOffset, list.byteLength);
  return endianness() === 'LE' ? bytes : bytes.swap32();
}
