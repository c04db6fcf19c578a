// Waiting for a key: ask to be woken, look, sleep. The order makes a lost wake-up impossible.
//
//   1. load the wake word of the key's stripe, then the root again
//   2. mark the chain that answers for the key, by a CAS from exactly the control word that was routed
//   3. look (an ordinary get)
//   4. sleep while the wake word is what it was
//
// Whoever changes the key after the look does it in the marked chain, or in one to which the key has passed since, out of
// the marked one. Either way the marked chain was unlocked after the mark, by an exchange that has seen it; so the wake
// word was stepped after it was loaded, and nobody sleeps on it. A clear gives the key another chain without touching
// this one: it steps every wake word after its CAS of the root. If that came before the root was loaded again, the
// hash is of the generation before and everything begins again; if after, the step came after the wake word was loaded.
//
// The end of a key is waited for in the same way. A delete is a change in the marked chain, or in
// one to which the key has passed out of it. A clear that comes before the look leaves nothing to
// find under the root that the look loads; one that comes after it steps the wake word after step 1
// has loaded it. Its CAS and its steps have no kill point in between.
//
// What is left behind by who dies, or does not wait any more, is the mark: one wake-up for nobody.
import { cas64 } from './atomics';
import { WAITERS } from './bucket';
import { loadRoot } from './header';
import { hashKey, keyHash, keyIsStale, prepareKey } from './key';
import { CONTROL, S_WAKE } from './layout';
import { ASTRAY, route, routeControl, routeHead } from './route';
import { CORRUPT, LOST, REHASH } from './status';
import { ensureSeed, retry, scratch } from './thread';
import { loadWake, wakeStripe } from './wake';

/**
 * Steps 1 and 2. The stripe, and at S_WAKE the wake word of step 4; CORRUPT: no chain answers for the key. A lock is no
 * hindrance: its holder's unlock is the exchange that counts.
 */
export function armKey(form: u32, length: u32, number: f64): i32 {
  prepareKey(form, length, number);
  let lost: u32 = 0;
  while (true) {
    const root = loadRoot();
    ensureSeed(root);
    hashKey();
    if (keyIsStale()) return REHASH;
    const stripe = wakeStripe(keyHash);
    const seen = loadWake(stripe);
    if (loadRoot() == root) {
      // A parent at the level below is marked in the middle of its split too: the step of the level
      // keeps the mark, and the parent's unlock shows it.
      if (route(root, keyHash) == ASTRAY) {
        if (++lost > LOST) return CORRUPT;
      } else if (mark(routeHead, routeControl)) {
        store<u64>(scratch, seen, S_WAKE);
        return stripe;
      }
    }
    retry();
  }
}

/** False: the chain has changed. */
function mark(head: usize, control: u64): bool {
  return (control & WAITERS) != 0 || cas64(head, control, control | WAITERS, CONTROL) == control;
}
