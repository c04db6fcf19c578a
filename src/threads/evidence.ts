import { currentThreadId } from '../late-modules.js';
import { type Identity, isSame, systemIdentity, systemThread, toldIdentity, toldThread } from './identity.js';
import { livingTable } from './living.js';
import { hasEnded, NO_MARK, ownThread, type ProcessMark, processMark } from './system-table.js';

// Who is alive. The system's table comes first; where it cannot be read, what creators have told; where they
// have told nothing, nobody knows, and an unknown thread counts as one that runs.

/** Are these of one process, in one table? */
function isSameProcess(a: ProcessMark, b: ProcessMark): boolean {
  return a.every((part, i) => part === b[i]);
}

/** Who this thread is, for the slot that it takes in a map that was made in the process with this mark. */
export function ownIdentity(made: ProcessMark): Identity {
  const own = isSameProcess(made, NO_MARK) ? undefined : ownThread();
  const known = own === undefined ? undefined : systemIdentity(own);
  if (known !== undefined) return known;
  const table = livingTable();
  const threadId = currentThreadId();
  return toldIdentity(threadId, table?.has(threadId) ? table.number : 0);
}

export type Verdict = 'running' | 'ended' | 'unknown';

/**
 * One look around, not to be kept. The system's table is believed only as long as it shows what is known to
 * be so: this thread as it was when it attached, and the process in which the map was made. A process that
 * was frozen and thawed elsewhere has new start times; a table that a test has mocked shows nobody.
 */
export class Evidence {
  readonly #trusted: boolean;

  /** `attached`: this thread's identity in the map that is looked at. `made`: the process in which the map was made. */
  constructor(attached: Identity, made: ProcessMark) {
    const own = ownThread();
    const identity = own === undefined ? undefined : systemIdentity(own);
    this.#trusted =
      own !== undefined &&
      identity !== undefined &&
      isSame(identity, attached) &&
      isSameProcess(processMark(), made) &&
      hasEnded(own) === false;
  }

  of(identity: Identity): Verdict {
    const system = systemThread(identity);
    if (system !== undefined) {
      const ended = this.#trusted ? hasEnded(system) : undefined;
      return ended === undefined ? 'unknown' : ended ? 'ended' : 'running';
    }
    const told = toldThread(identity);
    const table = livingTable();
    if (told === undefined || table === undefined || told.table !== table.number) return 'unknown';
    return table.has(told.threadId) ? 'running' : 'ended';
  }
}
