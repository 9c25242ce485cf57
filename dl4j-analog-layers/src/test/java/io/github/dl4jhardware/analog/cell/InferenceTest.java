package io.github.dl4jhardware.analog.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PcmProgramming;
import io.github.dl4jhardware.analog.device.PcmReading;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programming, drift and read of a layer, and the noise injected to prepare for them. */
class InferenceTest {
  private static final int N = 40_000;
  private static final double DAY = 86_400;

  private static InferenceArray programmed(float weight, Pcm pcm) {
    float[] weights = new float[N];
    Arrays.fill(weights, weight);
    return InferenceArray.program(
        weights, pcm, new ClosedLoopWrite(25, 1), 1, new double[] {25}, 3, 0);
  }

  /**
   * Read noise at the five conductances of the golden table, over 40,000 devices without
   * programming error: σ within 4.5 standard errors (7e−6). Drift is taken out by each device's own
   * mean being known: the spread of exponents adds its part, which is added to the bound.
   */
  @ParameterizedTest
  @CsvSource({
    "0.1,0.164458,0.199953",
    "0.25,0.090656,0.110222",
    "0.5,0.057773,0.070242",
    "1.0,0.036818,0.044764"
  })
  void readNoiseAndDriftHaveTheTablesMoments(float weight, double atOnce, double afterDay) {
    Pcm exact = new Pcm(25, 0, 1, PcmReading.SINGLE, 0, PcmProgramming.FITTED_ERROR, 0, 0);
    InferenceArray array = programmed(weight, exact);
    assertThat(relativeDeviation(array.read(0, false)))
        .isCloseTo(atOnce, within(4.5 * atOnce / Math.sqrt(2.0 * N)));
    Pcm quiet = new Pcm(25, 0, 0, PcmReading.SINGLE, 0, PcmProgramming.FITTED_ERROR, 0, 0);
    float[] drifted = programmed(weight, quiet).read(DAY, false);
    double log = Math.log((DAY + 20) / 20);
    double[] exponents = new double[N];
    for (int i = 0; i < N; i++) {
      exponents[i] = -Math.log(drifted[i] / weight) / log;
    }
    double mean = Arrays.stream(exponents).average().orElseThrow();
    double wantedMean = Math.max(0.049, Math.min(0.1, -0.0155 * Math.log(weight) + 0.0244));
    double wantedSigma = Math.max(0.008, Math.min(0.045, -0.0125 * Math.log(weight) - 0.0059));
    assertThat(mean).isCloseTo(wantedMean, within(4.5 * wantedSigma / Math.sqrt(N) + 2e-4));
    double squares = Arrays.stream(exponents).map(v -> (v - mean) * (v - mean)).sum();
    assertThat(Math.sqrt(squares / N))
        .isCloseTo(wantedSigma, within(4.5 * wantedSigma / Math.sqrt(2.0 * N) + 2e-4));
    // Both together after a day: noise of the drifted conductance with the σ of its target, and
    // drift, whose factor e^(−ν·log) is log-normal.
    float[] noisy = array.read(DAY, false);
    double[] relative = new double[N];
    for (int i = 0; i < N; i++) {
      relative[i] = noisy[i] / drifted[i] - 1;
    }
    double noise = Math.sqrt(Arrays.stream(relative).map(v -> v * v).average().orElseThrow());
    assertThat(noise).isCloseTo(afterDay, within(4.5 * afterDay / Math.sqrt(2.0 * N)));
  }

  /**
   * A device at fault fluctuates and drifts as what it is, not as what was aimed at: stuck at 25 µS
   * beside a target of 0, its read noise is 3.7 % and not 84 %; 4.5 standard errors.
   */
  @Test
  void devicesAtFaultFluctuateAsWhatTheyAre() {
    Pcm stuck = new Pcm(25, 0, 1, PcmReading.SINGLE, 0, PcmProgramming.FITTED_ERROR, 1, 0);
    float[] read = programmed(0, stuck).read(0, false);
    double squares = 0;
    for (float weight : read) {
      squares += (double) weight * weight;
    }
    double sigma = Math.sqrt(2) * 0.036818;
    assertThat(Math.sqrt(squares / N)).isCloseTo(sigma, within(4.5 * sigma / Math.sqrt(2.0 * N)));
  }

  /** A device in RESET has no conductance to fluctuate: the pair's other side stays at 0. */
  @Test
  void nothingComesFromNothing() {
    Pcm exact = new Pcm(25, 0, 1, PcmReading.SINGLE, 0, PcmProgramming.FITTED_ERROR, 0, 0);
    assertThat(programmed(0, exact).read(DAY, true)).containsOnly(0);
  }

  @Test
  void compensationBringsTheMeanBack() {
    Pcm quiet = new Pcm(25, 0, 0, PcmReading.SINGLE, 0, PcmProgramming.FITTED_ERROR, 0, 0);
    InferenceArray array = programmed(0.5f, quiet);
    assertThat(mean(array.read(DAY, false))).isLessThan(0.35);
    assertThat(mean(array.read(DAY, true))).isCloseTo(0.5, within(1e-3));
    assertThat(array.compensation(0)).isEqualTo(1);
    assertThat(array.compensation(DAY)).isGreaterThan(1.4);
  }

