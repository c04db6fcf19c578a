/** Nanoseconds since `epoch`, by the one monotonic clock of all threads: small enough for a number to be exact. */
export function clockSince(epoch: bigint): () => number {
  return () => Number(process.hrtime.bigint() - epoch);
}
