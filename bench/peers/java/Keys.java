import java.nio.charset.StandardCharsets;

/** The key of an index, for each kind: bench/harness/keys.ts. Each thread has Keys of its own. */
abstract class Keys<K> {
  private static final long SCATTER = 2654435761L;
  private static final String LONG_PREFIX = "what_a_looooooooooooooooooooooong_key_prefix_";
  private static final String PREFIX = "user:";
  private static final int DIGITS = 11;
  private static final int LENGTH = PREFIX.length() + DIGITS;
  private static final long SPAN = 1_000_000_007;
  private static final long STRIDE = 7919;
  /** Keys up to this many are made before the clock starts; later ones when they are used. */
  private static final int MOST_HELD = 1 << 25;

  /** Indexes of a window go on without end: they are longs. */
  abstract K at(long index);

  static Keys<?> of(Cell cell) {
    int held = Math.min(cell.space(), MOST_HELD);
    switch (cell.keys()) {
      case "int":
        return new Ints();
      case "string":
        return new Held(held, false);
      case "long":
        return new Held(held, true);
      case "fresh":
        return new Fresh(held);
      default:
        throw new IllegalArgumentException("There are no " + cell.keys() + " keys");
    }
  }

  private static String shortText(long index) {
    String digits = Long.toString(index * STRIDE % SPAN);
    return PREFIX + "0".repeat(DIGITS - digits.length()) + digits;
  }

  /** Boxed for each operation, as map.get(i) of an int i does; where the box does not escape HotSpot makes none. */
  private static final class Ints extends Keys<Integer> {
    @Override
    Integer at(long index) {
      return (int) (index * SCATTER);
    }
  }

  /** Strings that the thread holds; Java keeps the hash of each in it. */
  private static final class Held extends Keys<String> {
    private final String[] held;
    private final boolean isLong;

    Held(int count, boolean isLong) {
      this.isLong = isLong;
      held = new String[count];
      for (int index = 0; index < count; index++) held[index] = make(index);
    }

    private String make(long index) {
      return isLong ? LONG_PREFIX + index : shortText(index);
    }

    @Override
    String at(long index) {
      return index < held.length ? held[(int) index] : make(index);
    }
  }

  /** Strings cut from bytes, each time anew: none has a hash that is known. */
  private static final class Fresh extends Keys<String> {
    private final byte[] text;
    private final int count;

    Fresh(int count) {
      this.count = count;
      text = new byte[count * LENGTH];
      for (int index = 0; index < count; index++)
        System.arraycopy(shortText(index).getBytes(StandardCharsets.ISO_8859_1), 0, text, index * LENGTH, LENGTH);
    }

    @Override
    String at(long index) {
      if (index >= count) return shortText(index);
      return new String(text, (int) index * LENGTH, LENGTH, StandardCharsets.ISO_8859_1);
    }
  }
}