  @Test
  void sameChipReadsTheSame() {
    Pcm real = Synapses.inferencePcm();
    assertThat(programmed(0.3f, real).read(DAY, true))
        .isEqualTo(programmed(0.3f, real).read(DAY, true));
    assertThat(programmed(0.3f, real).read(DAY, true))
        .isNotEqualTo(programmed(0.3f, real).read(DAY + 1, true));
  }

  /**
   * Injected noise is what one programming and one read leave: variance σ_prog² + (g·σ_read)² of
   * the device that carries the weight plus that of the other in RESET, whose error is cut at 0
   * (half a normal: mean 0.3989 σ, variance 0.3408 σ²). 4.5 standard errors plus 3 %, for the noise
   * of programmed instead of wanted conductances.
   */
  @Test
  void injectedNoiseIsThatOfProgrammingAndReading() {
    float[] weights = new float[N];
    Arrays.fill(weights, 0.5f);
    weights[0] = 1;
    float[] noisy = Synapses.pcmInference().inject(weights, 1, 77);
    double[] error = new double[N - 1];
    for (int i = 1; i < N; i++) {
      error[i - 1] = 25 * (noisy[i] - 0.5);
    }
    double mean = Arrays.stream(error).average().orElseThrow();
    double variance = Arrays.stream(error).map(v -> (v - mean) * (v - mean)).sum() / N;
    assertThat(mean).isCloseTo(-0.3989 * 0.26348, within(4.5 * Math.sqrt(variance / N) + 0.01));
    double reset = 0.26348;
    // The read of the other device fluctuates by up to 0.84 of its small conductance.
    double low = 0.952705 * 0.952705 + Math.pow(12.5 * 0.057773, 2) + 0.3408 * reset * reset;
    double high = low + 0.5 * 0.84 * 0.84 * reset * reset;
    assertThat(variance).isBetween(0.95 * low, 1.05 * high);
    assertThat(Synapses.pcmInference().inject(weights, 1, 77)).isEqualTo(noisy);
    assertThat(Synapses.pcmInference().inject(weights, 1, 78)).isNotEqualTo(noisy);
  }

  /**
   * With scales of their own, a column of weights a hundredth as large has a hundredth of the
   * noise; with one scale, all of it. 20,000 cells: a ratio of deviations is within 4 % by 4.5
   * standard errors (7e−6) with the same law on both sides.
   */
  @Test
  void columnsHaveNoiseOfTheirOwnScale() {
    int rows = 20_000;
    float[] weights = new float[2 * rows];
    for (int row = 0; row < rows; row++) {
      weights[2 * row] = row == 0 ? 1 : 0.5f;
      weights[2 * row + 1] = 0.01f * weights[2 * row];
    }
    InferenceSynapse ofLayer = Synapses.pcmInference();
    InferenceSynapse ofColumns = ofLayer.withColumnScales();
    assertThat(ratio(ofColumns.inject(weights, 2, 5), weights)).isCloseTo(0.01, within(4e-4));
    assertThat(ratio(ofLayer.inject(weights, 2, 5), weights)).isGreaterThan(0.2);
    for (int row = 0; row < rows; row++) {
      weights[2 * row] = Draws.normal(9, row);
      weights[2 * row + 1] = 0.01f * weights[2 * row];
    }
    float[] clipped = weights.clone();
    ofColumns.clip(clipped, 2);
    for (int row = 0; row < rows; row++) {
      assertThat(clipped[2 * row + 1]).isCloseTo(0.01f * clipped[2 * row], within(1e-6f));
    }
    assertThat(clipped).isNotEqualTo(weights);
    // Columns of one weight, and columns of equal ones, are what they are.
    float[] single = {0.5f, -0.3f};
    assertThat(ofColumns.clip(single, 2)).isZero();
    float[] equal = {0.2f, -1, 0.2f, -1, 0.2f, -1};
    assertThat(ofColumns.clip(equal, 2)).isZero();
  }

  private static double ratio(float[] noisy, float[] weights) {
    double[] squares = new double[2];
    for (int cell = 2; cell < noisy.length; cell++) {
      squares[cell % 2] += Math.pow(noisy[cell] - weights[cell], 2);
    }
    return Math.sqrt(squares[1] / squares[0]);
  }

  /** Each output is brought back by what its own column has lost. */
  @Test
  void columnsAreCompensatedByThemselves() {
    int rows = 5000;
    float[] weights = new float[2 * rows];
    for (int row = 0; row < rows; row++) {
      // Small conductances drift faster.
      weights[2 * row] = 1;
      weights[2 * row + 1] = 0.1f;
    }
    InferenceArray array =
        InferenceArray.program(
            weights,
            Synapses.inferencePcm(),
            new ClosedLoopWrite(25, 1),
            1,
            new double[] {25, 25},
            3,
            0);
    double[] before = sums(array.read(0, DriftCompensation.NONE));
    double[] global = sums(array.read(DAY, DriftCompensation.GLOBAL));
    double[] own = sums(array.read(DAY, DriftCompensation.COLUMN));
    // Both devices of a pair count, the one in RESET too, which drifts more.
    for (int column = 0; column < 2; column++) {
      assertThat(own[column] / before[column]).isCloseTo(1, within(0.06));
    }
    assertThat(global[1] / before[1]).isLessThan(own[1] / before[1] - 0.02);
    assertThat(sums(array.read(DAY, true))).isEqualTo(global);
    assertThat(sums(array.read(0, false))).isEqualTo(before);
  }

