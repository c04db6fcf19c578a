import { onOwnWorkerEnd } from '../threads/creator.js';
import type { Kernel } from '../wasm/kernel.js';
import type { Opened } from './opened.js';
import { atProcessStart } from './process-start.js';
import { leaveSeat, type Seat, seatIn, takeSeat } from './seats.js';

// The maps that this copy of the library has in this thread, by id: attaching twice gives the same
// instance. Kept weakly, so that a map nobody uses any more gives its slot back. A WeakRef keeps
// what it was made of, or asked for, until the end of the turn; so a map that was let go of leads
// to nothing large, and none of its memory waits for that.

interface Attached {
  reclaim(threadId: number): boolean;
}

/** What is needed when a map is gone; it must not lead to the map itself. */
interface Use {
  readonly id: string;
  readonly kernel: Kernel;
  readonly seat: Seat;
  /** Makes this copy let go, for another one that lets go for all. */
  readonly close: () => void;
}

const maps = new Map<string, WeakRef<Attached>>();
const uses = new WeakMap<Attached, Use>();
let finalizers: FinalizationRegistry<Use> | undefined;

/** Made at the first map: a startup snapshot cannot hold one. */
function dropped(): FinalizationRegistry<Use> {
  finalizers ??= new FinalizationRegistry<Use>((use) => {
    unlessDamaged(() => leave(use));
    if (maps.get(use.id)?.deref() === undefined) maps.delete(use.id);
  });
  return finalizers;
}

/** Nobody has called, so there is nobody to tell: who uses the map next hears that it is damaged. */
function unlessDamaged(call: () => unknown): void {
  try {
    call();
  } catch {}
}

// Not at the first map: a Worker that was made before it would go unnoticed.
atProcessStart(() =>
  onOwnWorkerEnd((threadId) => {
    for (const ref of maps.values()) unlessDamaged(() => ref.deref()?.reclaim(threadId));
  }),
);

/** This copy's instance of the map with this id, if this thread has one. */
export function attachedMap(id: string): object | undefined {
  return maps.get(id)?.deref();
}

/** `letGo` ends all uses of the map that it is given, in this copy. */
export function register<T extends Attached>(
  map: T,
  { handle: { id }, door: { kernel }, seat }: Opened,
  letGo: (map: T) => void,
): void {
  const ref = new WeakRef(map);
  const close = () => {
    const there = ref.deref();
    if (there === undefined) seat.users.delete(close);
    else letGo(there);
  };
  const use = { id, kernel, seat, close };
  seat.users.add(close);
  if (seatIn(id) === undefined) takeSeat(id, seat);
  maps.set(id, ref);
  uses.set(map, use);
  dropped().register(map, use, map);
}

/** This copy lets go of the map. The last copy in this thread gives slot and scratch back. */
export function unregister(map: Attached): void {
  const use = uses.get(map) as Use;
  if (maps.get(use.id)?.deref() === map) maps.delete(use.id);
  uses.delete(map);
  dropped().unregister(map);
  leave(use);
}

/** Makes all other copies in this thread let go of the map. */
export function closeOthers(map: Attached): void {
  const { seat, close } = uses.get(map) as Use;
  for (const other of seat.users) if (other !== close) other();
}

function leave({ id, kernel, seat, close }: Use): void {
  if (leaveSeat(id, seat, close)) kernel.detach();
  // The others keep the slot; who waits here looks again, and hears that this copy has let go.
  else kernel.sleepers.wakeAll();
}
