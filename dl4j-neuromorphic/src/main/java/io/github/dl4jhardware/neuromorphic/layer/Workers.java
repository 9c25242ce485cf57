package io.github.dl4jhardware.neuromorphic.layer;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.blas.Blas;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Shares independent pieces of work between the threads of the common pool, or of the pool that
 * calls. What a piece computes does not depend on who computes it.
 */
final class Workers {
  private Workers() {}

  static void each(int count, IntConsumer piece) {
    if (count == 1 || threads() == 1) {
      for (int i = 0; i < count; i++) {
        piece.accept(i);
      }
    } else {
      IntStream.range(0, count).parallel().forEach(piece);
    }
  }

  /** How many pieces are worth while. */
  static int threads() {
    return ForkJoinTask.inForkJoinPool()
        ? ForkJoinTask.getPool().getParallelism()
        : ForkJoinPool.getCommonPoolParallelism() + 1;
  }

  /**
   * Runs matrix products with one native thread each, so that their sums are the same on any
   * machine and that our own threads do not wait for theirs.
   */
  static void withSingleThreadedProducts(Runnable work) {
    Blas blas = Nd4j.factory().blas();
    int before = blas.getMaxThreads();
    if (before == 1) {
      work.run();
      return;
    }
    blas.setMaxThreads(1);
    try {
      work.run();
    } finally {
      blas.setMaxThreads(before);
    }
  }
}
