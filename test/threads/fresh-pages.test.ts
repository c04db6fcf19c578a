import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FreshPages, KeyKind } from '../../workers/fresh-pages/fresh-pages-told.js';

// A page that nobody has used is written before it is read, so that it costs one fault and not two:
// a read maps the system's page of zeros, and the write that follows replaces it.

const program = new URL('../../dist/workers/fresh-pages/fresh-pages.js', import.meta.url);

/** Faults for each page; the rest is the engine's own. With look-ups that read first it was 1.7 to 1.9. */
const MOST_FAULTS = 1.1;
/** Of the system, in bytes. */
const PAGE = 4096;
/** A million entries take 10,000 pages; where pages are few, the engine's own would be most. */
const FEWEST_PAGES = 9000;

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** Why faults cannot be counted by the page here; '' if they can. */
function obstacle(): string {
  if (process.platform !== 'linux') return 'the system does not count pages as Linux does';
  // The engine asks for no huge pages. Where they come unasked, one fault is 512 pages.
  if (textOf('/sys/kernel/mm/transparent_hugepage/enabled').includes('[always]'))
    return 'the system makes huge pages of its own accord';
  const size = /^KernelPageSize: +(\d+) kB$/m.exec(textOf('/proc/self/smaps'));
  return size !== null && Number(size[1]) * 1024 !== PAGE ? 'pages are larger than 4096 bytes' : '';
}

function run(kind: KeyKind, threads: number): Promise<FreshPages> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [kind, `${threads}`], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    let report: FreshPages | undefined;
    child.on('message', (message) => {
      report = message as FreshPages;
    });
    child.on('exit', (code) => {
      if (report === undefined) reject(new Error(`ended with ${code} and no report`));
      else resolve(report);
    });
  });
}

const reason = obstacle();

describe.skipIf(reason !== '')(`a map that grows from empty${reason && ` (not run: ${reason})`}`, () => {
  for (const kind of ['number', 'string'] as const) {
    for (const [threads, name] of [
      [1, 'one thread'],
      [2, 'two threads'],
    ] as const) {
      test(`takes one fault for each page: ${kind} keys, ${name}`, async () => {
        const { faults, bytes, size, problems } = await run(kind, threads);
        expect(problems).toEqual([]);
        expect(size).toBe(1_000_000);
        expect(bytes / PAGE).toBeGreaterThan(FEWEST_PAGES);
        expect(faults / (bytes / PAGE)).toBeLessThanOrEqual(MOST_FAULTS);
      });
    }
  }
});
