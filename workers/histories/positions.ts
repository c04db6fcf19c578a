// Where a history may stand at an instant: which of the open operations have taken effect, and the state that they have
// left. This is Wing & Gong's search told forwards (Lowe's "just in time"): an operation takes effect when a response
// asks for it, its own or one that it explains. So nothing is kept but the positions of this instant; at a quiescent
// point they are simply the possible states.

/** What the search has to know of an operation. The operations of one thread follow each other. */
export interface Operation {
  readonly thread: number;
  readonly invoked: number;
  /** Infinity: there was no response, its thread was ended. It may have happened or not. */
  readonly responded: number;
}

/** What a sequential map would do. */
export interface Model<State, Op extends Operation> {
  readonly initial: State;
  /** The state after the operation; undefined when it cannot have had its result in this state. */
  step(state: State, operation: Op): State | undefined;
  /** False: with its result, the operation leaves every state as it is. */
  changes(operation: Op): boolean;
  /** The same for the same state. */
  key(state: State): string | number;
  /** Every state, at least, that could matter to these operations, for stretches whose past is left out. */
  anywhere?(operations: readonly Op[]): State[];
}

interface Position<State> {
  /** Bits of the open operations that have taken effect. */
  readonly taken: number;
  readonly state: State;
}

/** Operations that are open at the same time: bits of a number. */
const MOST_OPEN = 30;
/** More than any history of a few threads has. */
const MOST_POSITIONS = 500_000;

export class Positions<State, Op extends Operation> {
  readonly #model: Model<State, Op>;
  readonly #pending: (Op | undefined)[] = [];
  readonly #bits = new Map<Op, number>();
  #positions: Position<State>[];
  #open = 0;
  /** Open operations that change nothing. */
  #reads = 0;
  /** Open operations that have no response: they need not happen. */
  #cut = 0;
  /** The most positions there ever were. */
  most = 1;

  constructor(model: Model<State, Op>, states: readonly State[] = [model.initial]) {
    this.#model = model;
    this.#positions = states.map((state) => ({ taken: 0, state }));
  }

  /** The states that the positions have, each once. */
  get states(): State[] {
    const states = new Map(this.#positions.map(({ state }) => [this.#model.key(state), state]));
    return [...states.values()];
  }

  /** No operation is open. */
  get isQuiet(): boolean {
    return this.#open === 0;
  }

  /** An operation that is open at the begin, and may have taken effect before it. */
  carry(operation: Op): void {
    const bit = this.#admit(operation);
    const done = this.#positions.map(({ taken, state }) => ({ taken: taken | bit, state }));
    this.#replace([...this.#positions.map((position) => this.#absorb(position)), ...done]);
  }

  invoke(operation: Op): void {
    this.#admit(operation);
    const positions = this.#positions;
    for (let i = 0; i < positions.length; i++) {
      positions[i] = this.#absorb(positions[i] as Position<State>);
    }
  }

  /** False: no order of the open operations explains this response. Then the positions stay as they were. */
  respond(operation: Op): boolean {
    const bit = this.#bits.get(operation) as number;
    const next: Position<State>[] = [];
    const nodes: Position<State>[] = [];
    for (const position of this.#positions) {
      if (position.taken & bit) next.push({ taken: position.taken & ~bit, state: position.state });
      else nodes.push(position);
    }
    const seen = new Set(nodes.map((node) => this.#keyOf(node)));
    // Every order of open operations that ends with this one.
    for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
      for (let rest = this.#open & ~node.taken; rest !== 0; rest &= rest - 1) {
        const which = rest & -rest;
        const state = this.#model.step(node.state, this.#at(which));
        if (state === undefined) continue;
        const after = this.#absorb({ taken: node.taken | which, state });
        if (after.taken & bit) {
          next.push({ taken: after.taken & ~bit, state });
          continue;
        }
        const key = this.#keyOf(after);
        if (seen.has(key)) continue;
        seen.add(key);
        nodes.push(after);
      }
    }
    if (next.length === 0) return false;
    this.#pending[31 - Math.clz32(bit)] = undefined;
    this.#bits.delete(operation);
    this.#open &= ~bit;
    this.#reads &= ~bit;
    this.#replace(next);
    return true;
  }

  /** The operations that are open now. */
  get open(): Op[] {
    return [...this.#bits.keys()];
  }

  #at(bit: number): Op {
    return this.#pending[31 - Math.clz32(bit)] as Op;
  }

  #keyOf({ taken, state }: Position<State>): string {
    return `${taken}|${this.#model.key(state)}`;
  }

  #admit(operation: Op): number {
    let place = 0;
    while (this.#pending[place] !== undefined) place++;
    if (place >= MOST_OPEN) throw new Error(`more than ${MOST_OPEN} operations are open at the same time`);
    const bit = 1 << place;
    this.#pending[place] = operation;
    this.#bits.set(operation, bit);
    this.#open |= bit;
    if (operation.responded === Number.POSITIVE_INFINITY) this.#cut |= bit;
    else if (!this.#model.changes(operation)) this.#reads |= bit;
    return bit;
  }

  /** Open reads that are right here may as well happen now: whatever changes the map later, does so all the same. */
  #absorb(position: Position<State>): Position<State> {
    const { state } = position;
    let { taken } = position;
    for (let rest = this.#reads & ~taken; rest !== 0; rest &= rest - 1) {
      const which = rest & -rest;
      if (this.#model.step(state, this.#at(which)) !== undefined) taken |= which;
    }
    return taken === position.taken ? position : { taken, state };
  }

  #replace(next: Position<State>[]): void {
    this.#positions = next.length === 1 ? next : this.#distinct(next);
    if (this.#positions.length > this.most) this.most = this.#positions.length;
    if (this.most > MOST_POSITIONS) throw new Error('this history is too concurrent to be judged');
  }

  /**
   * Each position once. One in which an operation without response has not happened can do all that the one can in
   * which it has, since it never has to happen.
   */
  #distinct(positions: readonly Position<State>[]): Position<State>[] {
    const distinct = new Map<string, Position<State>>();
    for (const position of positions) distinct.set(this.#keyOf(position), position);
    if (this.#cut !== 0) {
      for (const [key, { taken, state }] of [...distinct]) {
        for (let rest = taken & this.#cut; rest !== 0; rest &= rest - 1) {
          if (!distinct.has(this.#keyOf({ taken: taken & ~(rest & -rest), state }))) continue;
          distinct.delete(key);
          break;
        }
      }
    }
    return [...distinct.values()];
  }
}
