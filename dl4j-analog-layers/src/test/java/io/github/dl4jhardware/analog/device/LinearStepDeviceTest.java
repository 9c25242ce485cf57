package io.github.dl4jhardware.analog.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;

class LinearStepDeviceTest {
  private static final int CELLS = 20_000;
  private static final long KEY = Draws.key(11, 0, Draws.VARIATION, 0);
  private static final LinearStepDevice EXACT =
      new LinearStepDevice(
          20, 0.1, 0, 0, 20, 20, StepVariation.NONE, 0, Double.POSITIVE_INFINITY, 0, 0, false);

  @Test
  void exactCellStepsByItsStep() {
    PulsedArray array = EXACT.array(1, 2, KEY);
    array.pulse(0, 7, 1);
    array.pulse(1, -3, 1);
    assertThat(array.conductance()[0]).isCloseTo(20.7f, within(1e-5f));
    assertThat(array.conductance()[1]).isCloseTo(19.7f, within(1e-5f));
  }

  @Test
  void stepFallsLinearlyTowardsTheEndOfTheRange() {
    LinearStepDevice law =
        new LinearStepDevice(20, 0.1, 0.5, 0.5, 20, 20, StepVariation.NONE, 0, 1e6, 0, 0, false);
    PulsedArray array = law.array(1, 2, KEY);
    Arrays.fill(array.conductance(), 30);
    array.pulse(0, 1, 1);
    array.pulse(1, -1, 1);
    // u = 10 / 20, γ = 0.5: up 0.1·(1 − 0.25), down 0.1·(1 + 0.25).
    assertThat(array.conductance()[0]).isCloseTo(30.075f, within(1e-5f));
    assertThat(array.conductance()[1]).isCloseTo(29.875f, within(1e-5f));
  }

  @Test
  void conductanceStaysInItsRange() {
    PulsedArray array = EXACT.array(1, 2, KEY);
    array.pulse(0, 1e6f, 1);
    array.pulse(1, -1e6f, 1);
    assertThat(array.conductance()[0]).isEqualTo(40);
    assertThat(array.conductance()[1]).isZero();
  }

  /**
   * Up and down steps over the cells: means and spreads within 4.5 standard errors (7e−6 each), the
   * distribution by Kolmogorov–Smirnov at 1e−3.
   */
  @Test
  void variationHasItsMoments() {
    LinearStepDevice law =
        new LinearStepDevice(
            20,
            0.1,
            0,
            0,
            20,
            20,
            new StepVariation(0.1, 0, 0.06, 0.07, 0.07, 0, 1),
            0,
            1e6,
            0,
            0,
            false);
    PulsedArray array = law.array(1, CELLS, KEY);
    double[] ratio = new double[CELLS];
    double[] mean = new double[CELLS];
    for (int cell = 0; cell < CELLS; cell++) {
      float start = array.resetMicroSiemens(cell);
      array.pulse(cell, 1, 1);
      double up = array.conductance()[cell] - start;
      array.reset(cell);
      array.pulse(cell, -1, 1);
      double down = start - array.conductance()[cell];
      mean[cell] = (up + down) / 2;
      ratio[cell] = (up - down) / 0.2;
    }
    double standardError = 0.1 * 0.1 / Math.sqrt(CELLS);
    assertThat(Arrays.stream(mean).average().orElseThrow())
        .isCloseTo(0.1, within(4.5 * standardError));
    assertThat(deviation(mean)).isCloseTo(0.01, within(4.5 * 0.01 / Math.sqrt(2.0 * CELLS)));
    assertThat(deviation(ratio)).isCloseTo(0.06, within(4.5 * 0.06 / Math.sqrt(2.0 * CELLS)));
    double p =
        KolmogorovSmirnovTest.withDefaults()
            .test(ratio, NormalDistribution.of(0, 0.06)::cumulativeProbability)
            .getPValue();
    assertThat(p).isGreaterThan(1e-3);
  }

  /** Variance of n pulses is n·(0.3 step)², within 4.5 standard errors: 7e−6. */
  @Test
  void cycleNoiseAddsUpOverPulses() {
    LinearStepDevice law =
        new LinearStepDevice(
            20, 0.1, 0, 0, 20, 20, new StepVariation(0, 0, 0, 0, 0, 0.3, 0), 0, 1e6, 0, 0, false);
    for (int pulses : new int[] {1, 9}) {
      PulsedArray array = law.array(1, CELLS, KEY);
      double[] change = new double[CELLS];
      for (int cell = 0; cell < CELLS; cell++) {
        array.pulse(cell, pulses, 99);
        change[cell] = array.conductance()[cell] - 20;
      }
      double sigma = 0.03 * Math.sqrt(pulses);
      assertThat(Arrays.stream(change).average().orElseThrow())
          .isCloseTo(0.1 * pulses, within(4.5 * sigma / Math.sqrt(CELLS)));
      assertThat(deviation(change)).isCloseTo(sigma, within(4.5 * sigma / Math.sqrt(2.0 * CELLS)));
    }
  }

  /** Additive noise keeps its size where the step has shrunk; 4.5 standard errors: 7e−6. */
  @Test
  void additiveNoiseKeepsItsSizeWhereTheStepShrinks() {
    for (boolean additive : new boolean[] {false, true}) {
      LinearStepDevice law =
          new LinearStepDevice(
              20,
              0.1,
              0.5,
              0,
              20,
              20,
              new StepVariation(0, 0, 0, 0, 0, 0.3, 0),
              0,
              1e6,
              0,
              0,
              additive);
      PulsedArray array = law.array(1, CELLS, KEY);
      Arrays.fill(array.conductance(), 36);
      double[] change = new double[CELLS];
      for (int cell = 0; cell < CELLS; cell++) {
        array.pulse(cell, 1, 99);
        change[cell] = array.conductance()[cell] - 36;
      }
      // At 16 µS of 20 above the reference the step is 0.1·(1 − 0.5·0.8).
      double sigma = 0.3 * (additive ? 0.1 : 0.06);
      assertThat(deviation(change)).isCloseTo(sigma, within(4.5 * sigma / Math.sqrt(2.0 * CELLS)));
    }
  }

