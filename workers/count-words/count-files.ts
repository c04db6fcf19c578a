import { readText } from './text-files.js';
import { wordsOf } from './words.js';

/** What was met on the way through some files. */
export interface Tally {
  texts: number;
  words: number;
  unreadable: string[];
}

export function emptyTally(): Tally {
  return { texts: 0, words: 0, unreadable: [] };
}

/** Gives every occurrence of every word of these files to `count`; what is no text is passed over. */
export function countFiles(paths: string[], count: (word: string) => void): Tally {
  const tally = emptyTally();
  for (const path of paths) {
    const text = textOrUndefined(path, tally);
    if (text === undefined) continue;
    tally.texts++;
    for (const word of wordsOf(text)) {
      count(word);
      tally.words++;
    }
  }
  return tally;
}

/** Adds what `part` met to `total`. */
export function addTally(total: Tally, part: Tally): void {
  total.texts += part.texts;
  total.words += part.words;
  total.unreadable.push(...part.unreadable);
}

function textOrUndefined(path: string, tally: Tally): Buffer | undefined {
  try {
    return readText(path);
  } catch {
    tally.unreadable.push(path);
    return undefined;
  }
}
