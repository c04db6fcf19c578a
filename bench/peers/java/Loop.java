/** What both loops have: a phase is begun, some operations are done, and the accounts are kept over all phases. */
abstract class Loop {
  /** Entries that this thread's inserts have put in. */
  long inserted;
  long deleted;
  /** Additions, and compare-and-sets that succeeded. */
  long added;
  /** The first and the next new key of a thread with keys of its own; those in between are there. */
  long oldest;
  long newest;

  abstract void begin(int phase);

  abstract void run(int count);
}
