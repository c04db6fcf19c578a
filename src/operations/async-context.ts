// The async context of a caller, for a function of his that runs later. What AsyncLocalStorage
// tells it is then what it told the caller, and not whom another wait of this thread belongs to.

import process from 'node:process';

/** Of node:async_hooks, what is needed here; runtimes without it have no contexts either. */
interface AsyncHooks {
  readonly AsyncLocalStorage?: {
    snapshot?(): <T>(run: () => T) => T;
  };
}

const hooks = process.getBuiltinModule?.('node:async_hooks') as AsyncHooks | undefined;

/** `run`, to be called in the context of now. */
export function inThisContext(run: () => void): () => void {
  const enter = hooks?.AsyncLocalStorage?.snapshot?.();
  return enter === undefined ? run : () => enter(run);
}
