import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Which key a thread takes next: bench/harness/sequence.ts and random.ts, number by number. A class, not an interface: HotSpot inlines the only one loaded. */
abstract class Sequence {
  /** An int of Java has JavaScript's product of two int32s up to here; above, its double rounds. */
  private static final int EXACT = 1 << 25;
  private static final double UPPER = 0x10000000;

  /** The next index, from 0 to the space - 1 (of a `latest` sequence: the rank, 0 the newest). */
  abstract int next();

  /** Begins a phase. */
  abstract void restart(int phase);

  static Sequence of(Cell cell, int thread) throws IOException {
    int own = mixSeed(cell.seed(), thread);
    int first = partStart(cell, thread);
    switch (cell.sequence()) {
      case "uniform":
      case "window":
        return new Uniform(own, 0, cell.space());
      case "private":
        return new Uniform(own, first, Math.max(1, partStart(cell, thread + 1) - first));
      case "zipf":
      case "latest":
        return new Drawn(drawn(cell, thread));
      case "ascending":
        return new Ascending(first, cell.space());
      default:
        throw new IllegalArgumentException("There is no sequence " + cell.sequence());
    }
  }

  /** Where a thread's part of the space begins. */
  static int partStart(Cell cell, int thread) {
    return (int) ((long) thread * cell.space() / cell.threads());
  }

  /** Spreads seeds that differ little over all ints. */
  static int mixSeed(int... parts) {
    int h = 0x9e3779b9;
    for (int part : parts) {
      h = (h ^ part) * 0x85ebca6b;
      h = (h ^ (h >>> 13)) * 0xc2b2ae35;
      h ^= h >>> 16;
    }
    return h;
  }

  /** The stamp before a thread's first write of a phase. */
  static int firstStamp(int phase, int thread) {
    return ((phase * 31 + thread) * 0x2545f491) >>> 8;
  }

  private static int indexBelow(int x, int n) {
    return n <= EXACT ? (int) (((x >>> 4) * (long) n) >>> 28) : (int) ((x >>> 4) * (double) n / UPPER);
  }

  /** What the harness drew for this thread: all threads' int32s, one thread after the other. */
  private static int[] drawn(Cell cell, int thread) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(cell.draws(), "r")) {
      int bytes = (int) (file.length() / cell.threads());
      byte[] part = new byte[bytes];
      file.seek((long) thread * bytes);
      file.readFully(part);
      int[] list = new int[bytes / Integer.BYTES];
      ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(list);
      return list;
    }
  }

  private static final class Uniform extends Sequence {
    private final int seed;
    private final int first;
    private final int count;
    private int x;

    Uniform(int seed, int first, int count) {
      this.seed = seed;
      this.first = first;
      this.count = count;
    }

    @Override
    void restart(int phase) {
      x = mixSeed(seed, phase);
    }

    @Override
    int next() {
      x = x * 1664525 + 1013904223;
      return first + indexBelow(x, count);
    }
  }

  /** Round and round through a list whose length is a power of two. */
  private static final class Drawn extends Sequence {
    private final int[] list;
    private int at;

    Drawn(int[] list) {
      this.list = list;
    }

    @Override
    void restart(int phase) {
      at = mixSeed(phase) & (list.length - 1);
    }

    @Override
    int next() {
      at = (at + 1) & (list.length - 1);
      return list[at];
    }
  }

  private static final class Ascending extends Sequence {
    private final int first;
    private final int space;
    private int at;

    Ascending(int first, int space) {
      this.first = first;
      this.space = space;
    }

    @Override
    void restart(int phase) {
      at = (int) (((long) first + (mixSeed(phase) >>> 1)) % space);
    }

    @Override
    int next() {
      int now = at;
      at = now + 1 == space ? 0 : now + 1;
      return now;
    }
  }
}
