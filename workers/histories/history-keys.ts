/** Characters of a key that the scratch has no room for. */
const LONG = 9000;

/** The i-th key of a history: numbers, inline and recorded strings of both forms, bigints of both forms, now and then a long one. */
export function historyKey(i: number, salt: number): unknown {
  switch ((i + salt) % 7) {
    case 0:
      return salt * 100 + i;
    case 1:
      return `k${i}`;
    case 2:
      return `the key of a record ${i}`;
    case 3:
      return BigInt(salt * 100 + i);
    case 4:
      return (1n << 70n) + BigInt(i);
    case 5:
      return salt % 4 === 0 ? 'K'.repeat(LONG) + i : `K${i}.${salt}`;
    default:
      return `Ж${i}`;
  }
}
