import java.util.concurrent.ConcurrentHashMap;

/** Keys that a thread alone inserts and deletes, so that it knows each answer: bench/harness/exact-loop.ts. */
final class ExactLoop<K, V> extends Loop {
  private final ConcurrentHashMap<K, V> map;
  private final Parts<K, V> parts;
  private final boolean isLatest;
  /** The thread's first own key that was not filled. */
  private final long firstOwn;
  private int at;
  private int stamp;

  ExactLoop(ConcurrentHashMap<K, V> map, Parts<K, V> parts) {
    this.map = map;
    this.parts = parts;
    Cell cell = parts.cell();
    isLatest = cell.sequence().equals("latest");
    firstOwn = Math.floorDiv((long) cell.filled() - parts.thread() + cell.threads() - 1, cell.threads());
    newest = firstOwn;
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
    for (int q = 0; q < count; q++) {
      byte operation = cycle[at];
      at = at + 1 == cycle.length ? 0 : at + 1;
      stamp++;
      if (operation == Operation.INSERT) {
        insert();
      } else if (operation == Operation.DELETE) {
        delete();
      } else {
        int drawn = parts.sequence().next();
        touch(operation, isLatest ? newest(drawn) : any(drawn));
      }
    }
  }

  private void insert() {
    long index = indexOf(newest++);
    if (map.putIfAbsent(parts.keys().at(index), parts.values().make(index, stamp)) != null)
      throw WrongResult.answer("insert", index, false, "it was a new key");
  }

  private void delete() {
    // Nothing left: a key of its own that was never there.
    boolean present = oldest < newest;
    long index = indexOf(present ? oldest : newest);
    if ((map.remove(parts.keys().at(index)) != null) != present)
      throw WrongResult.answer("delete", index, !present, told(present));
    if (present) oldest++;
  }

  private void touch(byte operation, long index) {
    K key = parts.keys().at(index);
    long own = index / parts.cell().threads();
    boolean present = isLatest || (own >= oldest && own < newest);
    if (operation == Operation.HAS) {
      if (map.containsKey(key) != present) throw WrongResult.answer("has", index, !present, told(present));
      return;
    }
    if (operation == Operation.GET || operation == Operation.MODIFY) {
      V value = map.get(key);
      if ((value != null) != present) throw WrongResult.answer("get", index, value, told(present));
      if (value != null && !parts.values().belongs(value, index)) throw WrongResult.value("get", index, value);
    }
    // An update of what is absent would be an insert.
    if ((operation == Operation.SET || operation == Operation.MODIFY) && present)
      map.put(key, parts.values().make(index, stamp));
  }

  /** Own keys at random, of all that the thread will ever have: some reads miss. */
  private long any(int drawn) {
    int span = Math.max(1, parts.cell().space() / parts.cell().threads());
    return indexOf(oldest + drawn % span);
  }

  private long newest(int rank) {
    long own = newest - firstOwn;
    if (rank < own) return indexOf(newest - 1 - rank);
    int filled = parts.cell().filled();
    long before = filled - 1 - (rank - own);
    return before >= 0 ? before : rank % filled;
  }

  private long indexOf(long own) {
    return parts.thread() + own * parts.cell().threads();
  }

  private static String told(boolean present) {
    return present ? "it was there" : "it was absent";
  }
}
