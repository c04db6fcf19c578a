import type { WaitSignal } from './wait-options.js';

// Waits that can be given up by a signal. Any number of them has one listener: Node warns of a leak
// from the eleventh on. It stays as long as a wait does.

interface Watched {
  readonly listener: () => void;
  readonly waits: Set<() => void>;
}

const watched = new WeakMap<WaitSignal, Watched>();

/** Calls `abort` when the signal is aborted, unless `unwatch` comes first. May throw what the signal throws. */
export function watch(signal: WaitSignal, abort: () => void): void {
  const there = watched.get(signal);
  if (there !== undefined) {
    there.waits.add(abort);
    return;
  }
  const waits = new Set([abort]);
  const listener = () => {
    for (const each of waits) each();
  };
  signal.addEventListener('abort', listener);
  watched.set(signal, { listener, waits });
}

/** The last wait of a signal takes the listener with it. */
export function unwatch(signal: WaitSignal, abort: () => void): void {
  const there = watched.get(signal);
  if (!there?.waits.delete(abort) || there.waits.size > 0) return;
  watched.delete(signal);
  signal.removeEventListener('abort', there.listener);
}
