package io.github.dl4jhardware.analog.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads that go through the same work in step, each on its own part; {@link #await} lets none go
 * on before all are there.
 *
 * <p>An example takes tens of microseconds and has a dozen such points, so waiting spins first and
 * yields soon.
 */
final class Team implements AutoCloseable {
  private static final int SPINS = 2000;

  private final int size;
  private final @Nullable ExecutorService helpers;
  private final AtomicInteger arrived = new AtomicInteger();
  private volatile int generation;
  private volatile boolean broken;

  Team(int size) {
    this.size = size;
    helpers =
        size == 1
            ? null
            : Executors.newFixedThreadPool(
                size - 1,
                task -> {
                  Thread thread = new Thread(task, "in-situ");
                  thread.setDaemon(true);
                  return thread;
                });
  }

  int size() {
    return size;
  }

  /** Runs the work once a part, the caller being part 0, and waits for all. */
  void run(IntConsumer work) {
    if (helpers == null) {
      work.accept(0);
      return;
    }
    List<Future<?>> running = new ArrayList<>();
    for (int part = 1; part < size; part++) {
      int own = part;
      running.add(helpers.submit(() -> guarded(work, own)));
    }
    try {
      guarded(work, 0);
    } finally {
      join(running);
    }
  }

  private void guarded(IntConsumer work, int part) {
    boolean done = false;
    try {
      work.accept(part);
      done = true;
    } finally {
      if (!done) {
        broken = true;
      }
    }
  }

  private static void join(List<Future<?>> running) {
    for (Future<?> each : running) {
      try {
        each.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while training", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("A training thread failed: " + e.getMessage(), e);
      }
    }
  }

  /** Waits until all parts are here. */
  @SuppressWarnings(
      "ThreadPriorityCheck") // A wait is shorter than a park, but not when cores are scarce.
  void await() {
    if (helpers == null) {
      return;
    }
    int before = generation;
    if (arrived.incrementAndGet() == size) {
      arrived.set(0);
      generation = before + 1;
      return;
    }
    int spins = 0;
    while (generation == before) {
      if (broken) {
        throw new IllegalStateException("Another training thread failed");
      }
      if (spins++ < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  @Override
  public void close() {
    if (helpers != null) {
      helpers.shutdown();
    }
  }
}
