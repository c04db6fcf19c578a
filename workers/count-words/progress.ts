import cliProgress from 'cli-progress';

/** Runs `work` under a progress bar of `total` steps; where stderr is no terminal there is no bar. */
export async function withProgress<T>(
  label: string,
  total: number,
  work: (advance: (steps: number) => void) => T | Promise<T>,
): Promise<T> {
  const bar = new cliProgress.SingleBar({
    format: `${label} [{bar}] {percentage} %, {duration_formatted}`,
    clearOnComplete: true,
    // Ctrl+C ends the job as it would without a bar.
    gracefulExit: false,
  });
  bar.start(total, 0);
  try {
    return await work((steps) => bar.increment(steps));
  } finally {
    bar.stop();
  }
}
