/** The map gave an answer that no correct map gives. */
final class WrongResult extends RuntimeException {
  private static final long serialVersionUID = 1;

  WrongResult(String message) {
    super(message);
  }

  static WrongResult value(String operation, long index, Object value) {
    return new WrongResult(operation + " of key " + index + " gave " + value + ", which was never written under it");
  }

  static WrongResult answer(String operation, long index, Object answer, String why) {
    return new WrongResult(operation + " of key " + index + " gave " + answer + ", but " + why);
  }
}