  private static double[] sums(float[] weights) {
    double[] sums = new double[2];
    for (int cell = 0; cell < weights.length; cell++) {
      sums[cell % 2] += weights[cell];
    }
    return sums;
  }

  @Test
  void weightsAreClippedToTheirDeviations() {
    float[] weights = new float[1000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Draws.normal(5, i);
    }
    float[] before = weights.clone();
    int clipped = Synapses.pcmInference().clip(weights, 1);
    assertThat(clipped).isBetween(20, 80);
    double deviation = relativeDeviation(before) * mean(before);
    float bound = (float) (2 * Math.abs(deviation));
    for (int i = 0; i < weights.length; i++) {
      assertThat(weights[i]).isCloseTo(Math.max(-bound, Math.min(bound, before[i])), within(2e-3f));
    }
    assertThat(
            new InferenceSynapse(Synapses.inferencePcm(), Double.POSITIVE_INFINITY).clip(before, 1))
        .isZero();
  }

  /**
   * Columns with scales of their own, a gain, weights of both signs, by either way of programming:
   * what is read is what was asked for, within the tolerance of the write and its last pulse.
   */
  @ParameterizedTest
  @CsvSource({"FITTED_ERROR", "SET_LADDER"})
  void columnsHaveTheirScales(PcmProgramming programming) {
    Pcm quiet = new Pcm(25, 0, 0, PcmReading.SINGLE, 0, programming, 0, 0);
    double[] scales = {40, 10, 100};
    float[] weights = new float[3000];
    for (int cell = 0; cell < weights.length; cell++) {
      weights[cell] = (float) (50 * Math.sin(cell) / scales[cell % 3]);
    }
    InferenceArray array =
        InferenceArray.program(weights, quiet, new ClosedLoopWrite(1, 100), 3, scales, 3, 0);
    assertThat(array.failures()).isZero();
    float[] now = array.read(0, false);
    for (int cell = 0; cell < weights.length; cell++) {
      double off = (now[cell] - weights[cell]) * scales[cell % 3];
      // Of a ladder an eighth of the largest step is left, 0.35 µS, times the gain.
      assertThat(off).isCloseTo(0, within(programming == PcmProgramming.SET_LADDER ? 1.2 : 1e-4));
    }
    // Everything shrinks by one factor for both signs, up to the spread of the exponents.
    float[] later = array.read(DAY, false);
    for (int cell = 0; cell < weights.length; cell++) {
      assertThat(Math.abs(later[cell])).isLessThanOrEqualTo(Math.abs(now[cell]) + 0.02f);
    }
    double plain = 0;
    double compensated = 0;
    for (int cell = 0; cell < weights.length; cell++) {
      plain += later[cell] * weights[cell] * scales[cell % 3];
    }
    float[] raised = array.read(DAY, true);
    for (int cell = 0; cell < weights.length; cell++) {
      compensated += raised[cell] * weights[cell] * scales[cell % 3];
    }
    assertThat(compensated / plain).isCloseTo(array.compensation(DAY), within(1e-4));
    // Sum of all conductances before over sum now, by hand from single devices' reads is not to be
    // had; the mean exponent of 0.05 to 0.1 over ln(86,420 / 20) = 8.4 bounds it.
    assertThat(array.compensation(DAY)).isBetween(Math.exp(0.04 * 8.37), Math.exp(0.11 * 8.37));
  }

  /** Dead devices leave their pairs outside the tolerance, about one of ten here. */
  @Test
  void failedWritesAreCounted() {
    Pcm dead = new Pcm(25, 0, 0, PcmReading.SINGLE, 0, PcmProgramming.SET_LADDER, 0, 0.1);
    float[] weights = new float[4000];
    Arrays.fill(weights, 0.5f);
    InferenceArray array =
        InferenceArray.program(
            weights, dead, new ClosedLoopWrite(1, 100), 1, new double[] {25}, 3, 0);
    assertThat(array.failures()).isBetween(315L, 485L);
    float[] read = array.read(0, false);
    int zeros = 0;
    for (float weight : read) {
      zeros += weight == 0 ? 1 : 0;
    }
    assertThat((long) zeros).isEqualTo(array.failures());
  }

  @Test
  void nothingIsInjectedIntoNothing() {
    assertThat(Synapses.pcmInference().inject(new float[7], 1, 77)).containsOnly(0).hasSize(7);
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double relativeDeviation(float[] values) {
    double mean = mean(values);
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / values.length) / mean;
  }
}
