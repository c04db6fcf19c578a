/** What one thread works with. */
record Parts<K, V>(Cell cell, int thread, Keys<K> keys, Values<V> values, Sequence sequence) {}
