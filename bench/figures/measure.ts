import { ask } from './ask.js';
import type { Measurements, Request } from './child.js';

type Options<N extends keyof Measurements> = Parameters<Measurements[N]>[0];
type Figures<N extends keyof Measurements> = Awaited<ReturnType<Measurements[N]>>;

/** Takes one measurement of `child.ts` in a new process. */
export async function measure<N extends keyof Measurements>(
  name: N,
  options: Options<N>,
): Promise<Figures<N>> {
  const module = new URL('./child.js', import.meta.url);
  const question = { name, options } satisfies Request;
  return (await ask({ module, name, question })) as Figures<N>;
}
