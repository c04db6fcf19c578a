/**
 * The number of this thread, unique in the process. Asked of node:worker_threads at the time of need: Node 20 and 22 can
 * start no Worker in a process from a startup snapshot for whose building that module was loaded.
 */
export function currentThreadId(): number {
  return process.getBuiltinModule('node:worker_threads').threadId;
}
