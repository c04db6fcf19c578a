/** A whole number of 32 bits with a sign. -0 counts as 0. */
export function isInt32(value: unknown): value is number {
  return typeof value === 'number' && (value | 0) === value;
}
