import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One cell: a map, its threads, and what is asked of them. */
final class Session<K, V> {
  /** Fewer entries than this do not show in the heap. */
  private static final int LEAST_FOR_MEMORY = 100_000;
  /** Operations between two looks at the stop word. */
  private static final int BATCH = 256;
  /** A batch should take about so long, nanoseconds: where it takes longer it is halved, where it takes less doubled. */
  private static final long BATCH_TIME = 50_000;
  /** Batches of a phase that are looked at for that. */
  private static final int TRIED = 64;
  /** A rate is stable when so many windows in a row differ by no more than this share. */
  private static final int WARM_WINDOWS = 3;
  private static final double WARM_SPREAD = 0.05;
  private static final long WARM_WINDOW = 100;
  /** HotSpot compiles in tiers: a rate that is steady before this many windows may be that of the first one. */
  private static final int LEAST_WINDOWS = 10;

  interface MakeMap {
    ConcurrentHashMap<?, ?> make(int capacity) throws ReflectiveOperationException;
  }

  private final Cell cell;
  private final Crew crew;
  private final List<Parts<K, V>> parts;
  private final List<List<Judge.Past>> past = new ArrayList<>();
  private final ConcurrentHashMap<K, V> map;
  private final List<Loop> loops;
  private Double bytesPerEntry;

  /** Keys, before the map: what they take is not the map's memory. */
  static List<Parts<?, ?>> prepare(Cell cell, Crew crew) throws Exception {
    return crew.phase(
        thread -> new Parts<>(cell, thread, Keys.of(cell), Values.of(cell), Sequence.of(cell, thread)));
  }

  @SuppressWarnings("unchecked")
  Session(Cell cell, Crew crew, List<Parts<?, ?>> prepared, MakeMap makeMap) throws Exception {
    this.cell = cell;
    this.crew = crew;
    parts = (List<Parts<K, V>>) (List<?>) prepared;
    for (int thread = 0; thread < cell.threads(); thread++) past.add(new ArrayList<>());
    boolean measurable = cell.filled() >= LEAST_FOR_MEMORY;
    long before = measurable ? heapInUse() : 0;
    map = (ConcurrentHashMap<K, V>) makeMap.make(cell.presized() ? cell.entries() : 0);
    crew.phase(this::fill);
    if (measurable) bytesPerEntry = (double) (heapInUse() - before) / cell.filled();
    loops = new ArrayList<>();
    for (Parts<K, V> each : parts)
      loops.add(cell.isExact() ? new ExactLoop<>(map, each) : new MixLoop<>(map, each));
  }

  /** Null where it does not show. */
  Double bytesPerEntry() {
    return bytesPerEntry;
  }

  @SuppressWarnings("unchecked")
  private Void fill(int thread) {
    Parts<K, V> own = parts.get(thread);
    Integer zero = 0;
    for (int index = thread; index < cell.filled(); index += cell.threads())
      map.put(own.keys().at(index), cell.isCounting() ? (V) zero : own.values().make(index, 0));
    return null;
  }

  /** A ProgramSample. */
  Map<String, Object> run(int phase, double seconds, boolean warmUp, boolean untilStopped) throws Exception {
    long[] collected = collections();
    long[] started = new long[1];
    double[] taken = new double[1];
    List<Long> counted = new ArrayList<>();
    List<Long> finished =
        crew.phase(
            thread -> drive(thread, phase, untilStopped),
            begin -> {
              started[0] = begin;
              if (!untilStopped) return;
              if (warmUp) untilStable(seconds);
              else sleep(seconds);
              taken[0] = (System.nanoTime() - begin) / 1e9;
              counted.addAll(crew.counts());
              crew.stop();
            });
    if (!untilStopped) {
      taken[0] = (Collections.max(finished) - started[0]) / 1e9;
      counted.addAll(crew.counts());
    }
    long[] now = collections();
    Map<String, Object> sample = new LinkedHashMap<>();
    sample.put("seconds", taken[0]);
    sample.put("perThread", counted);
    sample.put("gcMilliseconds", now[0] - collected[0]);
    sample.put("gcCount", now[1] - collected[1]);
    sample.put("wrong", null);
    return sample;
  }

  /** The work of one thread; returns when it was done. */
  private long drive(int thread, int phase, boolean untilStopped) {
    Loop loop = loops.get(thread);
    long most = untilStopped ? Long.MAX_VALUE : cell.operationsPerThread();
    loop.begin(phase);
    long operations = 0;
    int batch = 1;
    int tried = 0;
    do {
      int count = (int) Math.min(batch, most - operations);
      long before = tried < TRIED ? System.nanoTime() : 0;
      loop.run(count);
      operations += count;
      crew.count(thread, operations);
      if (tried++ < TRIED) {
        long time = System.nanoTime() - before;
        if (time < BATCH_TIME) batch = Math.min(BATCH, batch * 2);
        else if (time > 4 * BATCH_TIME) batch = Math.max(1, batch >> 1);
      }
    } while (!crew.isStopped() && operations < most);
    past.get(thread).add(new Judge.Past(phase, operations));
    return System.nanoTime();
  }

  /** Throws WrongResult when the map does not hold what was written. */
  void judge() throws Exception {
    Judge<K, V> judge = new Judge<>(cell, map);
    if (!cell.isExact())
      crew.phase(
          thread -> {
            judge.tell(parts.get(thread), past.get(thread));
            return null;
          });
    judge.balance(loops, crew.phase(thread -> judge.verify(parts.get(thread), loops.get(thread))));
  }

  private void untilStable(double most) throws InterruptedException {
    List<Double> rates = new ArrayList<>();
    long end = System.nanoTime() + (long) (most * 1e9);
    long before = 0;
    while (System.nanoTime() < end && !crew.isStopped()) {
      long start = System.nanoTime();
      Thread.sleep(WARM_WINDOW);
      long done = crew.counts().stream().mapToLong(Long::longValue).sum();
      rates.add((double) (done - before) / (System.nanoTime() - start));
      before = done;
      if (rates.size() < LEAST_WINDOWS) continue;
      List<Double> last = rates.subList(rates.size() - WARM_WINDOWS, rates.size());
      double highest = Collections.max(last);
      if (highest - Collections.min(last) <= WARM_SPREAD * highest) return;
    }
  }

  /** A thread that has failed ends it. */
  private void sleep(double seconds) throws InterruptedException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    for (long left; (left = end - System.nanoTime()) > 0 && !crew.isStopped(); )
      Thread.sleep(Math.min(left / 1_000_000 + 1, 1000));
  }

  /** What the collection has left: the usage itself has the threads' allocation buffers in it, as a whole. */
  private static long heapInUse() {
    System.gc();
    long sum = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage left = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
      if (left != null) sum += left.getUsed();
    }
    return sum;
  }

  /** Milliseconds and number of all collections so far. */
  private static long[] collections() {
    long[] sums = new long[2];
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      sums[0] += Math.max(0, collector.getCollectionTime());
      sums[1] += Math.max(0, collector.getCollectionCount());
    }
    return sums;
  }
}
