package io.github.dl4jhardware.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A comparison's results, as {@code results.json} holds them.
 *
 * @param data name of the data set
 * @param notes sentences that readers have to know before they look at a figure
 * @param terms words that readers may not know, and what they mean
 * @param settings what was asked for, by name
 * @param environment where it ran, by name
 * @param command how to run it again; empty if nobody said
 * @param variants names, the baseline first
 * @param runs of each variant and chip, in the order of variants and seeds
 * @param conversions for each converted variant, a row for each layer
 */
public record ComparisonResult(
    @JsonProperty("data") String data,
    @JsonProperty("notes") List<String> notes,
    @JsonProperty("terms") Map<String, String> terms,
    @JsonProperty("settings") Map<String, String> settings,
    @JsonProperty("environment") Map<String, String> environment,
    @JsonProperty("command") String command,
    @JsonProperty("variants") List<String> variants,
    @JsonProperty("runs") List<ComparisonRun> runs,
    @JsonProperty("conversions") Map<String, List<ConvertedLayer>> conversions) {

  /**
   * Copies the lists.
   *
   * @throws NullPointerException if anything is missing
   * @throws IllegalArgumentException if there is no variant
   */
  public ComparisonResult {
    Objects.requireNonNull(data, "its data is missing");
    notes = List.copyOf(Objects.requireNonNull(notes, "its notes are missing"));
    Objects.requireNonNull(terms, "its terms are missing");
    Objects.requireNonNull(settings, "its settings are missing");
    Objects.requireNonNull(environment, "its environment is missing");
    Objects.requireNonNull(command, "its command is missing");
    Objects.requireNonNull(conversions, "its conversions are missing");
    variants = List.copyOf(Objects.requireNonNull(variants, "its variants are missing"));
    runs = List.copyOf(Objects.requireNonNull(runs, "its runs are missing"));
    if (variants.isEmpty()) {
      throw new IllegalArgumentException("it has no variant");
    }
  }

  /**
   * One layer of a conversion.
   *
   * @param layer its name
   * @param from class before
   * @param to class after
   * @param outcome converted, kept or refused
   * @param largestWeight max |W| before; 0 without weights
   * @param clippedPercent weights that were clipped
   * @param why a clause
   */
  public record ConvertedLayer(
      @JsonProperty("layer") String layer,
      @JsonProperty("from") String from,
      @JsonProperty("to") String to,
      @JsonProperty("outcome") String outcome,
      @JsonProperty("largest_weight") double largestWeight,
      @JsonProperty("clipped_percent") double clippedPercent,
      @JsonProperty("why") String why) {}

  /**
   * The runs of one variant.
   *
   * @param variant its name
   * @return one a chip
   */
  public List<ComparisonRun> of(String variant) {
    return runs.stream().filter(run -> run.variant().equals(variant)).toList();
  }

  /**
   * Final accuracies of a variant.
   *
   * @param variant its name
   * @return percent, over chips; failed runs left out
   */
  public SummaryStatistics accuracy(String variant) {
    SummaryStatistics statistics = new SummaryStatistics();
    for (ComparisonRun run : of(variant)) {
      if (run.testAccuracyPercent() != null) {
        statistics.addValue(run.testAccuracyPercent());
      }
    }
    return statistics;
  }

  /**
   * How far a variant is from the baseline. Runs of one chip seed share their first weights, the
   * order of the examples and the test set, so that their differences are taken pair by pair.
   *
   * @param variant its name
   * @return the mean difference of the chips that both have results of, with its standard error
   */
  public Difference difference(String variant) {
    SummaryStatistics pairs = new SummaryStatistics();
    for (ComparisonRun own : of(variant)) {
      for (ComparisonRun other : of(baseline())) {
        if (own.seed() == other.seed()
            && own.testAccuracyPercent() != null
            && other.testAccuracyPercent() != null) {
          pairs.addValue(own.testAccuracyPercent() - other.testAccuracyPercent());
        }
      }
    }
    return Difference.of(pairs);
  }

  /**
   * A mean difference of paired accuracies.
   *
   * @param pairs chips
   * @param points variant less baseline; NaN without a pair
   * @param standardError of the points; NaN with fewer than two pairs
   * @param confidence95 half the width of the 95 % interval, by Student's t; NaN with fewer than
   *     two pairs
   */
  public record Difference(long pairs, double points, double standardError, double confidence95) {
    private static final double UPPER_QUANTILE = 0.975;

    /**
     * From the differences of pairs.
     *
     * @param differences in points, one a pair
     * @return their mean and its errors
     */
    public static Difference of(SummaryStatistics differences) {
      long n = differences.getN();
      if (n < 2) {
        return new Difference(n, differences.getMean(), Double.NaN, Double.NaN);
      }
      double error = differences.getStandardDeviation() / Math.sqrt((double) n);
      double t = new TDistribution(n - 1.0).inverseCumulativeProbability(UPPER_QUANTILE);
      return new Difference(n, differences.getMean(), error, t * error);
    }
  }

  /**
   * The kinds of curves that probes found.
   *
   * @return one of each name, in the order in which they were found
   */
  @JsonIgnore
  public List<Probe.Curve> curves() {
    Map<String, Probe.Curve> kinds = new LinkedHashMap<>();
    for (ComparisonRun run : runs) {
      run.findings().curves().forEach(curve -> kinds.putIfAbsent(curve.name(), curve));
    }
    return List.copyOf(kinds.values());
  }

  /**
   * The names of the numbers that probes found.
   *
   * @return in the order in which they were found
   */
  @JsonIgnore
  public List<String> numbers() {
    return runs.stream()
        .flatMap(run -> run.findings().numbers().keySet().stream())
        .distinct()
        .toList();
  }

  /**
   * The baseline's name.
   *
   * @return the first variant
   */
  @JsonIgnore
  public String baseline() {
    return variants.get(0);
  }
}
