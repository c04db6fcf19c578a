import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Shape, ShapeReport } from '../../workers/ended-threads/ended-threads-told.js';

// More threads than there are slots, one after the other, in each of the shapes that servers have.

const program = new URL('../../dist/workers/ended-threads/ended-threads-shape.js', import.meta.url);
/** Makes the system's table of threads unreadable, as it is on macOS and Windows. */
const noTable = fileURLToPath(new URL('./fixtures/no-table.cjs', import.meta.url));
const THREADS = 264;

function run(shape: Shape, execArgv: string[] = []): Promise<ShapeReport | undefined> {
  return new Promise((resolve) => {
    let report: ShapeReport | undefined;
    const child = fork(program, [shape, `${THREADS}`], {
      execArgv,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (message) => {
      report = message as ShapeReport;
    });
    child.on('exit', () => resolve(report));
  });
}

const clean = { started: THREADS, attached: THREADS, counted: 1, alive: 1, errors: [], problems: [] };

describe.runIf(process.platform === 'linux')('where the system tells who runs', () => {
  test.each<Shape>(['one job', 'nested', 'no listeners', 'relayed'])('%s', async (shape) => {
    expect(await run(shape)).toMatchObject(clean);
  });
});

describe('where it does not, and the threads that start others have imported the library', () => {
  test.each<Shape>(['one job', 'nested', 'no listeners'])('%s', async (shape) => {
    expect(await run(shape, ['--require', noTable])).toMatchObject(clean);
  });
});

describe('where it does not, and the thread that starts others has not imported the library', () => {
  test('the slots of ended threads stay, and the error says so', async () => {
    expect(await run('relayed', ['--require', noTable])).toBeUndefined();
  });
});