  /** The slope up is referred to the upper end, that down to the lower one. */
  @Test
  void slopesAreReferredToTheirOwnEnds() {
    LinearStepDevice law = LinearStepDevice.lasting(25, 0.1, 0.4, 0.4, 10, 20, StepVariation.NONE);
    PulsedArray array = law.array(1, 2, KEY);
    Arrays.fill(array.conductance(), 30);
    array.pulse(0, 1, 1);
    array.pulse(1, -1, 1);
    assertThat(array.conductance()[0]).isCloseTo(30 + 0.1f * (1 - 0.4f * 5 / 10), within(1e-5f));
    assertThat(array.conductance()[1]).isCloseTo(30 - 0.1f * (1 + 0.4f * 5 / 20), within(1e-5f));
  }

  /**
   * A mean asymmetry weakens one direction and leaves the other, and the reference may equal the
   * range without an end losing its spread; 4.5 standard errors: 7e−6.
   */
  @Test
  void asymmetryWeakensOneDirectionAndTheLowEndKeepsItsSpread() {
    for (double mean : new double[] {0.25, -0.25}) {
      PulsedArray array =
          LinearStepDevice.lasting(
                  20, 0.1, 0, 0, 20, 20, new StepVariation(0, mean, 0, 0, 0.2, 0, 0))
              .array(1, CELLS, KEY);
      double[] low = new double[CELLS];
      for (int cell = 0; cell < CELLS; cell++) {
        float start = array.conductance()[cell];
        array.pulse(cell, 1, 1);
        float up = array.conductance()[cell] - start;
        array.reset(cell);
        array.pulse(cell, -1, 1);
        float down = start - array.conductance()[cell];
        assertThat(up).isCloseTo(mean > 0 ? 0.1f : 0.075f, within(1e-5f));
        assertThat(down).isCloseTo(mean > 0 ? 0.075f : 0.1f, within(1e-5f));
        array.pulse(cell, -1e6f, 1);
        low[cell] = array.conductance()[cell];
      }
      assertThat(deviation(low)).isCloseTo(4, within(4.5 * 4 / Math.sqrt(2.0 * CELLS)));
    }
  }

  @Test
  void bothDirectionsAtOnceAreTheirDifference() {
    PulsedArray array = EXACT.array(1, 1, KEY);
    array.pulse(0, 1, new float[] {5}, new float[] {2}, 1);
    assertThat(array.conductance()[0]).isCloseTo(20.3f, within(1e-5f));
  }

  @Test
  void leakFollowsItsExponential() {
    LinearStepDevice law =
        new LinearStepDevice(20, 0.1, 0, 0, 20, 20, StepVariation.NONE, 12, 1e4, 0, 0, false);
    PulsedArray one = law.array(1, 1, KEY);
    PulsedArray many = law.array(1, 1, KEY);
    int blocks = 500;
    for (int block = 0; block < blocks; block++) {
      one.leak(0, 1, 1);
    }
    many.leak(0, 1, blocks);
    double wanted = 32 - 12 * Math.exp(-blocks * one.leakBlockExamples() / 1e4);
    assertThat((double) one.conductance()[0]).isCloseTo(wanted, within(1e-3));
    assertThat((double) many.conductance()[0]).isCloseTo(wanted, within(3e-5));
  }

  @Test
  void variationFollowsFromTheKeyAlone() {
    LinearStepDevice law =
        new LinearStepDevice(
            20,
            0.1,
            0.05,
            0.05,
            20,
            20,
            new StepVariation(0.1, 0, 0.06, 0.07, 0.07, 0.3, 1),
            12,
            1e6,
            0.3,
            0,
            false);
    assertThat(law.array(1, 50, KEY).conductance()).isEqualTo(law.array(1, 50, KEY).conductance());
    assertThat(law.array(1, 50, KEY).conductance())
        .isNotEqualTo(law.array(1, 50, KEY + 1).conductance());
  }

  @Test
  void badParametersAreNamed() {
    assertThatThrownBy(
            () ->
                new LinearStepDevice(20, 0, 0, 0, 20, 20, StepVariation.NONE, 0, 1e6, 0, 0, false))
        .hasMessage(
            "LinearStepDevice.stepMicroSiemens must be a finite number above 0, but is 0.0");
    assertThatThrownBy(() -> EXACT.withAsymmetrySpread(Double.NaN))
        .hasMessage("StepVariation.asymmetrySpread must be a number from 0 to 1, but is NaN");
    assertThatThrownBy(
            () ->
                new LinearStepDevice(
                    20, 0.1, 0, 0, 20, 20, StepVariation.NONE, 21, 1e6, 0, 0, false))
        .hasMessage(
            "LinearStepDevice.restMicroSiemens must be a number from -20 to 20, but is 21.0");
    assertThatThrownBy(
            () ->
                new LinearStepDevice(20, 0.1, 0, 0, 20, 20, StepVariation.NONE, 0, -5, 0, 0, false))
        .hasMessage("LinearStepDevice.leakExamples must be a finite number above 0, but is -5.0");
  }

  private static double deviation(double[] sample) {
    double mean = Arrays.stream(sample).average().orElseThrow();
    return Math.sqrt(
        Arrays.stream(sample).map(v -> (v - mean) * (v - mean)).sum() / (sample.length - 1));
  }
}
