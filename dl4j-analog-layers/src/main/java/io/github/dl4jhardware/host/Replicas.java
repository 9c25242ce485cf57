package io.github.dl4jhardware.host;

import java.util.function.Supplier;

/**
 * Keeps a layer from being trained as one replica of several, whose parameters are then averaged or
 * kept in step by shared gradients. States of devices and of trinary weights cannot be averaged.
 *
 * <p>The host has no hook for that: it makes replicas from JSON and averages the parameters behind
 * every layer's back. What can be seen is who calls: a replica is trained from within the host's
 * trainer. An exception during {@code init()} would make ParallelWrapper wait for ever, and so the
 * look is taken at a training pass, which comes before the first step.
 */
public final class Replicas {
  private static final String[] TRAINERS = {
    "org.deeplearning4j.parallelism.trainer.",
    "org.deeplearning4j.spark.impl.paramavg.",
    "org.deeplearning4j.spark.parameterserver."
  };

  private long lookedAtThread = -1;

  /**
   * To be called at every training pass; it looks once for each thread that trains.
   *
   * @param layer how messages name the layer
   * @throws IllegalStateException if a trainer of replicas has called
   */
  public void refuse(Supplier<String> layer) {
    long thread = Thread.currentThread().getId();
    if (thread == lookedAtThread) {
      return;
    }
    String trainer =
        StackWalker.getInstance()
            .walk(
                frames ->
                    frames
                        .map(StackWalker.StackFrame::getClassName)
                        .filter(Replicas::trainsReplicas)
                        .findFirst()
                        .orElse(""));
    if (!trainer.isEmpty()) {
      throw new IllegalStateException(
          layer.get()
              + " is trained as a replica by "
              + trainer.substring(trainer.lastIndexOf('.') + 1)
              + " (ParallelWrapper or Spark). Its state can be neither averaged nor kept in step by shared gradients;"
              + " train the network by its own fit(...)");
    }
    lookedAtThread = thread;
  }

  private static boolean trainsReplicas(String className) {
    for (String trainer : TRAINERS) {
      if (className.startsWith(trainer)) {
        return true;
      }
    }
    return false;
  }
}
