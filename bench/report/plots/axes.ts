// Logarithmic axes: where they begin and end, and what is written at them.

/** The powers of ten within; where there are fewer than two, their halves and fifths as well. */
export function decades([low, high]: readonly [number, number]): number[] {
  const powers = Array.from({ length: 31 }, (_, at) => 10 ** (at - 15));
  const within = (list: readonly number[]) => list.filter((value) => value >= low && value <= high);
  const whole = within(powers);
  return whole.length >= 3 ? whole : within(powers.flatMap((power) => [power, 2 * power, 5 * power]));
}

/** From below the least to above the greatest value, with room for the symbols. */
export function logDomain(values: readonly number[]): [number, number] {
  const positive = values.filter((value) => value > 0);
  return [Math.min(...positive) / 1.25, Math.max(...positive) * 1.25];
}

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
