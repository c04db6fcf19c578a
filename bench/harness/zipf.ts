// Zipf's law: rank r is drawn in proportion to 1 / (r + 1)^theta. Below 1 the method is Gray's (SIGMOD 1994), which YCSB uses.

/** What YCSB's scrambled generator draws from, whatever the number of records, and its zeta for theta 0.99. */
const YCSB_ITEMS = 1e10;
const YCSB_THETA = 0.99;
const YCSB_ZETA = 26.46902820178302;

/** The sum of 1 / r^theta for r from 1 to `n`. */
export function zeta(n: number, theta: number): number {
  let sum = 0;
  for (let rank = 1; rank <= n; rank++) sum += rank ** -theta;
  return sum;
}

/** Draws ranks from 0 to `n` - 1. */
export function zipfRanks(
  n: number,
  theta: number,
  random: () => number,
  sum = theta < 1 ? zeta(n, theta) : 0,
): () => number {
  return theta < 1 ? byFormula(n, theta, random, sum) : byTable(n, theta, random);
}

/** Gray's formula: exact for the first two ranks, close for the others, and needs no table. It is for theta below 1. */
function byFormula(n: number, theta: number, random: () => number, sum: number): () => number {
  const alpha = 1 / (1 - theta);
  const two = 1 + 0.5 ** theta;
  const eta = (1 - (2 / n) ** (1 - theta)) / (1 - two / sum);
  return () => {
    const u = random();
    const at = u * sum;
    if (at < 1) return 0;
    if (at < two) return Math.min(1, n - 1);
    return Math.min(n - 1, Math.floor(n * (eta * u - eta + 1) ** alpha));
  };
}

/** By the sums of the law itself: eight bytes for each rank. */
function byTable(n: number, theta: number, random: () => number): () => number {
  const sums = new Float64Array(n);
  let sum = 0;
  for (let rank = 0; rank < n; rank++) {
    sum += (rank + 1) ** -theta;
    sums[rank] = sum;
  }
  return () => {
    const at = random() * sum;
    let low = 0;
    let high = n - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] as number) > at) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** Draws indexes below `n` as YCSB does: ranks of ten billion items, scattered by FNV, so that hot keys are not neighbours. */
export function scrambledZipf(n: number, theta: number, random: () => number): () => number {
  const ranks =
    theta === YCSB_THETA ? zipfRanks(YCSB_ITEMS, theta, random, YCSB_ZETA) : zipfRanks(n, theta, random);
  return () => fnvBelow(ranks(), n);
}

/** FNV-1a of the eight bytes of a whole number, as a signed 64-bit number without its sign, modulo `n` (below 2^27). */
export function fnvBelow(value: number, n: number): number {
  let low = 0x84222325;
  let high = 0xcbf29ce4;
  let rest = value;
  for (let octet = 0; octet < 8; octet++) {
    low = (low ^ (rest % 256)) >>> 0;
    rest = Math.floor(rest / 256);
    // Times the prime 2^40 + 0x1b3, in halves.
    const product = low * 0x1b3;
    high = (high * 0x1b3 + Math.floor(product / 0x100000000) + low * 256) % 0x100000000;
    low = product % 0x100000000;
  }
  if (high >= 0x80000000) {
    low = (0x100000000 - low) % 0x100000000;
    high = (0x100000000 - high - (low === 0 ? 0 : 1)) % 0x100000000;
  }
  const upper = ((high % n) * 0x10000 + Math.floor(low / 0x10000)) % n;
  return (upper * 0x10000 + (low % 0x10000)) % n;
}
