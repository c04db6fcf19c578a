/** Longest sleep between two looks at what another thread is doing, ms. */
export const NAP = 10;

const words = new Int32Array(new SharedArrayBuffer(4));

/** Sleeps for a moment, where this thread may: not a browser's main thread. */
export function nap(): void {
  try {
    Atomics.wait(words, 0, 0, NAP);
  } catch {}
}
