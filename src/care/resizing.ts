import { corrupt, describe, sharedMapError } from '../errors.js';
import { BUSY, FULL, YES } from '../wasm/codes.js';
import type { Kernel } from '../wasm/kernel.js';

/** Makes the table the smallest that holds what is there. Where memory for it is missing, it goes as far as it gets. */
export function shrink(kernel: Kernel): void {
  while (kernel.exports.shrink() === BUSY) kernel.park();
  kernel.unparked();
}

/** Makes room for so many entries at once. Throws ERR_SHARED_MAP_OPTION, _FULL. */
export function reserve(kernel: Kernel, entries: unknown): void {
  if (!Number.isSafeInteger(entries) || (entries as number) < 0) {
    throw sharedMapError(
      'ERR_SHARED_MAP_OPTION',
      `reserve takes a number of entries, 0 or more, not ${describe(entries)}`,
    );
  }
  let r = kernel.exports.reserve(entries as number);
  while (kernel.repeats(r)) r = kernel.exports.reserve(entries as number);
  if (r === FULL) {
    throw sharedMapError(
      'ERR_SHARED_MAP_FULL',
      `a table for ${entries} entries does not fit: make the map with a larger maxBytes`,
    );
  }
  if (r !== YES) throw corrupt(`the kernel answered ${r}`);
}
