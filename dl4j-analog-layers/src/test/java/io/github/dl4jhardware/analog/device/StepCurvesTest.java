package io.github.dl4jhardware.analog.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Soft bounds and exponential steps against closed forms and published points. */
class StepCurvesTest {
  private static final long KEY = Draws.key(3, 1, Draws.VARIATION, 0);

  /** d_up − (d_up − d)·(1 − a/d_up)^n. */
  @Test
  void softBoundsApproachTheirBoundGeometrically() {
    SoftBoundsDevice law = new SoftBoundsDevice(20, 0.1, 25, 15, StepVariation.NONE);
    PulsedArray array = law.array(1, 2, KEY);
    array.pulse(0, 100, 1);
    array.pulse(1, -100, 1);
    assertThat((double) array.conductance()[0])
        .isCloseTo(45 - 25 * Math.pow(1 - 0.1 / 25, 100), within(1e-3));
    assertThat((double) array.conductance()[1])
        .isCloseTo(5 + 15 * Math.pow(1 - 0.1 / 15, 100), within(1e-3));
  }

  /** The published curve of partial SET is an exponential step in a range 0…2. */
  @Test
  void exponentialStepsGiveThePublishedSetCurve() {
    double[][] points = {
      {1, 0.2824}, {2, 0.4268}, {5, 0.6817}, {10, 0.9244}, {20, 1.2174}, {50, 1.7297}, {72, 2}
    };
    ExponentialStepDevice law =
        new ExponentialStepDevice(1, 0.01, 27.235, 0, 2.5, 0, 1, 1, StepVariation.NONE);
    for (double[] point : points) {
      PulsedArray array = law.array(1, 1, KEY);
      array.conductance()[0] = 0;
      array.pulse(0, (float) point[0], 1);
      assertThat((double) array.conductance()[0]).isCloseTo(point[1], within(1e-4));
    }
  }

  /** a·(1 + A·e^(∓κ(u + 1))), down steps a quarter weaker, by hand at three places of the range. */
  @Test
  void exponentialStepsFollowTheirLawBothWays() {
    ExponentialStepDevice law =
        new ExponentialStepDevice(
            20, 0.027, 1.2, 0.08, 2.5, 2.5, 20, 20, new StepVariation(0, 0.25, 0, 0, 0, 0, 0));
    for (double u : new double[] {-0.5, 0, 0.75}) {
      PulsedArray array = law.array(1, 2, KEY);
      float start = (float) (20 + 20 * u);
      array.conductance()[0] = start;
      array.conductance()[1] = start;
      array.pulse(0, 1, 1);
      array.pulse(1, -1, 1);
      assertThat((double) array.conductance()[0] - start)
          .isCloseTo(0.027 * (1 + 1.2 * Math.exp(-2.5 * (u + 1))), within(1e-5));
      assertThat((double) start - array.conductance()[1])
          .isCloseTo(0.027 * 0.75 * (1 + 0.08 * Math.exp(2.5 * (u + 1))), within(1e-5));
    }
  }

  @Test
  void devicesWithoutLeakSaySo() {
    assertThatThrownBy(
            () -> new SoftBoundsDevice(20, 0.1, 25, 15, StepVariation.NONE).withLeakExamples(1000))
        .hasMessage("SoftBoundsDevice has no leak");
  }
}
