import type { Argument } from '../codec/argument.js';
import { CANDIDATE, LONG, REHASH, STATUS_FAILED, STATUS_LARGE, YES } from '../wasm/codes.js';
import type { Kernel } from '../wasm/kernel.js';
import { S_LENGTH, S_STATUS } from '../wasm/scratch.js';

// Looking up a key that is longer than the scratch, without taking memory of the map for it (src/kernel/long-key.ts).

function announce(kernel: Kernel, form: number, bytes: Uint8Array): void {
  const { exports, key } = kernel;
  const step = key.room & ~7;
  exports.longStart(form, bytes.length);
  for (let done = 0; done < bytes.length; done += step) {
    const part = bytes.subarray(done, done + step);
    key.bytes.set(part);
    exports.longPart(part.length, done + step >= bytes.length ? 1 : 0);
  }
}

/** Is the record that the kernel stopped at the key? undefined: it has changed, search again. */
function compare(kernel: Kernel, bytes: Uint8Array): boolean | undefined {
  if (kernel.exports.showCandidate() !== YES) return undefined;
  const { status, value } = kernel;
  const theirs =
    (status[S_STATUS] as number) >= STATUS_LARGE
      ? kernel.readLarge()
      : value.bytes.subarray(0, status[S_LENGTH] as number);
  return theirs === undefined ? undefined : Buffer.compare(theirs, bytes) === 0;
}

/** Calls an operation of the kernel with a long key until it has found it or knows that it is absent. */
export function withLongKey(kernel: Kernel, argument: Argument, call: (form: number) => number): number {
  const { form, bytes } = argument.long;
  announce(kernel, form, bytes);
  for (;;) {
    const r = call(LONG);
    if (r === REHASH) announce(kernel, form, bytes);
    else if (r !== CANDIDATE) return r;
    else {
      const same = compare(kernel, bytes);
      if (same !== undefined) kernel.exports.judgeCandidate(same ? 1 : 0);
    }
  }
}

/** The result of a call that returns a number, as a code: negative where it failed. */
export function codeOf(kernel: Kernel, found: number): number {
  const status = kernel.status[S_STATUS] as number;
  return Number.isNaN(found) && status >= STATUS_FAILED ? STATUS_FAILED - status : YES;
}
