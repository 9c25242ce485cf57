package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.compare.ComparisonListener;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonVariant;
import io.github.dl4jhardware.compare.HardwareComparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import java.util.stream.LongStream;

/**
 * Chooses learning rates and the scale of the cells for a data set: by accuracy on a sixth of the
 * training examples, trained on the others, on chips from {@value #FIRST_CHIP} on, which no table
 * reports. Neither test examples nor a reported chip has a say.
 *
 * <p>Software and cells are searched alike, in factors of two from the same starting rate, until
 * both neighbours of the best are worse, at most six times: the software's rate; the cells' rate,
 * their scale, and their rate once more. Inputs are not searched: an input range and a scale of
 * conductances are the same factor to a layer of cells, but for the rate.
 */
final class EqualityTuning {
  private static final long FIRST_CHIP = 1001;
  private static final int MOST_STEPS = 6;

  private final EqualityData data;
  private final PulseScheme scheme;
  private final int epochs;
  private final long[] chips;
  private final Path folder;
  private final String command;
  private final ComparisonListener listener;
  private final List<ComparisonVariant> tried = new ArrayList<>();

  /**
   * A search.
   *
   * @param chips how many each candidate is trained on
   * @param folder where its runs are recorded, so that it goes on where it stopped
   */
  EqualityTuning(
      EqualityData data,
      PulseScheme scheme,
      int epochs,
      int chips,
      Path folder,
      String command,
      ComparisonListener listener) {
    this.data = data;
    this.scheme = scheme;
    this.epochs = epochs;
    this.chips = LongStream.range(FIRST_CHIP, FIRST_CHIP + chips).toArray();
    this.folder = folder;
    this.command = command;
    this.listener = listener;
  }

  /** Searches from where the settings are. */
  EqualitySettings from(EqualitySettings start) throws IOException {
    double software = best(start.softwareRate(), rate -> software(rate));
    double rate = best(software, each -> analog(start.withRates(software, each)));
    EqualitySettings rated = start.withRates(software, rate);
    double scale = best(start.microSiemensPerWeight(), each -> analog(rated.withScale(each)));
    EqualitySettings scaled = rated.withScale(scale);
    return scaled.withRates(software, best(rate, each -> analog(scaled.withRates(software, each))));
  }

  private ComparisonVariant software(double rate) {
    return EqualityTask.software("software-rate" + (float) rate, data.widths(), rate, 0);
  }

  private ComparisonVariant analog(EqualitySettings settings) {
    return EqualityTask.analog(
        "analog-rate"
            + (float) settings.analogRate()
            + "-scale"
            + (float) settings.microSiemensPerWeight(),
        data.widths(),
        settings.analogRate(),
        scheme,
        settings.cell());
  }

  /** Climbs in factors of two. */
  private double best(double start, DoubleFunction<ComparisonVariant> candidate)
      throws IOException {
    Map<Integer, Double> known = new TreeMap<>();
    int at = 0;
    for (int step = 0; step < MOST_STEPS; step++) {
      for (int near = at - 1; near <= at + 1; near++) {
        if (!known.containsKey(near)) {
          known.put(near, accuracy(candidate.apply(start * Math.pow(2, near))));
        }
      }
      int best = at;
      for (Map.Entry<Integer, Double> each : known.entrySet()) {
        best = each.getValue() > known.getOrDefault(best, 0.0) ? each.getKey() : best;
      }
      if (known.values().stream().allMatch(accuracy -> accuracy == 0)) {
        throw new IllegalStateException(
            data.name() + ": every candidate around " + (float) start + " failed; see " + folder);
      }
      if (best == at) {
        break;
      }
      at = best;
    }
    return start * Math.pow(2, at);
  }

  /** Mean validation accuracy; 0 if a run failed, as one that diverges does. */
  private double accuracy(ComparisonVariant candidate) throws IOException {
    if (tried.stream().noneMatch(each -> each.name().equals(candidate.name()))) {
      tried.add(candidate);
    }
    HardwareComparison comparison =
        new HardwareComparison(folder, data.name(), data.part(), data.validation())
            .epochs(epochs)
            .chipSeeds(chips)
            .setting("network", data.network())
            .setting("pulses", scheme.toString())
            .setting("tested on", "validation examples of the training set")
            .command(command)
            .listener(listener);
    data.settings().forEach(comparison::setting);
    tried.forEach(comparison::variant);
    ComparisonResult result = comparison.run();
    boolean failed = result.accuracy(candidate.name()).getN() < chips.length;
    return failed ? 0 : result.accuracy(candidate.name()).getMean();
  }
}
