import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;

/** Threads that begin together, and the counters that the main thread reads while they work. */
final class Crew {
  /** Longs between two counters: two cache lines, since the neighbour of a line is fetched along with it. */
  private static final int STRIDE = 16;

  interface Task<T> {
    T perform(int thread) throws Exception;
  }

  interface Watch {
    /** `started` is System.nanoTime() before the first thread began. */
    void run(long started) throws InterruptedException;
  }

  final int threads;
  private final ExecutorService pool;
  private final AtomicLongArray counts;
  private volatile boolean stopped;

  Crew(int threads) {
    this.threads = threads;
    counts = new AtomicLongArray((threads + 2) * STRIDE);
    pool =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work);
              // The end of stdin ends the program.
              thread.setDaemon(true);
              return thread;
            });
  }

  <T> List<T> phase(Task<T> task) throws Exception {
    return phase(task, started -> {});
  }

  /** One task for each thread, all beginning together; `watch` runs in the calling thread from that moment on. */
  <T> List<T> phase(Task<T> task, Watch watch) throws Exception {
    stopped = false;
    for (int thread = 0; thread < threads; thread++) count(thread, 0);
    CountDownLatch ready = new CountDownLatch(threads);
    CountDownLatch go = new CountDownLatch(1);
    List<Future<T>> futures = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int number = thread;
      futures.add(
          pool.submit(
              () -> {
                // Who waits here takes no second task: each thread of the pool has one.
                ready.countDown();
                go.await();
                try {
                  return task.perform(number);
                } catch (Throwable failure) {
                  stop();
                  throw failure;
                }
              }));
    }
    ready.await();
    // Before: a thread that begins may take the processor from this one.
    long started = System.nanoTime();
    go.countDown();
    watch.run(started);
    List<T> answers = new ArrayList<>();
    Throwable failure = null;
    for (Future<T> future : futures) {
      try {
        answers.add(future.get());
      } catch (ExecutionException failed) {
        failure = failed.getCause();
      }
    }
    if (failure instanceof Exception exception) throw exception;
    if (failure instanceof Error error) throw error;
    return answers;
  }

  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  void count(int thread, long operations) {
    counts.setRelease((thread + 1) * STRIDE, operations);
  }

  /** Operations so far, thread by thread. */
  List<Long> counts() {
    List<Long> all = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) all.add(counts.getAcquire((thread + 1) * STRIDE));
    return all;
  }
}
