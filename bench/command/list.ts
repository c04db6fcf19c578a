import { whatIsMissing } from '../harness/needs.js';
import { subjects } from '../subjects/index.js';
import { workloads } from '../workloads/index.js';

/** Workloads and subjects in words, with what is missing. */
export async function listAll(): Promise<string> {
  const lines = ['Workloads'];
  for (const { name, title, source, keys, entries } of workloads)
    lines.push(
      `  ${name.padEnd(34)} ${title}`,
      `  ${''.padEnd(34)} ${keys.join(', ')}; ${entries.map((count) => count.toLocaleString('en-US')).join(' / ')} entries (${source})`,
    );
  lines.push('', 'Subjects');
  for (const subject of subjects) {
    const missing = await whatIsMissing(subject);
    lines.push(
      `  ${subject.name.padEnd(34)} ${subject.title}${missing === undefined ? '' : ` (${missing})`}`,
    );
    for (const note of subject.notes) lines.push(`  ${''.padEnd(34)} ${note}`);
  }
  return lines.join('\n');
}
