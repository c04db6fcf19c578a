import java.util.List;

/** The operations of a cycle as codes that a switch takes. */
final class Operation {
  static final byte GET = 0;
  static final byte HAS = 1;
  static final byte SET = 2;
  static final byte DELETE = 3;
  static final byte INSERT = 4;
  static final byte ADD = 5;
  static final byte COMPARE_AND_SET = 6;
  static final byte MODIFY = 7;
  static final byte GET_AND_SET = 8;
  static final byte GET_AND_DELETE = 9;
  static final byte RANGE = 10;

  private static final List<String> NAMES =
      List.of(
          "get", "has", "set", "delete", "insert", "add", "compareAndSet", "modify", "getAndSet", "getAndDelete", "range");

  private Operation() {}

  static byte code(String name) {
    int code = NAMES.indexOf(name);
    if (code < 0) throw new IllegalArgumentException("There is no operation " + name);
    return (byte) code;
  }
}
