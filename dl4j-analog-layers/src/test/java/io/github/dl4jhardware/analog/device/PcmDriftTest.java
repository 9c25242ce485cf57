package io.github.dl4jhardware.analog.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Golden values worked out from the formulae in the law's documentation; g_max of the fit 25 µS.
 */
class PcmDriftTest {
  @ParameterizedTest
  @CsvSource({
    "0,0.1,0.045",
    "0.1,0.060090,0.022882",
    "0.25,0.049,0.011429",
    "0.5,0.049,0.008",
    "1.0,0.049,0.008"
  })
  void exponentFollowsTheFit(double g, double mean, double sigma) {
    assertThat(PcmDrift.meanExponent(25 * g)).isCloseTo(mean, within(1e-6));
    assertThat(PcmDrift.exponentSigma(25 * g)).isCloseTo(sigma, within(1e-6));
  }

  /**
   * 40,000 devices: mean and σ of ν within 4.5 standard errors (false-alarm rate 7e−6 each) plus
   * the shift that folding negative exponents makes, at most 1e−3 of mean and σ.
   */
  @ParameterizedTest
  @CsvSource({
    "0,0.1,0.045",
    "0.1,0.060090,0.022882",
    "0.25,0.049,0.011429",
    "0.5,0.049,0.008",
    "1.0,0.049,0.008"
  })
  void exponentsHaveTheLawsMoments(double g, double mean, double sigma) {
    int n = 40_000;
    long key = Draws.key(8, 0, Draws.VARIATION, 3);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double nu = PcmDrift.exponent(25 * g, Draws.normal(key, i));
      sum += nu;
      squares += nu * nu;
    }
    double found = sum / n;
    assertThat(found).isCloseTo(mean, within(4.5 * sigma / Math.sqrt(n) + 1e-3));
    assertThat(Math.sqrt(squares / n - found * found))
        .isCloseTo(sigma, within(4.5 * sigma / Math.sqrt(2.0 * n) + 1e-3));
  }

  /** By hand: ((t + 20)/20)^−0.05. */
  @Test
  void conductanceFallsByAPowerOfTime() {
    assertThat(PcmDrift.factor(0.05, 0)).isEqualTo(1);
    assertThat(PcmDrift.factor(0.05, 20)).isCloseTo(Math.pow(2, -0.05), within(1e-12));
    assertThat(PcmDrift.factor(0.05, 3600)).isCloseTo(0.771110, within(1e-6));
    assertThat(PcmDrift.factor(0, 1e9)).isEqualTo(1);
  }
}
