package io.github.dl4jhardware.cost;

import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Energy, area, throughput and cores of a network on its hardware. A figure that a cost model has
 * no say about is null.
 *
 * @param trainingMillijoules spent in training until now
 * @param inferenceNanojoules of one example
 * @param squareMillimetres area
 * @param inferencesPerSecond throughput
 * @param cores neuromorphic cores
 * @param basis what the figures rest on: the model, its voltage, whether it was measured on a chip
 *     or calculated, and whether static power is in it
 */
public record Cost(
    @JsonProperty("training_millijoules") @Nullable Double trainingMillijoules,
    @JsonProperty("inference_nanojoules") @Nullable Double inferenceNanojoules,
    @JsonProperty("area_square_millimetres") @Nullable Double squareMillimetres,
    @JsonProperty("inferences_per_second") @Nullable Double inferencesPerSecond,
    @JsonProperty("cores") @Nullable Long cores,
    @JsonProperty("basis") @Nullable String basis) {

  /** Nothing known. */
  public static final Cost UNKNOWN = new Cost(null, null, null, null, null, null);

  /**
   * Two parts of one network, one after the other: energy, area and cores add up, the slower part
   * sets the pace. What only one part knows is that part's.
   *
   * @param other the other part
   * @return both
   */
  public Cost plus(Cost other) {
    Long own = cores;
    Long others = other.cores;
    String bases =
        basis == null || basis.equals(other.basis)
            ? other.basis
            : other.basis == null ? basis : basis + "; " + other.basis;
    Long all = own == null ? others : others == null ? own : Long.valueOf(own + others);
    return new Cost(
        sum(trainingMillijoules, other.trainingMillijoules),
        sum(inferenceNanojoules, other.inferenceNanojoules),
        sum(squareMillimetres, other.squareMillimetres),
        inferencesPerSecond == null
            ? other.inferencesPerSecond
            : other.inferencesPerSecond == null
                ? inferencesPerSecond
                : Double.valueOf(Math.min(inferencesPerSecond, other.inferencesPerSecond)),
        all,
        bases);
  }

  private static @Nullable Double sum(@Nullable Double one, @Nullable Double two) {
    return one == null ? two : two == null ? one : Double.valueOf(one + two);
  }
}
