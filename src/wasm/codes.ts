// The numbers that an argument and an answer are told by, on both sides.

// Forms of an argument (word.ts in the kernel) and, up to STRUCTURED, kinds of a record.
export const NUMBER = 0;
export const LATIN1 = 1;
export const UTF16 = 2;
export const BIGINT = 3;
export const BYTES = 4;
export const STRUCTURED = 5;
export const SPECIAL = 6;
export const STAGED = 7;
export const LONG = 8;

// Results (status.ts in the kernel).
export const YES = 1;
export const NO = 0;
export const BUSY = -1;
export const FULL = -2;
export const NOT_NUMBER = -3;
export const CORRUPT = -4;
export const ENDED = -5;
export const CANDIDATE = -6;
export const REHASH = -7;
export const LOOK_FIRST = -8;

// The word at S_STATUS.
export const STATUS_ABSENT = 0;
export const STATUS_NUMBER = 1;
export const STATUS_SPECIAL = 2;
export const STATUS_BYTES = 16;
export const STATUS_LARGE = 32;
/** A record that was named, not copied: S_AUX, S_STAMP and S_EPOCH say which. */
export const STATUS_NAMED = 48;
export const STATUS_FAILED = 64;
