package io.github.dl4jhardware.neuromorphic.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Energies by hand. */
class CoreEnergyTest {
  @Test
  void averageIsEventsTimesEnergy() {
    // 10 million events · 1,000 frames/s · 26 pJ = 260 mW.
    assertThat(CoreEnergy.AVERAGE.milliwatts(1e7, 1000, 1)).isCloseTo(260, within(1e-9));
    assertThat(CoreEnergy.AVERAGE.microjoulesPerFrame(1e7, 1000, 1)).isCloseTo(260, within(1e-9));
    assertThat(CoreEnergy.AVERAGE.framesPerSecondPerWatt(1e7, 1000, 1))
        .isCloseTo(1000 / 0.26, within(1e-6));
  }

  /** The published points: one million neurons at 128 synapses each and their mean rate. */
  @Test
  void fitMeetsThePublishedPoints() {
    double[][] points = {{11.58, 68}, {20.07, 71}, {95.93, 94}};
    for (double[] point : points) {
      double events = point[0] * (1 << 20) * 128;
      assertThat(CoreEnergy.MARGINAL_AND_STATIC.milliwatts(events, 1, 1))
          .isCloseTo(point[1], within(1.0));
    }
  }

  @Test
  void everyChipDrawsItsStaticPower() {
    assertThat(CoreEnergy.MARGINAL_AND_STATIC.milliwatts(0, 1000, 3)).isEqualTo(192);
  }

  /**
   * The one-chip network at its published rate, by hand: 12.4 million events · 1,249/s · 2.297 pJ ·
   * 1.5625 and 64 mW · 1.5625 or 1.953; the average of 26 pJ; 204.4 mW were measured.
   */
  @Test
  void supplyScalesTheFitTowardsThePublishedPower() {
    PublishedRun cifar = PublishedRun.withCores(4042).get(0);
    double events = 12.4e6;
    double rate = cifar.framesPerSecond();
    CoreEnergy fit = CoreEnergy.MARGINAL_AND_STATIC;
    assertThat(fit.atVolts(1, 2).milliwatts(events, rate, 1)).isCloseTo(155.6, within(0.1));
    assertThat(fit.atVolts(1, 3).milliwatts(events, rate, 1)).isCloseTo(180.6, within(0.1));
    assertThat(CoreEnergy.AVERAGE.milliwatts(events, rate, 1)).isCloseTo(402.7, within(0.1));
    assertThat(cifar.milliwatts()).isBetween(180.6, 402.7);
    assertThat(fit.atVolts(0.8, 3).milliwatts(events, rate, 1))
        .isCloseTo(fit.milliwatts(events, rate, 1), within(1e-9));
    assertThat(fit.atVolts(1, 3).basis()).contains("0.8 V").contains("scaled to 1.0 V");
  }

  /** The published efficiency is the rate by the power. */
  @Test
  void publishedRunsAreConsistent() {
    double[] framesPerSecondPerWatt = {
      6108.6, 7343.7, 9849.9, 8051.8, 10335.5, 59010.7, 18300.1, 12698.0
    };
    for (int i = 0; i < framesPerSecondPerWatt.length; i++) {
      PublishedRun run = PublishedRun.ALL.get(i);
      assertThat(1000 * run.framesPerSecond() / run.milliwatts())
          .isCloseTo(framesPerSecondPerWatt[i], within(0.003 * framesPerSecondPerWatt[i]));
    }
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> CoreEnergy.AVERAGE.atVolts(0, 2))
        .hasMessage("CoreEnergy.atVolts: 0.0 V; the supply must be above 0");
    assertThatThrownBy(() -> CoreEnergy.AVERAGE.atVolts(1, -1))
        .hasMessageContaining("staticExponent is -1.0");
    assertThatThrownBy(() -> new CoreEnergy("mine", 1, Double.NaN, 0, ""))
        .hasMessageContaining("picojoulesPerEvent is NaN");
  }
}
