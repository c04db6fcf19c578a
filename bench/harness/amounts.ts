// Numbers for people: the text table, the report and README write them alike.

export function formatNumber(value: number): string {
  return value.toLocaleString('en-US');
}

/** Three digits, or all before the point. */
export function formatAmount(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 4;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function formatTime(nanoseconds: number): string {
  if (nanoseconds >= 1e9) return `${formatAmount(nanoseconds / 1e9)} s`;
  if (nanoseconds >= 1e6) return `${formatAmount(nanoseconds / 1e6)} ms`;
  return nanoseconds >= 1e3 ? `${formatAmount(nanoseconds / 1e3)} µs` : `${Math.round(nanoseconds)} ns`;
}
