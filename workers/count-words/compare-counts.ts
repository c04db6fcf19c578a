import type { SharedMap } from 'threadmap';

/** The first thing that differs between the two, looked for in both directions; undefined if they are equal. */
export function firstDifference(
  counts: SharedMap<string, number>,
  expected: Map<string, number>,
): string | undefined {
  if (counts.size !== expected.size)
    return `the SharedMap holds ${counts.size} words, the Map ${expected.size}`;
  for (const [word, count] of expected) {
    const found = counts.get(word);
    if (found !== count)
      return `get(${JSON.stringify(word)}) is ${found} in the SharedMap, ${count} in the Map`;
  }
  let entries = 0;
  for (const [word, count] of counts) {
    entries++;
    if (expected.get(word) !== count) {
      return `the SharedMap lists ${JSON.stringify(word)} ${count} times, the Map has ${expected.get(word)}`;
    }
  }
  if (entries !== expected.size)
    return `the SharedMap lists ${entries} words, the Map holds ${expected.size}`;
  return undefined;
}
