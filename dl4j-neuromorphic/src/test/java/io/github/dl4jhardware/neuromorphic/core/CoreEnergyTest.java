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

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> new CoreEnergy("mine", 1, Double.NaN, 0))
        .hasMessageContaining("picojoulesPerEvent is NaN");
  }
}
