/** What parts words. To match the words themselves would take a stack as deep as the longest is long. */
const PARTING = /[^\p{L}\p{Nd}]/u;

/** Bytes decoded at a time: a text may be larger than the largest string. */
const PIECE = 4 * 1024 * 1024;

/** The words of a UTF-8 text: its runs of Unicode letters and digits, in lower case. */
export function* wordsOf(text: Buffer): Generator<string> {
  for (const piece of piecesOf(text)) {
    for (const word of piece.split(PARTING)) {
      if (word !== '') yield word.toLowerCase();
    }
  }
}

/** A text in strings of about PIECE, cut where no word and no character goes on. */
function* piecesOf(text: Buffer): Generator<string> {
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = Math.min(start + PIECE, text.length);
    while (end < text.length && !isAsciiSeparator(text[end])) end++;
    yield text.toString('utf8', start, end);
  }
}

function isAsciiSeparator(byte: number): boolean {
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return byte < 0x80 && !isDigit && !isLetter;
}
