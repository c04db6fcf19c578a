import java.util.concurrent.ConcurrentHashMap;

/** Operations on keys that all threads share: bench/harness/mix-loop.ts, with the methods that a Java user would call. */
final class MixLoop<K, V> extends Loop {
  private final ConcurrentHashMap<K, V> map;
  private final Parts<K, V> parts;
  private final boolean mayMiss;
  private final boolean counting;
  private int at;
  private int stamp;

  MixLoop(ConcurrentHashMap<K, V> map, Parts<K, V> parts) {
    this.map = map;
    this.parts = parts;
    mayMiss = parts.cell().mayMiss();
    counting = parts.cell().isCounting();
  }

  @Override
  void begin(int phase) {
    at = parts.cell().firstAt(parts.thread());
    stamp = Sequence.firstStamp(phase, parts.thread());
    parts.sequence().restart(phase);
  }

  @Override
  void run(int count) {
    byte[] cycle = parts.cell().cycle();
    Keys<K> keys = parts.keys();
    Values<V> values = parts.values();
    Sequence sequence = parts.sequence();
    int at = this.at;
    int stamp = this.stamp;
    for (int q = 0; q < count; q++) {
      byte operation = cycle[at];
      at = at + 1 == cycle.length ? 0 : at + 1;
      int index = sequence.next();
      K key = keys.at(index);
      stamp++;
      switch (operation) {
        case Operation.GET:
          checkRead("get", index, map.get(key));
          break;
        case Operation.SET:
          map.put(key, values.make(index, stamp));
          break;
        case Operation.HAS:
          if (!map.containsKey(key) && !mayMiss) throw WrongResult.answer("has", index, false, "it was never deleted");
          break;
        case Operation.DELETE:
          if (map.remove(key) != null) deleted++;
          break;
        case Operation.INSERT:
          if (map.putIfAbsent(key, values.make(index, stamp)) == null) {
            if (!mayMiss) throw WrongResult.answer("insert", index, true, "it was there");
            inserted++;
          }
          break;
        default:
          runRare(operation, index, key, stamp);
      }
    }
    this.at = at;
    this.stamp = stamp;
  }

  private void checkRead(String name, int index, V value) {
    if (value == null) {
      if (!mayMiss) throw WrongResult.answer(name, index, null, "it was never deleted");
    } else if (counting) {
      if ((Integer) value < 0) throw WrongResult.value(name, index, value);
    } else if (!parts.values().belongs(value, index)) {
      throw WrongResult.value(name, index, value);
    }
  }

  private void runRare(byte operation, int index, K key, int stamp) {
    switch (operation) {
      case Operation.ADD:
        int sum = counters().merge(key, 1, Integer::sum);
        if (sum < 1) throw WrongResult.answer("add", index, sum, "it had counted up");
        added++;
        break;
      case Operation.COMPARE_AND_SET:
        V seen = map.get(key);
        checkRead("get", index, seen);
        Integer before = (Integer) seen;
        if (before != null && counters().replace(key, before, before + 1)) added++;
        break;
      case Operation.MODIFY:
        checkRead("get", index, map.get(key));
        map.put(key, parts.values().make(index, stamp));
        break;
      case Operation.GET_AND_SET:
        checkRead("getAndSet", index, map.put(key, parts.values().make(index, stamp)));
        break;
      case Operation.GET_AND_DELETE:
        V value = map.remove(key);
        checkRead("getAndDelete", index, value);
        if (value != null) deleted++;
        break;
      case Operation.RANGE:
        long visited = 0;
        for (V each : map.values()) if (each != null) visited++;
        if (visited == 0 && !mayMiss) throw WrongResult.answer("range", index, "no entry", "the map is not empty");
        break;
      default:
        throw new IllegalArgumentException("There is no operation " + operation);
    }
  }

  /** Cells that count have numbers as values. */
  @SuppressWarnings("unchecked")
  private ConcurrentHashMap<K, Integer> counters() {
    return (ConcurrentHashMap<K, Integer>) map;
  }
}
