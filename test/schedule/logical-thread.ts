import { type Hash, instantiate, type KernelFunctions, type SharedMemory } from './kernel-module.js';

// A logical thread: one instance of the scheduled kernel, which runs step by step in the one real thread. A step ends
// where the next access to shared memory would begin. Asyncify's stack lies behind the map's memory.

/** Bytes of asyncify's stack for one logical thread. */
export const STACK_SIZE = 65536;

/** What an operation asks its thread for: to run a function of the kernel, or to sleep until something is so. */
export type Request = (() => number) | { readonly until: () => boolean };

/** The body of an operation: yields calls of the kernel, gets their results, returns what the caller would get. */
export type Body = Generator<Request, unknown, number>;

export interface Operation {
  readonly name: string;
  /** It only reads: it may store nowhere but in its own scratch. */
  readonly reads?: boolean;
  start(thread: LogicalThread): Body;
}

/** Told when operations begin and end. */
export interface Witness {
  began(thread: number, index: number): void;
  ended(thread: number, index: number, result: unknown): void;
}

/** Remembers which memory was written. */
export interface Dirty {
  mark(address: number, size: number): void;
}

const PAGE = 65536;
const CONTROL = 16;
const SLOTS = 4096;
const SLOT_SIZE = 256;
const SLOT_OWNER = 192;
/** In the high half of an owner word. */
const TAKING = 0x4000_0000;
/** More are never in use here. */
export const SLOTS_LOOKED_AT = 8;
const S_AUX = 8;

export class LogicalThread {
  readonly id: number;
  readonly kernel: KernelFunctions;
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  scratch = 0;
  /** Steps since `assign`. */
  steps = 0;
  killed = false;
  /** A store by an operation that only reads, outside of its own scratch: broken, whatever comes of it. */
  trespass: string | undefined;
  /** All threads of the table. */
  peers: readonly LogicalThread[] = [];
  readonly #stack: number;
  readonly #dirty: Dirty;
  #reading = false;
  /** The word that it sleeps on, 0 when it does not. */
  #asleepOn = 0;
  readonly #globals: readonly { value: number | bigint }[];
  #saved: (number | bigint)[] = [];
  #operations: readonly Operation[] = [];
  #witness: Witness | undefined;
  #index = 0;
  #body: Body | undefined;
  #call: (() => number) | undefined;
  #suspended = false;
  #rewinding = false;
  #until: (() => boolean) | undefined;
  #budget = Number.POSITIVE_INFINITY;

  constructor(hash: Hash, memory: SharedMemory, id: number, stack: number, dirty: Dirty) {
    this.id = id;
    this.#dirty = dirty;
    this.#stack = stack;
    this.bytes = Buffer.from(memory.buffer);
    this.words = new Uint32Array(memory.buffer);
    const { functions, globals } = instantiate(hash, memory, {
      point: () => this.#point(),
      wrote: (address, size) => this.wrote(address >>> 0, size),
      woke: (address) => this.#woke(address >>> 0),
    });
    this.kernel = functions;
    this.#globals = globals;
  }

