import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Java's ConcurrentHashMap under the harness: answers a line of JSON on stdout for each on stdin, as ProgramSubject in
 * bench/subjects/subject.ts says. The argument, if any, is a subclass to measure instead.
 */
public final class Main {
  /** Where the number of operations is fixed nothing warms up first: HotSpot gets so many seconds on a map that is thrown away. */
  private static final double REHEARSAL = 1;
  /** No phase that the harness gives. */
  private static final int REHEARSAL_PHASE = 0;

  private final Session.MakeMap makeMap;
  private Cell cell;
  private Crew crew;
  private List<Parts<?, ?>> parts;
  private Session<?, ?> session;
  private boolean isUsed;

  private Main(Session.MakeMap makeMap) {
    this.makeMap = makeMap;
  }

  public static void main(String[] args) throws Exception {
    Main main = new Main(args.length == 0 ? ConcurrentHashMap::new : subclass(args[0]));
    BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = questions.readLine()) != null; ) {
      System.out.println(Json.write(main.answer((Map<?, ?>) Json.read(line))));
      System.out.flush();
    }
  }

  private static Session.MakeMap subclass(String name) throws ReflectiveOperationException {
    var constructor = Class.forName(name).asSubclass(ConcurrentHashMap.class).getDeclaredConstructor(int.class);
    return constructor::newInstance;
  }

  private Map<String, Object> answer(Map<?, ?> question) throws Exception {
    switch ((String) question.get("do")) {
      case "prepare":
        return prepare(Cell.of((Map<?, ?>) question.get("cell")));
      case "run":
        return run(number(question, "phase"), (Double) question.get("seconds"), (Boolean) question.get("warmUp"));
      case "check":
        return check();
      case "sequence":
        return sequence(number(question, "thread"), number(question, "phase"), number(question, "count"));
      default:
        throw new IllegalArgumentException("Nobody can " + question.get("do"));
    }
  }

  private static int number(Map<?, ?> question, String name) {
    return ((Double) question.get(name)).intValue();
  }

  private Map<String, Object> prepare(Cell told) throws Exception {
    cell = told;
    crew = new Crew(cell.threads());
    parts = Session.prepare(cell, crew);
    if (isFixed()) {
      Session<?, ?> rehearsal = new Session<>(cell, crew, parts, makeMap);
      rehearsal.run(REHEARSAL_PHASE, REHEARSAL, false, true);
      System.gc();
    }
    session = new Session<>(cell, crew, parts, makeMap);
    Map<String, Object> ready = new LinkedHashMap<>();
    ready.put("ready", true);
    ready.put("version", version());
    if (session.bytesPerEntry() != null) ready.put("bytesPerEntry", session.bytesPerEntry());
    return ready;
  }

  private boolean isFixed() {
    return cell.operationsPerThread() != Cell.UNTIL_STOPPED;
  }

  private Map<String, Object> run(int phase, double seconds, boolean warmUp) throws Exception {
    if (isFixed() && isUsed) {
      session = null;
      session = new Session<>(cell, crew, parts, makeMap);
    }
    isUsed = true;
    try {
      return session.run(phase, seconds, warmUp, !isFixed());
    } catch (WrongResult wrong) {
      return wrongSample(wrong);
    }
  }

  private static Map<String, Object> wrongSample(WrongResult wrong) {
    Map<String, Object> sample = new LinkedHashMap<>();
    sample.put("seconds", 0);
    sample.put("perThread", List.of());
    sample.put("gcMilliseconds", 0);
    sample.put("gcCount", 0);
    sample.put("wrong", wrong.getMessage());
    return sample;
  }

  private Map<String, Object> check() throws Exception {
    Map<String, Object> answer = new LinkedHashMap<>();
    try {
      session.judge();
      answer.put("wrong", null);
    } catch (WrongResult wrong) {
      answer.put("wrong", wrong.getMessage());
    }
    return answer;
  }

  /** The first of a thread's indexes, and their keys. */
  private Map<String, Object> sequence(int thread, int phase, int count) {
    List<Object> indexes = new ArrayList<>();
    List<Object> keys = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    Parts<?, ?> own = parts.get(thread);
    int stamp = Sequence.firstStamp(phase, thread);
    own.sequence().restart(phase);
    for (int i = 0; i < count; i++) {
      int index = own.sequence().next();
      indexes.add(index);
      keys.add(own.keys().at(index));
      values.add(own.values().stamped(index, ++stamp));
    }
    return Map.of("indexes", indexes, "keys", keys, "values", values);
  }

  private static String version() {
    String collectors =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .map(GarbageCollectorMXBean::getName)
            .collect(Collectors.joining(" and "));
    return System.getProperty("java.vm.name") + " " + Runtime.version() + ", " + collectors;
  }
}
