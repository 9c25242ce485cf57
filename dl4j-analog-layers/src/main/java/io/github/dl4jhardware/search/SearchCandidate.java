package io.github.dl4jhardware.search;

import io.github.dl4jhardware.cost.Cost;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * One candidate of a search, as it is recorded.
 *
 * @param index place in the generator's order
 * @param point the generator's values of all parameters, 0…1
 * @param values of the parameters by name
 * @param score null after a failure
 * @param cost of the trained network
 * @param seconds that training and scoring took
 * @param failure why there is no score; null if there is one
 */
public record SearchCandidate(
    @JsonProperty("index") int index,
    @JsonProperty("point") List<Double> point,
    @JsonProperty("values") Map<String, String> values,
    @JsonProperty("score") @Nullable Double score,
    @JsonProperty("cost") Cost cost,
    @JsonProperty("seconds") double seconds,
    @JsonProperty("failure") @Nullable String failure) {

  /**
   * Copies the list.
   *
   * @throws NullPointerException if what must be there is missing
   * @throws IllegalArgumentException if there is neither a score nor a failure
   */
  public SearchCandidate {
    Objects.requireNonNull(values, "its values are missing");
    Objects.requireNonNull(cost, "its cost is missing");
    point = List.copyOf(Objects.requireNonNull(point, "its point is missing"));
    if (score == null && failure == null) {
      throw new IllegalArgumentException("it has neither a score nor the reason of a failure");
    }
  }
}
