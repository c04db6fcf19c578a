/** Values that tell which key they were written under, and by which write: bench/harness/values.ts. */
abstract class Values<V> {
  private static final int MOST_BITS = 27;
  private final int bits;
  private final int mask;

  private Values(int space) {
    bits = Math.max(1, Math.min(MOST_BITS, 32 - Integer.numberOfLeadingZeros(Math.max(2, space) - 1)));
    mask = (1 << bits) - 1;
  }

  /** The value that a write with this stamp puts under the key of an index. */
  abstract V make(long index, int stamp);

  /** The number that a value carries: of equal ones, the values are equal. */
  abstract int number(V value);

  /** Was the value written under the key of this index? */
  final boolean belongs(V value, long index) {
    return (number(value) & mask) == ((int) index & mask);
  }

  final int stamped(long index, int stamp) {
    return (stamp << bits) | ((int) index & mask);
  }

  static Values<?> of(Cell cell) {
    return cell.values().equals("object") ? new Objects(cell.space()) : new Numbers(cell.space());
  }

  private static final class Numbers extends Values<Integer> {
    Numbers(int space) {
      super(space);
    }

    @Override
    Integer make(long index, int stamp) {
      return stamped(index, stamp);
    }

    @Override
    int number(Integer value) {
      return value;
    }
  }

  /** Ten fields of 100 characters, shared by all objects, and the number: as a Map in JavaScript holds them. */
  private record Item(int id, String[] fields) {}

  private static final class Objects extends Values<Item> {
    private static final int FIELDS = 10;
    private static final int FIELD_LENGTH = 100;
    private final String[] fields = new String[FIELDS];

    Objects(int space) {
      super(space);
      for (int field = 0; field < FIELDS; field++)
        fields[field] = Character.toString('a' + field).repeat(FIELD_LENGTH);
    }

    @Override
    Item make(long index, int stamp) {
      return new Item(stamped(index, stamp), fields);
    }

    @Override
    int number(Item value) {
      if (value.fields()[FIELDS - 1].length() != FIELD_LENGTH) throw new WrongResult("an object has lost a field");
      return value.id();
    }
  }
}
