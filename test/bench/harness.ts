// The built harness, as users import it: its workers load built files.

export const root = new URL('../..', import.meta.url);

/** The address is no literal: dist may not be there yet. */
const built = (file: string): string => new URL(`dist/bench/${file}.js`, root).href;

export const threadmapBench = (await import(built('index'))) as typeof import('../../bench/index.js');
export const commandFile = new URL('dist/bench/command/main.js', root);

/** Short repetitions: what they measure means nothing. */
export const tiny = {
  ...{ threads: [2], seconds: 0.03, repeat: 2, latency: false, limits: false, quick: true },
} as const;
