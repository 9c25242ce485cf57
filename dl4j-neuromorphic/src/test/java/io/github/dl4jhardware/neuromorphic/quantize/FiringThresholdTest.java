package io.github.dl4jhardware.neuromorphic.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiringThresholdTest {
  @ParameterizedTest
  @CsvSource({
    // mean, variance, bias, epsilon, threshold of 10 inputs
    "0, 1, 0, 1e-4, 0",
    "2, 1, 0, 1e-4, 2",
    "2.0000001, 1, 0, 1e-4, 3",
    "-1.5, 4, 0, 0, -1",
    "0, 4, 1, 0, -2",
    "0, 4, -1, 0, 2",
    "0, 0, 5, 0, 0",
    "1, 0, -1, 0.5, 2",
    "1e9, 1, 0, 0, 11",
    "-1e9, 1, 0, 0, -10"
  })
  void closedForm(double mean, double variance, double bias, double epsilon, int threshold) {
    assertThat(FiringThreshold.of(mean, variance, bias, epsilon, 10)).isEqualTo(threshold);
  }

  /** Every integer response, against exact arithmetic on r̂ itself. */
  @Test
  void separatesFiringFromSilentResponses() {
    SplittableRandom random = new SplittableRandom(5);
    for (int trial = 0; trial < 20_000; trial++) {
      int fanIn = random.nextInt(1, 129);
      // Quarters make ties likely.
      double mean = random.nextInt(-4 * fanIn, 4 * fanIn) / 4.0;
      double sigma = random.nextInt(0, 40) / 4.0;
      double bias = random.nextInt(-8, 8) / 4.0;
      double epsilon = random.nextBoolean() ? 0.25 : 1e-4;
      int threshold = FiringThreshold.of(mean, sigma * sigma, bias, epsilon, fanIn);
      int r = random.nextInt(-fanIn, fanIn + 1);
      BigDecimal spread = new BigDecimal(sigma).add(new BigDecimal(epsilon));
      BigDecimal scaled = new BigDecimal(r - mean).add(new BigDecimal(bias).multiply(spread));
      assertThat(r >= threshold)
          .as("r %s, mean %s, sigma %s, bias %s, epsilon %s", r, mean, sigma, bias, epsilon)
          .isEqualTo(scaled.signum() >= 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"NaN, 1, 0", "0, NaN, 0", "0, -1e-9, 0", "0, 1, Infinity", "0, Infinity, 0"})
  void refusesWhatIsNoNumber(double mean, double variance, double bias) {
    assertThatThrownBy(() -> FiringThreshold.of(mean, variance, bias, 1e-4, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be finite");
  }
}
