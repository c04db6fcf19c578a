import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** After the run: is every entry what the last write has left? bench/harness/judge.ts says how that is known. */
final class Judge<K, V> {
  /** What a thread did last under a key: nothing, a write, a delete; and whether it tried to insert after that. */
  private static final byte SET = 1;
  private static final byte DELETED = 2;
  private static final byte LAST = 3;
  private static final byte INSERTED = 4;
  /** Absent keys that are looked at on each side of a window. */
  private static final int NEIGHBOURS = 1000;

  /** A phase that a thread has gone through. */
  record Past(int phase, long operations) {}

  record Findings(long present, long sum) {}

  private final Cell cell;
  private final ConcurrentHashMap<K, V> map;
  private final byte[][] kinds;
  private final int[][] numbers;

  Judge(Cell cell, ConcurrentHashMap<K, V> map) {
    this.cell = cell;
    this.map = map;
    int space = cell.isExact() ? 0 : cell.space();
    kinds = new byte[cell.threads()][space];
    numbers = new int[cell.threads()][space];
  }

  /** A thread tells its phases again. */
  void tell(Parts<K, V> parts, List<Past> past) {
    byte[] kinds = this.kinds[parts.thread()];
    int[] numbers = this.numbers[parts.thread()];
    for (Past one : past) {
      int at = cell.firstAt(parts.thread());
      int stamp = Sequence.firstStamp(one.phase(), parts.thread());
      parts.sequence().restart(one.phase());
      for (long q = 0; q < one.operations(); q++) {
        byte kind = kindOf(cell.cycle()[at]);
        at = at + 1 == cell.cycle().length ? 0 : at + 1;
        int index = parts.sequence().next();
        stamp++;
        if (kind == INSERTED) kinds[index] |= INSERTED;
        else if (kind != 0) kinds[index] = kind;
        if (kind == SET) numbers[index] = parts.values().stamped(index, stamp);
      }
    }
  }

  private static byte kindOf(byte operation) {
    switch (operation) {
      case Operation.SET:
      case Operation.MODIFY:
      case Operation.GET_AND_SET:
        return SET;
      case Operation.DELETE:
      case Operation.GET_AND_DELETE:
        return DELETED;
      case Operation.INSERT:
        return INSERTED;
      default:
        return 0;
    }
  }

  /** Looks at a thread's part of the keys. */
  Findings verify(Parts<K, V> parts, Loop loop) {
    return cell.isExact() ? verifyOwn(parts, loop) : verifyPart(parts);
  }

  private Findings verifyPart(Parts<K, V> parts) {
    long present = 0;
    long sum = 0;
    int end = Sequence.partStart(cell, parts.thread() + 1);
    for (int index = Sequence.partStart(cell, parts.thread()); index < end; index++) {
      V value = map.get(parts.keys().at(index));
      if (value != null) present++;
      if (cell.isCounting()) {
        if (value != null) sum += (Integer) value;
      } else if (!explains(parts.values(), index, value)) {
        throw new WrongResult(
            "at the end key " + index + " holds " + value
                + ", which no thread wrote last: a write was lost or came up again");
      }
    }
    return new Findings(present, sum);
  }

  /** Can `found` be what the last of all operations on this key has left? */
  private boolean explains(Values<V> values, int index, V found) {
    boolean untouched = true;
    boolean inserted = false;
    for (int thread = 0; thread < kinds.length; thread++) {
      byte kind = kinds[thread][index];
      if ((kind & LAST) == SET && found != null && values.number(found) == numbers[thread][index]) return true;
      if (kind == DELETED && found == null) return true;
      if ((kind & INSERTED) != 0) inserted = true;
      if ((kind & LAST) != 0) untouched = false;
    }
    if (inserted && found != null && values.belongs(found, index)) return true;
    if (!untouched) return false;
    if (index >= cell.filled()) return found == null && !inserted;
    return found != null && values.number(found) == values.stamped(index, 0);
  }

  /** All keys between a thread's oldest and its newest are there, and those around are not. */
  private Findings verifyOwn(Parts<K, V> parts, Loop loop) {
    for (long own = loop.oldest; own < loop.newest; own++) expect(parts, own, true);
    for (long own = Math.max(0, loop.oldest - NEIGHBOURS); own < loop.oldest; own++) expect(parts, own, false);
    for (long own = loop.newest; own < loop.newest + NEIGHBOURS; own++) expect(parts, own, false);
    return new Findings(loop.newest - loop.oldest, 0);
  }

  private void expect(Parts<K, V> parts, long own, boolean isThere) {
    long index = parts.thread() + own * cell.threads();
    V value = map.get(parts.keys().at(index));
    if (isThere ? value == null || !parts.values().belongs(value, index) : value != null)
      throw new WrongResult(
          "at the end key " + index + " holds " + value + ", but it was "
              + (isThere ? "there" : "deleted or never there"));
  }

  /** What the accounts of all threads say against what was found. */
  void balance(List<Loop> loops, List<Findings> findings) {
    long present = findings.stream().mapToLong(Findings::present).sum();
    if (present != map.size())
      throw new WrongResult("at the end " + present + " entries were found, but the size is " + map.size());
    if (cell.isExact()) return;
    if (cell.isCounting()) {
      long sum = findings.stream().mapToLong(Findings::sum).sum();
      long added = loops.stream().mapToLong(loop -> loop.added).sum();
      if (sum != added) throw new WrongResult("at the end the counts come to " + sum + ", but " + added + " were added");
      return;
    }
    if (cell.has(Operation.SET, Operation.MODIFY, Operation.GET_AND_SET)) return;
    long expected = cell.filled() + loops.stream().mapToLong(loop -> loop.inserted - loop.deleted).sum();
    if (present != expected)
      throw new WrongResult(
          "at the end " + present + " entries are there, but the answers account for " + expected);
  }
}
