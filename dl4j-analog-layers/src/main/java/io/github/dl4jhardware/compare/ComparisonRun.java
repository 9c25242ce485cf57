package io.github.dl4jhardware.compare;

import io.github.dl4jhardware.cost.Cost;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * One variant trained on one chip.
 *
 * @param variant its name
 * @param description for people
 * @param seed of the chip
 * @param epochs passes that were trained
 * @param bestEpoch the pass whose network was tested last; less than {@code epochs} after early
 *     stopping
 * @param curve accuracy before training and while it went on
 * @param testAccuracyPercent at the end, of the test set; null after a failure
 * @param macroF1 mean over classes at the end, 0…1; null after a failure
 * @param confusion examples at the end, {@code [actual][predicted]}
 * @param trainSeconds time spent in training alone, on the computer that simulates
 * @param examplesPerSecond rate of training, simulated
 * @param cost on its hardware
 * @param findings of the variant's probes
 * @param failure why there is no result; null if there is one
 * @param fingerprint of all that the result depends on
 */
public record ComparisonRun(
    @JsonProperty("variant") String variant,
    @JsonProperty("description") String description,
    @JsonProperty("seed") long seed,
    @JsonProperty("epochs") int epochs,
    @JsonProperty("best_epoch") int bestEpoch,
    @JsonProperty("curve") List<Point> curve,
    @JsonProperty("test_accuracy_percent") @Nullable Double testAccuracyPercent,
    @JsonProperty("macro_f1") @Nullable Double macroF1,
    @JsonProperty("confusion") List<List<Integer>> confusion,
    @JsonProperty("train_seconds") double trainSeconds,
    @JsonProperty("examples_per_second") double examplesPerSecond,
    @JsonProperty("cost") Cost cost,
    @JsonProperty("findings") Probe.Findings findings,
    @JsonProperty("failure") @Nullable String failure,
    @JsonProperty("fingerprint") String fingerprint) {

  /**
   * One test on the way.
   *
   * @param examples presented so far
   * @param testAccuracyPercent of the test set
   * @param validationAccuracyPercent of the validation set; null without one
   */
  public record Point(
      @JsonProperty("examples") long examples,
      @JsonProperty("test_accuracy_percent") double testAccuracyPercent,
      @JsonProperty("validation_accuracy_percent") @Nullable Double validationAccuracyPercent) {}

  /**
   * Copies the lists.
   *
   * @throws NullPointerException if what must be there is missing
   * @throws IllegalArgumentException if the confusion is not square, or a run has neither a result
   *     nor a failure
   */
  public ComparisonRun {
    Objects.requireNonNull(variant, "its variant is missing");
    Objects.requireNonNull(description, "its description is missing");
    Objects.requireNonNull(cost, "its cost is missing");
    Objects.requireNonNull(fingerprint, "its fingerprint is missing");
    curve = List.copyOf(Objects.requireNonNull(curve, "its curve is missing"));
    confusion =
        Objects.requireNonNull(confusion, "its confusion is missing").stream()
            .map(
                row ->
                    List.copyOf(Objects.requireNonNull(row, "a row of its confusion is missing")))
            .toList();
    Objects.requireNonNull(findings, "its findings are missing");
    for (List<Integer> row : confusion) {
      if (row.size() != confusion.size()) {
        throw new IllegalArgumentException(
            "a row of its confusion has "
                + row.size()
                + " numbers, and there are "
                + confusion.size()
                + " classes");
      }
    }
    if (testAccuracyPercent == null && failure == null) {
      throw new IllegalArgumentException("it has neither an accuracy nor the reason of a failure");
    }
  }

  /**
   * Accuracy of the network as it was built: right after its conversion, or untrained.
   *
   * @return percent of the test set; null if it failed before
   */
  @JsonIgnore
  public @Nullable Double accuracyBeforePercent() {
    return curve.isEmpty() ? null : Double.valueOf(curve.get(0).testAccuracyPercent());
  }
}
