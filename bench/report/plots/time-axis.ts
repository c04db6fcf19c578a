/** An axis of nanoseconds over powers of ten, told in the unit that fits. */
export function timeAxis([low, high]: readonly [number, number]): object {
  const powers = Array.from({ length: 14 }, (_, power) => 10 ** power);
  return {
    values: powers.filter((value) => value >= low && value <= high),
    labelExpr:
      "datum.value >= 1e9 ? datum.value / 1e9 + ' s' : datum.value >= 1e6 ? datum.value / 1e6 + ' ms' : " +
      "datum.value >= 1e3 ? datum.value / 1e3 + ' µs' : datum.value + ' ns'",
  };
}
