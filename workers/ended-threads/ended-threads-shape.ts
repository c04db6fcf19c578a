// One shape of ended-threads.ts, in a process of its own. The library is imported where the shape has it.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { EndedThreadData, MapReport, Shape, ShapeReport } from './ended-threads-told.js';

const [shape, count] = process.argv.slice(2) as [Shape, string];
const threads = Number(count);
/** Threads at once: enough to keep the processors busy while others start. */
const AT_ONCE = 4;

const errors: string[] = [];

function start(data: EndedThreadData): Worker {
  const worker = new Worker(new URL('./ended-threads-thread.js', import.meta.url), { workerData: data });
  worker.on('error', (error) => errors.push(`${(error as { code?: string }).code}: ${error.message}`));
  return worker;
}

interface Shared {
  readonly handle: unknown;
  report(): Promise<MapReport>;
}

async function makeHere(): Promise<Shared> {
  const { SharedMap } = await import('threadmap');
  // Only the handle is kept: the map is garbage at once.
  const { handle } = new SharedMap<string, number>({ key: 'string', value: 'number' });
  return {
    handle,
    async report() {
      const map = SharedMap.attach(handle);
      return { attached: map.get('attached') ?? 0, counted: map.stats().threads, problems: map.check() };
    },
  };
}

async function makeElsewhere(): Promise<Shared> {
  const maker = start({ role: 'make the map' });
  const [handle] = (await once(maker, 'message')) as [unknown];
  return {
    handle,
    async report() {
      maker.postMessage('report');
      const [report] = (await once(maker, 'message')) as [MapReport];
      return report;
    },
  };
}

/** One thread, or two of them, from its start to its end. Returns how many. */
async function live(handle: unknown): Promise<number> {
  if (shape === 'one job') {
    await once(start({ role: 'write and end', handle }), 'exit');
    return 1;
  }
  const worker = start({ role: shape === 'nested' ? 'start another' : 'write and stay', handle });
  await Promise.race([once(worker, 'message'), once(worker, 'exit')]);
  if (shape === 'no listeners') worker.removeAllListeners();
  await worker.terminate();
  return shape === 'nested' ? 2 : 1;
}

/** What is resident when garbage is not. */
function resident(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

const shared = await (shape === 'relayed' ? makeElsewhere() : makeHere());
let started = 0;
let early = 0;

async function goOn(): Promise<void> {
  while (started < threads && errors.length === 0) {
    started += shape === 'nested' ? 2 : 1;
    await live(shared.handle);
    if (early === 0 && started >= threads / 5) early = resident();
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, goOn));
const late = resident();
const report: ShapeReport = { ...(await shared.report()), started, alive: 1, early, late, errors };
process.send?.(report, () => process.exit());
