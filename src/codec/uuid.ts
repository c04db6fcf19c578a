// UUIDs: 16 bytes for the text of 8-4-4-4-12 hexadecimal digits. Any case goes in, the canonical lower case comes out.

const LENGTH = 36;
export const UUID_BYTES = 16;

/** Where the two digits of each byte stand. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;

/** The value of a digit by its code unit; 255 for what is none. */
const digits = new Uint8Array(128).fill(255);
for (let i = 0; i < 16; i++) {
  const digit = i.toString(16);
  digits[digit.charCodeAt(0)] = i;
  digits[digit.toUpperCase().charCodeAt(0)] = i;
}

/** The texts of all bytes. */
const texts = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const DASH = 0x2d;

function hasDashes(text: string): boolean {
  return (
    text.charCodeAt(8) === DASH &&
    text.charCodeAt(13) === DASH &&
    text.charCodeAt(18) === DASH &&
    text.charCodeAt(23) === DASH
  );
}

/** The bytes of a UUID's text; undefined when it is none. */
export function uuidBytes(text: string): Uint8Array | undefined {
  if (text.length !== LENGTH || !hasDashes(text)) return undefined;
  const bytes = new Uint8Array(UUID_BYTES);
  for (let i = 0; i < UUID_BYTES; i++) {
    const place = PLACES[i] as number;
    // Beyond the table is undefined: no digit.
    const high = digits[text.charCodeAt(place)] ?? 255;
    const low = digits[text.charCodeAt(place + 1)] ?? 255;
    if ((high | low) > 15) return undefined;
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}

/** The text of the 16 bytes at the begin of a buffer. */
export function bytesUuid(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < UUID_BYTES; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-';
    text += texts[bytes[i] as number];
  }
  return text;
}
