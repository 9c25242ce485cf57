package io.github.dl4jhardware.analog.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.dl4jhardware.analog.cost.ArrayCost.Work;
import org.junit.jupiter.api.Test;

/** Published end points, and small networks by hand. */
class ArrayCostTest {
  private static final ArrayCost BY_HAND =
      new ArrayCost("by hand", 10, 100, 1_000, 5_000, 50, 200, 4, 30, 4, 3);

  @Test
  void calibratedPresetGivesThePublishedEndPoints() {
    ArrayCost cost = ArrayCost.calibrated2018();
    assertThat(cost.gigaopsPerSecondPerWatt(512, 512)).isCloseTo(28_065, withinPercentage(0.1));
    assertThat(cost.teraopsPerSecondPerSquareMillimetre(512, 512))
        .isCloseTo(3.6, withinPercentage(0.1));
    assertThat(cost.readFemtojoulesPerCell()).isCloseTo(71.26, within(0.01));
    assertThat(cost.name()).contains("calibrated");
  }

  /** 528-250-125-10 with bias rows: 6 operations a weight, 35.25 nJ. */
  @Test
  void oneExampleOfThePapersNetwork() {
    ArrayCost cost = ArrayCost.calibrated2018();
    int[][] arrays = {{529, 250}, {251, 125}, {126, 10}};
    double nanojoules = 0;
    for (int[] array : arrays) {
      double pulses = array[0] * array[1] * ArrayCost.REFERENCE_PULSES_PER_CELL;
      nanojoules += cost.nanojoules(new Work(array[0], array[1], 1, 1, pulses, 0));
    }
    assertThat(nanojoules).isCloseTo(35.25, within(0.01));
  }

  /** 5×4 on arrays of 4×3: two tiles down, two across; 5·2 + 4·2 = 18 lines. */
  @Test
  void energyByHand() {
    assertThat(BY_HAND.nanojoules(Work.inference(5, 4)))
        .isCloseTo((20 * 10 + 18 * 100) * 1e-6, within(1e-12));
    assertThat(BY_HAND.nanojoules(new Work(5, 4, 3, 2, 7.5, 2)))
        .isCloseTo((5 * (20 * 10 + 18 * 100) + 7.5 * 1_000 + 2 * 20 * 5_000) * 1e-6, within(1e-12));
    // A single tile: 3 + 2 lines.
    assertThat(BY_HAND.nanojoules(Work.inference(3, 2)))
        .isCloseTo((6 * 10 + 5 * 100) * 1e-6, within(1e-12));
  }

  @Test
  void areaTimeAndRatesByHand() {
    assertThat(BY_HAND.squareMillimetres(5, 4)).isCloseTo((20 * 4 + 18 * 30) * 1e-6, within(1e-12));
    assertThat(BY_HAND.trainingMicroseconds(3)).isCloseTo((6 * 50 + 200) * 1e-3, within(1e-12));
    assertThat(BY_HAND.gigaopsPerSecondPerWatt(3, 2)).isCloseTo(12 / 560e-6, within(1e-6));
    assertThat(BY_HAND.teraopsPerSecondPerSquareMillimetre(3, 2))
        .isCloseTo(12 / (50e-9 * (24 + 150) * 1e-6) * 1e-12, within(1e-9));
  }

  @Test
  void wrongValuesAreNamed() {
    assertThatThrownBy(() -> new ArrayCost("a", 1, 1, Double.NaN, 1, 1, 1, 1, 1, 1, 1))
        .hasMessageContaining("pulseFemtojoules is NaN");
    assertThatThrownBy(() -> new ArrayCost("a", 1, 1, 1, 1, 0, 1, 1, 1, 1, 1))
        .hasMessageContaining("readNanoseconds must be above 0");
    assertThatThrownBy(() -> new ArrayCost("a", 1, 1, 1, 1, 1, 1, 1, 1, 0, 1))
        .hasMessageContaining("0×1");
    assertThatThrownBy(() -> new Work(1, 1, -1, 0, 0, 0)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new Work(1, 1, 0, 0, Double.NaN, 0)).hasMessageContaining("NaN");
  }
}
