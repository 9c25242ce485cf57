package io.github.dl4jhardware.compare;

import org.deeplearning4j.nn.api.NeuralNetwork;

/** A listener that hears how far a comparison is. */
public interface ComparisonListener {
  /** Hears nothing. */
  ComparisonListener SILENT = new ComparisonListener() {};

  /**
   * While a variant is trained.
   *
   * @param what variant, chip and epoch
   * @param done examples of this run so far
   * @param total examples of this run
   * @param seconds that the run has taken in training
   * @param secondsLater what the runs after it may take
   */
  default void training(String what, long done, long total, double seconds, double secondsLater) {}

  /**
   * Whether all that {@link #tested} makes of a run is there. A recorded run of which something is
   * missing is run again.
   *
   * @param variant which
   * @param seed of the chip
   * @return true where nothing is made of it
   */
  default boolean complete(ComparisonVariant variant, long seed) {
    return true;
  }

  /**
   * After the last test of a run that was not recorded before.
   *
   * @param variant which
   * @param seed of the chip
   * @param network that was tested; to be looked at or saved, not to be changed
   */
  default void tested(ComparisonVariant variant, long seed, NeuralNetwork network) {}

  /**
   * After each run.
   *
   * @param run its result
   * @param recorded whether it was found in the folder instead of being run
   */
  default void finished(ComparisonRun run, boolean recorded) {}
}
