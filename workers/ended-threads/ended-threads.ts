// Starts and ends threads by the thousand, in each of the shapes that servers have, and looks at what the
// map makes of them: node dist/workers/ended-threads/ended-threads.js [threads for each shape] [shape...]
// Exits with 1 when an attach fails, a thread is counted that has ended, or memory grows.

import { fork } from 'node:child_process';
import { SHAPES, type Shape, type ShapeReport } from './ended-threads-told.js';

const [given = '5000', ...names] = process.argv.slice(2);
const threads = Number(given);
const unknown = names.filter((name) => !SHAPES.includes(name as Shape));
if (!Number.isInteger(threads) || threads < 1 || unknown.length > 0) {
  console.error(`Usage: npm run test:ended -- [threads for each shape] [${SHAPES.join(' | ')}]...`);
  process.exit(1);
}

/** A shape has a process of its own, so that its memory is its own. */
function run(shape: Shape): Promise<ShapeReport | undefined> {
  return new Promise((resolve) => {
    let report: ShapeReport | undefined;
    const child = fork(new URL('./ended-threads-shape.js', import.meta.url), [shape, `${threads}`], {
      execArgv: [...process.execArgv, '--expose-gc'],
    });
    child.on('message', (message) => {
      report = message as ShapeReport;
    });
    child.on('exit', () => resolve(report));
  });
}

/** A process's own memory moves by some MiB between two collections; a slot that is lost costs 64 KiB each time. */
const LEEWAY = 48 * 2 ** 20;

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

for (const shape of names.length > 0 ? (names as Shape[]) : SHAPES) {
  const began = performance.now();
  const report = await run(shape);
  if (report === undefined) {
    console.error(`${shape}: its process has ended without a report`);
    process.exitCode = 1;
    continue;
  }
  const { started, attached, counted, alive, early, late, problems } = report;
  const wrong = [
    ...report.errors,
    ...problems,
    ...(attached < started ? [`${started - attached} of ${started} threads could not attach`] : []),
    ...(counted !== alive ? [`${counted} threads are counted, ${alive} run`] : []),
    ...(late > early + LEEWAY ? [`memory has grown from ${mib(early)} to ${mib(late)}`] : []),
  ];
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${shape}: ${started} threads in ${seconds} s, ${attached} attached, ${counted} counted of ${alive} that run, ` +
      `resident ${mib(early)} after a fifth, ${mib(late)} at the end, ${wrong.length} violations`,
  );
  for (const line of wrong.slice(0, 10)) console.error(`  ${line}`);
  if (wrong.length > 0) process.exitCode = 1;
}
