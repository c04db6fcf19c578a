/**
 * What `make` returns. No stack is recorded meanwhile: recording one takes kilobytes, and showing it
 * runs Error.prepareStackTrace of the program. Where the program has fixed Error.stackTraceLimit, it
 * is recorded.
 */
export function stackless<T>(make: () => T): T {
  const limit = Reflect.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
  if (limit?.writable !== true) return make();
  // No number: V8 records none at all, where 0 leaves one line.
  const holder = Error as { stackTraceLimit: unknown };
  holder.stackTraceLimit = undefined;
  try {
    return make();
  } finally {
    holder.stackTraceLimit = limit.value as unknown;
  }
}
