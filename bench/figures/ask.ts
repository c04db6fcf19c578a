import { fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import type { Reply } from './answer.js';

export interface Asked {
  /** The module that a new process runs, which calls `answerOnce`. */
  readonly module: URL;
  /** What is measured, for messages. */
  readonly name: string;
  readonly question: Serializable;
  /** Ends the process; the promise rejects. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes one measurement in a new process, so that nothing that V8 has learned or allocated in
 * another one shows in it. Rejects with the measurement's error, with the signal's reason, or when
 * the process ends without an answer.
 */
export async function ask({ module, name, question, signal }: Asked): Promise<unknown> {
  signal?.throwIfAborted();
  const child = fork(module, { execArgv: ['--expose-gc'] });
  const end = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', end);
  let reply: Reply | undefined;
  child.once('message', (message) => {
    reply = message as Reply;
  });
  try {
    child.send(question);
    const [code, ended] = await once(child, 'exit');
    signal?.throwIfAborted();
    if (reply === undefined)
      throw new Error(`${name}: the process ended without an answer (${ended ?? code})`);
    if ('error' in reply) throw new Error(`${name}: ${reply.error}`);
    return reply.figures;
  } finally {
    signal?.removeEventListener('abort', end);
  }
}
