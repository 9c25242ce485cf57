package io.github.dl4jhardware.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.compare.ComparisonResult.Difference;
import io.github.dl4jhardware.cost.Cost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ComparisonResultTest {
  private static ComparisonRun run(String variant, long seed, @Nullable Double accuracy) {
    return new ComparisonRun(
        variant,
        "",
        seed,
        1,
        1,
        List.of(),
        accuracy,
        null,
        List.of(),
        0,
        0,
        Cost.UNKNOWN,
        Probe.Findings.NONE,
        accuracy == null ? "diverged" : null,
        "");
  }

  private static ComparisonResult result(List<ComparisonRun> runs) {
    return new ComparisonResult(
        "data",
        List.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        "",
        List.of("software", "analog"),
        runs,
        Map.of());
  }

  /**
   * By hand: differences −0.5, −0.3, −0.9; mean −0.5667, deviation 0.3055, t of 2 degrees of
   * freedom 4.3027. Chips differ by far more than that, which unpaired errors would count.
   */
  @Test
  void differencesAreOfPairs() {
    List<ComparisonRun> runs = new ArrayList<>();
    double[] software = {90, 95, 85};
    double[] analog = {89.5, 94.7, 84.1};
    for (int seed = 0; seed < 3; seed++) {
      runs.add(run("software", seed, software[seed]));
      // In another order than the baseline's.
      runs.add(0, run("analog", seed, analog[seed]));
    }
    Difference difference = result(runs).difference("analog");
    assertThat(difference.pairs()).isEqualTo(3);
    assertThat(difference.points()).isCloseTo(-0.566667, within(1e-6));
    assertThat(difference.standardError()).isCloseTo(0.176383, within(1e-6));
    assertThat(difference.confidence95()).isCloseTo(0.758916, within(1e-4));
  }

  /** A chip without a partner, or whose run failed, has no difference. */
  @Test
  void onlyChipsWithBothResultsCount() {
    Difference one =
        result(
                List.of(
                    run("software", 1, 90.0),
                    run("software", 2, 80.0),
                    run("software", 3, 70.0),
                    run("analog", 1, 91.0),
                    run("analog", 2, null)))
            .difference("analog");
    assertThat(one.pairs()).isEqualTo(1);
    assertThat(one.points()).isEqualTo(1);
    assertThat(one.standardError()).isNaN();
    assertThat(one.confidence95()).isNaN();
  }
}
