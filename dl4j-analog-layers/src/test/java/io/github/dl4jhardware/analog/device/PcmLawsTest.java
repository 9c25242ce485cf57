package io.github.dl4jhardware.analog.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Golden values of the published fits, worked out from the formulae in the laws' documentation with
 * 40 digits; g_max of the fit 25 µS.
 */
class PcmLawsTest {
  private static final double HOUR = 3600;
  private static final double DAY = 24 * HOUR;

  /** The year of the golden table. */
  private static final double YEAR = 3.15e7;

  @ParameterizedTest
  @CsvSource({"0,0.263480", "0.1,0.448249", "0.25,0.681411", "0.5,0.952705", "1.0,1.055380"})
  void programmingError(double g, double sigma) {
    assertThat(PcmProgrammingError.sigmaMicroSiemens(25 * g)).isCloseTo(sigma, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0.2,0.836765,0.952951,1.017362,1.127371",
    "0.1,0.039308,0.164458,0.187294,0.199953,0.221574",
    "0.25,0.021668,0.090656,0.103243,0.110222,0.122140",
    "0.5,0.013809,0.057773,0.065795,0.070242,0.077838",
    "1.0,0.0088,0.036818,0.041930,0.044764,0.049604"
  })
  void readNoise(
      double g, double amplitude, double at0, double atHour, double atDay, double atYear) {
    double conductance = 25 * g;
    assertThat(PcmReadNoise.amplitude(conductance)).isCloseTo(amplitude, within(1e-6));
    assertThat(PcmReadNoise.relativeSigma(conductance, 0)).isCloseTo(at0, within(2e-6));
    assertThat(PcmReadNoise.relativeSigma(conductance, HOUR)).isCloseTo(atHour, within(2e-6));
    assertThat(PcmReadNoise.relativeSigma(conductance, DAY)).isCloseTo(atDay, within(2e-6));
    assertThat(PcmReadNoise.relativeSigma(conductance, YEAR)).isCloseTo(atYear, within(2e-6));
  }

  @Test
  void partialSetFollowsItsPublishedPoints() {
    double[][] points = {
      {1, 0.2824}, {2, 0.4268}, {5, 0.6817}, {10, 0.9244}, {20, 1.2174}, {50, 1.7297}, {72, 2}
    };
    Pcm pcm = pcm(2, 0, 0, 1, 0);
    for (double[] point : points) {
      assertThat(pcm.set(0, (float) point[0], 0)).isCloseTo((float) point[1], within(1e-4f));
    }
    assertThat(pcm.set(0, 71, 0)).isLessThan(2);
  }

