// One turn of a thread that waits for a locked chain. Patience is a number of turns, and not a
// time: while the process or its machine stands still, a clock goes on and nobody has a turn.

/** Longest sleep of a turn, ms: a bound on how late a thread looks again if nobody wakes it. */
export const NAP = 10;

/** Looks of a turn in a thread that may not sleep: some 10 ms, at 5 ns each. */
const LOOKS = 2 ** 21;

/**
 * Sleeps until somebody wakes this thread, NAP ms at most. True: the word was `seen` all the time.
 * However long it took, it is one turn. The main thread of a browser may not sleep: it looks.
 */
export function spendTurn(words: Int32Array, index: number, seen: number): boolean {
  try {
    return Atomics.wait(words, index, seen, NAP) === 'timed-out';
  } catch {
    for (let i = 0; i < LOOKS; i++) if (Atomics.load(words, index) !== seen) return false;
    return true;
  }
}

let still: Int32Array | undefined;

/** Sleeps a turn, for what another thread is doing and will not tell. */
export function nap(): void {
  still ??= new Int32Array(new SharedArrayBuffer(4)); // not at import: a startup snapshot cannot hold it
  spendTurn(still, 0, 0);
}
