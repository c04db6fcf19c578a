import { afterAll, isUndecodable, type SharedMapError } from '../errors.js';

/** Entries that one call could not decode while it went on with the others. */
export class Undecoded {
  #first: SharedMapError | undefined;
  #count = 0;

  /** Takes note of an entry that cannot be decoded. Throws any other error. */
  note(error: unknown): void {
    if (!isUndecodable(error)) throw error;
    this.#first ??= error;
    this.#count++;
  }

  /** Throws the error of the first one, if any. `changed` entries were changed by the call. */
  tell(changed?: number): void {
    if (this.#first !== undefined) throw afterAll(this.#first, this.#count, changed);
  }
}

/** Calls `act` for each item. What it throws ends the walk at once. */
export function each<T>(steps: Iterator<T, undefined>, undecoded: Undecoded, act: (item: T) => void): void {
  for (;;) {
    let step: IteratorResult<T, undefined>;
    try {
      step = steps.next();
    } catch (error) {
      undecoded.note(error);
      continue;
    }
    if (step.done) return;
    act(step.value);
  }
}
