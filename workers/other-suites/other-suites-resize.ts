// What the threads of the tests of shrinking do: the size of the table goes up and down under all of them.

import { expectThat, type Round } from './other-suites-round.js';

/** Keys that are there before a round and that nobody changes: -1 to -STEADY, with the values 0 and up. */
const STEADY = 3000;
/** Keys that a thread puts in at once, and those of them that it leaves when its last lap is over. */
const MASS = 4000;
const KEPT = 100;

export const resizeJobs = {
  /** Fills the map with keys of its own and empties it of them, and finds each. Returns how many it has left. */
  swellAndEmpty({ map, index, n }: Round): number {
    const first = index * MASS;
    for (let lap = 0; lap < n; lap++) {
      for (let key = first; key < first + MASS; key++) {
        expectThat(map.insert(key, lap), `${key} was absent`);
      }
      for (let key = first; key < first + MASS; key++) {
        expectThat(map.get(key) === lap, `${key} has the value of lap ${lap}`);
      }
      for (let key = lap + 1 < n ? first : first + KEPT; key < first + MASS; key++) {
        expectThat(map.delete(key), `${key} was there`);
      }
    }
    return KEPT;
  },

  /** Makes the table larger and smaller, and reads what nobody changes. Returns how many were read in laps. */
  resizeAndRead(round: Round): number {
    const { map, index, n } = round;
    let read = 0;
    for (let i = 0; i < n; i++) {
      if (index % 2 === 0) map.shrink();
      else map.reserve(round.below(30_000));
      if (index % 2 === 1 && i % 4 === 3) map.shrink();
      for (let j = 0; j < 200; j++) {
        const at = round.below(STEADY);
        expectThat(map.get(-1 - at) === at, `${-1 - at} is there`);
      }
      if (i % 30 !== 0) continue;
      const seen = new Set<unknown>();
      for (const key of map.keys()) {
        expectThat(!seen.has(key), `${key} comes once`);
        seen.add(key);
      }
      for (let at = 0; at < STEADY; at++) expectThat(seen.has(-1 - at), `${-1 - at} comes`);
      read += seen.size;
    }
    return read;
  },
};
