import { type BenchMap, type Key, type Operation, sameValue, type Value } from './subject.js';

/** What `MapLike` has. */
export const MAP_OPERATIONS: readonly Operation[] = [
  ...(['get', 'has', 'set', 'delete', 'insert', 'add', 'compareAndSet', 'modify'] as const),
  ...(['getAndSet', 'getAndDelete', 'compareAndDelete', 'range', 'clear'] as const),
];

/** A Map with the operations that threads need: one thread needs no more for them than to do one thing after the other. */
export class MapLike extends Map<Key, Value> implements BenchMap {
  insert(key: Key, value: Value): boolean {
    if (this.has(key)) return false;
    this.set(key, value);
    return true;
  }

  add(key: Key, delta: number): number {
    const sum = ((this.get(key) as number | undefined) ?? 0) + delta;
    this.set(key, sum);
    return sum;
  }

  compareAndSet(key: Key, expected: Value, value: Value): boolean {
    const found = this.get(key);
    if (found === undefined || !sameValue(found, expected)) return false;
    this.set(key, value);
    return true;
  }

  getAndSet(key: Key, value: Value): Value | undefined {
    const found = this.get(key);
    this.set(key, value);
    return found;
  }

  getAndDelete(key: Key): Value | undefined {
    const found = this.get(key);
    if (found !== undefined) this.delete(key);
    return found;
  }

  compareAndDelete(key: Key, expected: Value): boolean {
    const found = this.get(key);
    return found !== undefined && sameValue(found, expected) && this.delete(key);
  }

  range(visit: (key: Key, value: Value) => boolean): void {
    for (const [key, value] of this) if (!visit(key, value)) return;
  }
}
