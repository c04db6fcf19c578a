/** A long word is cut to this many characters in print. */
const WIDEST_WORD = 40;

/** The `limit` most frequent words, most frequent first, words of equal count in code unit order. */
export function mostFrequent(counts: Iterable<[string, number]>, limit: number): [string, number][] {
  const top: [string, number][] = [];
  for (const entry of counts) {
    if (top.length === limit && !isBefore(entry, top[limit - 1])) continue;
    const at = top.findIndex((other) => isBefore(entry, other));
    top.splice(at < 0 ? top.length : at, 0, entry);
    top.length = Math.min(top.length, limit);
  }
  return top;
}

/** Counts in a column, the words beside them. */
export function formatWords(words: [string, number][]): string {
  const width = Math.max(0, ...words.map(([, count]) => formatNumber(count).length));
  return words.map(([word, count]) => `${formatNumber(count).padStart(width)}  ${shorten(word)}`).join('\n');
}

/** Lines of a name and what belongs to it. */
export function formatFacts(facts: Record<string, string>): string {
  const width = Math.max(...Object.keys(facts).map((name) => name.length));
  return Object.entries(facts)
    .map(([name, fact]) => `${name.padEnd(width)}  ${fact}`)
    .join('\n');
}

export function formatNumber(value: number): string {
  return value.toLocaleString('en-US');
}

function isBefore([word, count]: [string, number], [otherWord, otherCount]: [string, number]): boolean {
  return count === otherCount ? word < otherWord : count > otherCount;
}

function shorten(word: string): string {
  const characters = [...word.slice(0, 2 * WIDEST_WORD + 2)];
  return characters.length > WIDEST_WORD ? `${characters.slice(0, WIDEST_WORD).join('')}…` : word;
}
