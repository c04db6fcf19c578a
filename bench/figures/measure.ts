import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Measurements, Reply, Request } from './child.js';

type Options<N extends keyof Measurements> = Parameters<Measurements[N]>[0];
type Figures<N extends keyof Measurements> = Awaited<ReturnType<Measurements[N]>>;

/** Takes one measurement in a new process, so that nothing V8 has learned or allocated in another one shows in it. */
export async function measure<N extends keyof Measurements>(
  name: N,
  options: Options<N>,
): Promise<Figures<N>> {
  const child = fork(new URL('./child.js', import.meta.url), { execArgv: ['--expose-gc'] });
  let reply: Reply | undefined;
  child.once('message', (message) => {
    reply = message as Reply;
  });
  child.send({ name, options } satisfies Request);
  const [code, signal] = await once(child, 'exit');
  if (reply === undefined)
    throw new Error(`${name}: the process ended without an answer (${signal ?? code})`);
  if ('error' in reply) throw new Error(`${name}: ${reply.error}`);
  return reply.figures as Figures<N>;
}
