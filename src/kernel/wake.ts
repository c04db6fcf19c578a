// Wake words: what sleeps until a key changes (wait.ts) sleeps on one of 16, chosen by the low hash bits, as the count
// stripes are. A chain's low four bits are those of all its keys, and stay whatever B is; a clear changes the hash of
// every key, so it steps all of them.
//
// Access: stepped by an add, by the holder of a chain after the exchange that has shown it the mark of who waits, and by a
// clear after its CAS of the root, each with no kill point up to the notify; loaded by who is about to wait. 64 bits: a
// word that has come round to where it was would be a wake-up lost.
import { add64, load64, wake } from './atomics';
import { CONTROL, STRIPE_SIZE, STRIPES, WAKES } from './layout';

/** Its share in an address: BUCKET_SIZE is 8 * 19, and 11 * 19 is 1 more than a multiple of 16. A division could trap. */
const PER_BUCKET: usize = 11;

// @ts-ignore: decorator
@inline function step(at: usize): void {
  add64(at, 1, WAKES);
  wake(at + WAKES);
}

/** After an unlock that has shown the mark: writers that sleep on the control word, and who waits for a key of the chain. */
// @ts-ignore: decorator
@inline export function wakeChain(root: usize): void {
  wake(root + CONTROL);
  step((((root >> 3) * PER_BUCKET) & (STRIPES - 1)) * STRIPE_SIZE);
}

/** Written out: in a loop the thread could be stopped. */
// @ts-ignore: decorator
@inline export function wakeAll(): void {
  step(0 * STRIPE_SIZE); step(1 * STRIPE_SIZE); step(2 * STRIPE_SIZE); step(3 * STRIPE_SIZE);
  step(4 * STRIPE_SIZE); step(5 * STRIPE_SIZE); step(6 * STRIPE_SIZE); step(7 * STRIPE_SIZE);
  step(8 * STRIPE_SIZE); step(9 * STRIPE_SIZE); step(10 * STRIPE_SIZE); step(11 * STRIPE_SIZE);
  step(12 * STRIPE_SIZE); step(13 * STRIPE_SIZE); step(14 * STRIPE_SIZE); step(15 * STRIPE_SIZE);
}

/** The stripe of a key, by its hash. */
// @ts-ignore: decorator
@inline export function wakeStripe(hash: u64): u32 { return <u32>hash & (STRIPES - 1); }

// @ts-ignore: decorator
@inline export function loadWake(stripe: u32): u64 { return load64(<usize>stripe * STRIPE_SIZE, WAKES); }