  /** Before each access to shared memory. */
  #point(): void {
    if (this.#rewinding) {
      this.#rewinding = false;
      this.kernel.asyncify_stop_rewind?.();
    } else if (this.#budget === 0) {
      this.words[this.#stack >> 2] = this.#stack + 8;
      this.words[(this.#stack >> 2) + 1] = this.#stack + STACK_SIZE;
      this.#suspended = true;
      this.kernel.asyncify_start_unwind?.(this.#stack);
      return;
    }
    this.#budget--;
    this.steps++;
  }

  /** Every store to shared memory: the kernel's, and those that JavaScript does for an operation. */
  wrote(address: number, size: number): void {
    this.#dirty.mark(address, size);
    if (this.#reading && (address < this.scratch || address + size > this.scratch + PAGE)) {
      this.trespass ??= `a reader, thread ${this.id}, stores at ${address}`;
    }
  }

  /** Attaches to the map, outside of any schedule. */
  attach(): void {
    this.#budget = Number.POSITIVE_INFINITY;
    if (this.takeSlot() !== 1) throw new Error('a logical thread cannot attach');
    this.bind();
  }

  /** As the system's table would tell it: thread `id` + 1, started at 0. */
  get identity(): readonly [low: number, high: number] {
    return [this.id + 1, 0];
  }

  takeSlot(): number {
    return this.kernel.attach?.(...this.identity, this.id + 1) as number;
  }

  /** Slots that a thread answers for, this one if it is not said, as everybody can see: with the halves of their owner words. */
  slots(identity = this.identity): [slot: number, low: number, high: number][] {
    const found: [number, number, number][] = [];
    for (let slot = 0; slot < SLOTS_LOOKED_AT; slot++) {
      const at = (SLOTS + slot * SLOT_SIZE + SLOT_OWNER) >> 2;
      const [low, high] = [this.words[at] as number, this.words[at + 1] as number];
      if (low === identity[0] && (high | TAKING) === TAKING) found.push([slot, low, high]);
    }
    return found;
  }

  bind(): void {
    this.scratch = (this.kernel.scratchAddress?.() as number) >>> 0;
  }

  /** Remembers the variables of the instance, for `assign`. */
  save(): void {
    this.#saved = this.#globals.map((global) => global.value);
  }

  /** Puts the instance back to where it was at `save`, with these operations to do. */
  assign(operations: readonly Operation[], witness: Witness): void {
    for (let i = 0; i < this.#globals.length; i++) {
      (this.#globals[i] as { value: number | bigint }).value = this.#saved[i] as number | bigint;
    }
    this.steps = 0;
    this.killed = false;
    this.trespass = undefined;
    this.#reading = false;
    this.#asleepOn = 0;
    this.#operations = operations;
    this.#witness = witness;
    this.#index = 0;
    this.#body = undefined;
    this.#call = undefined;
    this.#suspended = false;
    this.#until = undefined;
    this.bind();
  }

  get done(): boolean {
    return this.killed || (this.#body === undefined && this.#index === this.#operations.length);
  }

  /** Can it take a step, or does it sleep until another thread has unlocked a chain? */
  get awake(): boolean {
    return this.#until === undefined || this.#until();
  }

  get inSection(): boolean {
    return this.kernel.inSection?.() === 1;
  }

  /**
   * What to do about the locked chain that the last call met, as src/wasm/kernel.ts parks: asks for a wake-up, then sleeps until
   * it comes, unless the word has changed. Without the time limit: a wake-up that is lost is never made up for.
   */
  *park(): Body {
    const bucket = this.words[(this.scratch + S_AUX) >> 2] as number;
    const seen = (yield () => this.kernel.arm?.(bucket) as number) >>> 0;
    if (seen === 0) return undefined;
    return yield* this.sleepWhile(bucket + CONTROL, () => this.words[(bucket + CONTROL) >> 2] === seen);
  }

  /** Sleeps on a word until it is notified, if the word is what it was; whether it is and falling asleep are one step. */
  *sleepWhile(address: number, isSame: () => boolean): Body {
    yield () => {
      if (isSame()) this.#asleepOn = address;
      return 0;
    };
    yield { until: () => this.#asleepOn === 0 };
    return undefined;
  }

  #woke(address: number): void {
    for (const peer of this.peers) if (peer.#asleepOn === address) peer.#asleepOn = 0;
  }

  /** The thread is gone. Its hand and slot stay as they are. */
  kill(): void {
    this.killed = true;
  }

  /** Takes up to `budget` steps: fewer when the operations end, or when it falls asleep. */
  run(budget: number): void {
    this.#budget = budget;
    for (;;) {
      if (this.#until !== undefined) {
        if (!this.#until()) return;
        this.#until = undefined;
        this.#proceed(0);
      } else if (this.#call !== undefined) {
        if (this.#budget === 0) return;
        if (this.#suspended) {
          this.#suspended = false;
          this.#rewinding = true;
          this.kernel.asyncify_start_rewind?.(this.#stack);
        }
        const before = this.steps;
        const result = this.#call();
        if (this.#suspended) {
          this.kernel.asyncify_stop_unwind?.();
          return;
        }
        // What JavaScript does alone is a step too, so that a schedule says all of the order.
        if (this.steps === before) {
          this.steps++;
          this.#budget--;
        }
        this.#proceed(result);
      } else {
        const operation = this.#operations[this.#index];
        if (operation === undefined || this.#budget === 0) return;
        this.#witness?.began(this.id, this.#index);
        this.#reading = operation.reads === true;
        this.#body = operation.start(this);
        this.#proceed(0);
      }
    }
  }

  /** Gives the operation the result of what it asked for. */
  #proceed(result: number): void {
    const next = (this.#body as Body).next(result);
    this.#call = undefined;
    if (next.done) {
      this.#body = undefined;
      this.#witness?.ended(this.id, this.#index++, next.value);
    } else if (typeof next.value === 'function') {
      this.#call = next.value;
    } else {
      this.#until = next.value.until;
    }
  }
}
