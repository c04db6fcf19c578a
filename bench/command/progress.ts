import { harnessPackage } from '../harness/needs.js';
import type { Progress } from '../harness/options.js';

/** The part of cli-progress that is used. */
interface Bar {
  start(total: number, done: number, payload: object): void;
  update(done: number, payload: object): void;
  setTotal(total: number): void;
  stop(): void;
}
interface CliProgress {
  readonly SingleBar: new (options: object) => Bar;
}

export interface Shown {
  tell(progress: Progress): void;
  stop(): void;
}

const FORMAT = '[{bar}] {percentage} %, {duration_formatted}, {doing}';
/** Where there is no bar, a line so often, ms. */
const EVERY = 10_000;

/** A bar on a terminal; a line now and then where stderr is none or cli-progress is not installed. */
export async function showProgress(): Promise<Shown> {
  const bar = process.stderr.isTTY ? await openBar() : undefined;
  if (bar === undefined) return plainProgress();
  let isStarted = false;
  return {
    tell({ done, total, doing }) {
      if (!isStarted) bar.start(total, done, { doing });
      isStarted = true;
      bar.update(done, { doing });
    },
    stop: () => bar.stop(),
  };
}

async function openBar(): Promise<Bar | undefined> {
  try {
    const cliProgress = await harnessPackage<CliProgress>('cli-progress');
    // Ctrl-C is the command's to handle.
    return new cliProgress.SingleBar({ format: FORMAT, clearOnComplete: true, gracefulExit: false });
  } catch {
    return undefined;
  }
}

function plainProgress(): Shown {
  let next = Date.now() + EVERY;
  return {
    tell({ done, total, doing }) {
      if (Date.now() < next) return;
      next = Date.now() + EVERY;
      console.error(`${done} of ${total}: ${doing}`);
    },
    stop() {},
  };
}
