import java.util.List;
import java.util.Map;

/** What is measured, as bench/harness/program-run.ts tells it: ProgramCell in bench/subjects/subject.ts. */
record Cell(
    int threads,
    int entries,
    int space,
    int filled,
    boolean presized,
    String keys,
    String values,
    byte[] cycle,
    String sequence,
    String draws,
    int seed,
    long operationsPerThread) {

  /** `operationsPerThread` of a cell that runs until it is stopped. */
  static final long UNTIL_STOPPED = -1;
  /** A prime: threads begin their cycles at different places. */
  private static final int CYCLE_STEP = 7919;

  static Cell of(Map<?, ?> told) {
    List<?> names = (List<?>) told.get("cycle");
    byte[] cycle = new byte[names.size()];
    for (int i = 0; i < cycle.length; i++) cycle[i] = Operation.code((String) names.get(i));
    Object operations = told.get("operationsPerThread");
    return new Cell(
        whole(told, "threads"),
        whole(told, "entries"),
        whole(told, "space"),
        whole(told, "filled"),
        (Boolean) told.get("presized"),
        (String) told.get("keys"),
        (String) told.get("values"),
        cycle,
        (String) told.get("sequence"),
        (String) told.get("draws"),
        whole(told, "seed"),
        operations == null ? UNTIL_STOPPED : ((Double) operations).longValue());
  }

  private static int whole(Map<?, ?> told, String name) {
    return (int) ((Double) told.get(name)).longValue();
  }

  boolean has(byte... operations) {
    for (byte one : cycle) for (byte other : operations) if (one == other) return true;
    return false;
  }

  /** Are values counters, added to, instead of writes that name their key? */
  boolean isCounting() {
    return has(Operation.ADD, Operation.COMPARE_AND_SET);
  }

  /** May a key of the space be absent at some time? */
  boolean mayMiss() {
    return filled < space || has(Operation.DELETE, Operation.GET_AND_DELETE);
  }

  /** Does each thread know the answer to each of its operations, because its keys are its own or are never deleted? */
  boolean isExact() {
    return sequence.equals("window") || sequence.equals("latest");
  }

  /** Where a thread begins in the cycle. */
  int firstAt(int thread) {
    return (int) ((long) thread * CYCLE_STEP % cycle.length);
  }
}
