import { availableParallelism, cpus, totalmem, type } from 'node:os';

/** What the figures were measured on, in one line. */
export function describeMachine(): string {
  const { node, v8 } = process.versions;
  const memory = Math.round(totalmem() / 2 ** 30);
  const cores = availableParallelism();
  return (
    `${cpus()[0]?.model.trim() ?? process.arch}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ` +
    `${memory} GiB, ${type()} ${process.arch}, Node ${node}, V8 ${v8}`
  );
}