  /** 40,000 draws; mean and σ within 4.5 standard errors: false-alarm rate 7e−6 each. */
  @ParameterizedTest
  @CsvSource({"5", "10", "18"})
  void programmedConductanceHasTheLawsMoments(double target) {
    Pcm pcm = pcm(25, 1, 1, 1, 0);
    int n = 40_000;
    long key = Draws.key(3, 0, Draws.PROGRAM, 0);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double error = pcm.program((float) target, Draws.normal(key, i)) - target;
      sum += error;
      squares += error * error;
    }
    double sigma = PcmProgrammingError.sigmaMicroSiemens(target);
    assertThat(sum / n).isCloseTo(0, within(4.5 * sigma / Math.sqrt(n)));
    assertThat(squares / n / (sigma * sigma)).isCloseTo(1, within(4.5 * Math.sqrt(2.0 / n)));
  }

  /** By hand from ln((t + t0 + t_r) / (2 t_r)): 25 µs against 250 ns. */
  @Test
  void longerReadsAverageAsOneOverFNoiseDoes() {
    double single = Math.sqrt(PcmReadNoise.variance(0, 250e-9));
    double hundred = Math.sqrt(PcmReadNoise.variance(0, 25e-6));
    assertThat(single * single).isCloseTo(17.504390, within(1e-6));
    assertThat(hundred / single).isCloseTo(0.858, within(5e-4));
  }

  /**
   * 40,000 reads back, as above: with a wait of t0 the noise of the formula, with a shorter one
   * what is faster than that; four sweeps halve it.
   */
  @ParameterizedTest
  @CsvSource({"1,20,1,0.057773", "100,20,1,0.049583", "100,0.05,1,0.038066", "100,0.05,4,0.019033"})
  void readBackHasTheLawsMoments(int reads, double wait, int sweeps, double relative) {
    Pcm pcm = pcm(25, 1, 1, 1, 0).withReading(new PcmReading(reads, wait, sweeps));
    int n = 40_000;
    long key = Draws.key(4, 0, Draws.TRANSFER, 0);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double error = pcm.readBack(12.5f, Draws.normal(key, i)) - 12.5;
      sum += error;
      squares += error * error;
    }
    double sigma = 12.5 * relative;
    assertThat(sum / n).isCloseTo(0, within(4.5 * sigma / Math.sqrt(n)));
    assertThat(squares / n / (sigma * sigma)).isCloseTo(1, within(4.5 * Math.sqrt(2.0 / n) + 1e-3));
  }

  /**
   * Reads of one write share a part: variance of the mean of 16, and of their differences. What
   * they share and what each has by itself add up to the noise of an independent read; 4.5 standard
   * errors: 7e−6 each.
   */
  @Test
  void readsOfAWriteShareTheSlowPart() {
    Pcm pcm = pcm(25, 1, 1, 1, 0).withReading(new PcmReading(100, 0.05, 1));
    int writes = 20_000;
    long key = Draws.key(4, 0, Draws.TRANSFER, 1);
    double products = 0;
    double squares = 0;
    for (int write = 0; write < writes; write++) {
      float shared = Draws.normal(key, 3L * write);
      double first = pcm.verify(12.5f, shared, Draws.normal(key, 3L * write + 1)) / 12.5 - 1;
      double second = pcm.verify(12.5f, shared, Draws.normal(key, 3L * write + 2)) / 12.5 - 1;
      products += first * second;
      squares += first * first;
    }
    double amplitude = PcmReadNoise.amplitude(12.5);
    // By hand: 16 reads of 25 µs are 0.4 ms, and (20 + x)/2x at 25 µs, 0.4 ms and 50 ms.
    double all = amplitude * amplitude * Math.log(400_001 / (20.05 / 0.1));
    double shared = amplitude * amplitude * Math.log((20.0004 / 0.0008) / (20.05 / 0.1));
    assertThat(squares / writes / all).isCloseTo(1, within(4.5 * Math.sqrt(2.0 / writes)));
    assertThat(products / writes / all)
        .isCloseTo(shared / all, within(4.5 * Math.sqrt(2.0 / writes)));
  }

  @Test
  void conductanceStaysInRangeAndSetNeverLowers() {
    Pcm pcm = pcm(20, 1, 1, 1, 3);
    // The range bounds what is aimed at, not what is reached.
    assertThat(pcm.program(20, 4)).isGreaterThan(20);
    assertThat(pcm.program(0, -4)).isZero();
    assertThat(pcm.set(5, 1, -100)).isEqualTo(5);
    assertThat(pcm.set(5, 1000, 0)).isEqualTo(20);
  }

  /** At the end of the fit's range nothing is cut off: 4.5 standard errors, 7e−6 each. */
  @Test
  void programmingAtTheEndOfTheRangeKeepsMeanAndSpread() {
    Pcm pcm = pcm(25, 1, 1, 1, 0);
    int n = 40_000;
    long key = Draws.key(3, 0, Draws.PROGRAM, 5);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double error = pcm.program(25, Draws.normal(key, i)) - 25;
      sum += error;
      squares += error * error;
    }
    assertThat(sum / n).isCloseTo(0, within(4.5 * 1.05538 / Math.sqrt(n)));
    assertThat(Math.sqrt(squares / n))
        .isCloseTo(1.05538, within(4.5 * 1.05538 / Math.sqrt(2.0 * n)));
  }

  @Test
  void badParametersAreNamed() {
    assertThatThrownBy(() -> pcm(-1, 1, 1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Pcm.gMaxMicroSiemens must be a finite number above 0, but is -1.0");
    assertThatThrownBy(() -> pcm(20, Double.NaN, 1, 1, 0))
        .hasMessage("Pcm.programmingErrorScale must be a finite number of at least 0, but is NaN");
    assertThatThrownBy(() -> pcm(20, 1, 1, 0, 0))
        .hasMessage("PcmReading.readsInARow must be a whole number from 1 to 1000000, but is 0");
  }

  private static Pcm pcm(
      double gMax, double programmingError, double readNoise, int reads, double setNoise) {
    return new Pcm(
        gMax,
        programmingError,
        readNoise,
        new PcmReading(reads, 0.05, 1),
        setNoise,
        PcmProgramming.FITTED_ERROR,
        0,
        0);
  }
}
