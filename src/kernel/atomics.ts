// The only way to memory that other threads share. In the scheduled build each access is preceded by a yield
// point, so that a test can run any interleaving; in production these are the bare instructions.
//
// Loads and stores are sequentially consistent: the only order WebAssembly has. On x64 a load is a plain `mov`.
// `plain*` is for memory that no other thread may be reading, or whose readers validate before they believe it;
// each use says which. The build check (src/build) tells locks from other accesses by their addresses and values.

// @ts-ignore: decorator
@external("env", "point") declare function point(): void;

/** Scheduled build: told of each store, so that a test knows who writes where. */
// @ts-ignore: decorator
@external("env", "wrote") declare function wrote(address: usize, size: usize): void;

/** Scheduled build: in place of `notify`, whose sleepers are logical threads. */
// @ts-ignore: decorator
@external("env", "woke") declare function woke(address: usize): void;

/** Scheduled build: above 0 while this thread is where V8 cannot stop it. */
export let section: i32 = 0;

// @ts-ignore: decorator
@inline function yieldPoint(): void { if (SCHEDULED) point(); }

// @ts-ignore: decorator
@inline function storePoint(address: usize, size: usize): void {
  if (SCHEDULED) {
    point();
    wrote(address, size);
  }
}

/** From here to `leave` there is no loop, no call and no wait, so a termination cannot fall in between. */
// @ts-ignore: decorator
@inline export function enter(): void { if (SCHEDULED) section++; }

// @ts-ignore: decorator
@inline export function leave(): void { if (SCHEDULED) section--; }

// @ts-ignore: decorator
@inline export function load64(p: usize, offset: usize): u64 { yieldPoint(); return atomic.load<u64>(p + offset); }

// @ts-ignore: decorator
@inline export function store64(p: usize, value: u64, offset: usize): void { storePoint(p + offset, 8); atomic.store<u64>(p + offset, value); }

// @ts-ignore: decorator
@inline export function load32(p: usize, offset: usize): u32 { yieldPoint(); return atomic.load<u32>(p + offset); }

/** Hints of which each decides where to look first and no more: they need no yield point, and a row of them would hide the others. */
// @ts-ignore: decorator
@inline export function hints64(p: usize, offset: usize): u64 { return atomic.load<u64>(p + offset); }

/**
 * Asks for a cache line. What is there decides nothing, so that it needs neither order nor a yield point; a plain load is
 * a third of the instructions of an atomic one, and so many more of them are under way at once.
 */
// @ts-ignore: decorator
@inline export function touch(p: usize, offset: usize): u32 { return load<u32>(p + offset); }

// @ts-ignore: decorator
@inline export function store32(p: usize, value: u32, offset: usize): void { storePoint(p + offset, 4); atomic.store<u32>(p + offset, value); }

/** Returns what was there. In the scheduled build a success opens a section: the caller closes it. */
// @ts-ignore: decorator
@inline export function cas64(p: usize, expected: u64, value: u64, offset: usize): u64 {
  storePoint(p + offset, 8);
  return atomic.cmpxchg<u64>(p + offset, expected, value);
}

// @ts-ignore: decorator
@inline export function cas32(p: usize, expected: u32, value: u32, offset: usize): u32 {
  storePoint(p + offset, 4);
  return atomic.cmpxchg<u32>(p + offset, expected, value);
}

// @ts-ignore: decorator
@inline export function exchange64(p: usize, value: u64, offset: usize): u64 { storePoint(p + offset, 8); return atomic.xchg<u64>(p + offset, value); }

// @ts-ignore: decorator
@inline export function add64(p: usize, value: u64, offset: usize): u64 { storePoint(p + offset, 8); return atomic.add<u64>(p + offset, value); }

// @ts-ignore: decorator
@inline export function or64(p: usize, value: u64, offset: usize): u64 { storePoint(p + offset, 8); return atomic.or<u64>(p + offset, value); }

// @ts-ignore: decorator
@inline export function and64(p: usize, value: u64, offset: usize): u64 { storePoint(p + offset, 8); return atomic.and<u64>(p + offset, value); }

/** Wakes who sleeps on the word at p, or on its low half. No kill point between the change of the word and this. */
// @ts-ignore: decorator
@inline export function wake(p: usize): void {
  if (SCHEDULED) {
    point();
    woke(p);
  } else {
    atomic.notify(p, -1);
  }
}

/** Not published yet, or hidden by a version that its readers check afterwards. */
// @ts-ignore: decorator
@inline export function plainStore64(p: usize, value: u64, offset: usize): void { storePoint(p + offset, 8); store<u64>(p + offset, value); }

// @ts-ignore: decorator
@inline export function plainStore32(p: usize, value: u32, offset: usize): void { storePoint(p + offset, 4); store<u32>(p + offset, value); }

/** Copies into memory that is not published yet, or that hides what it overwrites behind a version. */
// @ts-ignore: decorator
@inline export function copy(to: usize, from: usize, size: usize): void {
  if (SCHEDULED) copyByWords(to, from, size);
  else memory.copy(to, from, size);
}

/** Scheduled build: a copy is no single step. */
function copyByWords(to: usize, from: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += 8) {
    storePoint(to + i, 8);
    if (i + 8 <= size) store<u64>(to + i, load<u64>(from + i));
    else memory.copy(to + i, from + i, size - i);
  }
}

/** Copies memory that may be changing, by atomic loads: the load that validates afterwards cannot overtake them. */
export function copyShared(to: usize, from: usize, size: usize): void {
  for (let i: usize = 0; i < size; i += 8) store<u64>(to + i, load64(from + i, 0));
}

/**
 * Between plain loads and the atomic load that validates them: a store (of this thread's own) which the loads cannot
 * pass, and which the next atomic load cannot pass. (The compiler cannot write atomic.fence.)
 */
// @ts-ignore: decorator
@inline export function fence(own: usize): void { atomic.store<u32>(own, 0); }

/** Scheduled build: fills what was freed, so that a stale read shows. */
// @ts-ignore: decorator
@inline export function poison(from: usize, size: usize): void {
  if (SCHEDULED) {
    wrote(from, size);
    memory.fill(from, 0xdb, size);
  }
}

/** Scheduled build: is this thread where V8 cannot stop it? */
export function inSection(): bool { return section > 0; }
