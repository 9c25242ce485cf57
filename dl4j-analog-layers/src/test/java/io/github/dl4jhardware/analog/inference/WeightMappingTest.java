package io.github.dl4jhardware.analog.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.ClosedLoopWrite;
import io.github.dl4jhardware.analog.cell.InferenceArray;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.preset.Synapses;
import org.junit.jupiter.api.Test;

class WeightMappingTest {
  private static final float[] WEIGHTS = {0.5f, -0.02f, 0, -1, 0.01f, 0};

  @Test
  void largestWeightsFillTheRange() {
    assertThat(WeightMapping.AS_TRAINED.microSiemensPerWeight(WEIGHTS, 3, 40, 60))
        .containsExactly(40, 40, 40);
    assertThat(WeightMapping.AS_TRAINED.microSiemensPerWeight(WEIGHTS, 3, Double.NaN, 60))
        .containsExactly(60, 60, 60);
    assertThat(WeightMapping.LARGEST_OF_LAYER.microSiemensPerWeight(WEIGHTS, 3, 40, 60))
        .containsExactly(60, 60, 60);
    double[] columns = WeightMapping.LARGEST_OF_COLUMN.microSiemensPerWeight(WEIGHTS, 3, 40, 60);
    assertThat(columns[0]).isEqualTo(60);
    assertThat(columns[1]).isCloseTo(3000, within(1e-3));
    // A column without weights has nothing to map.
    assertThat(columns[2]).isEqualTo(1);
  }

  /**
   * Weights of N(0, 0.08²) a day after programming, compensated: at 40 µS a weight and F = 3 they
   * lose more than half of their rms, with the largest at the end of the range a quarter. Source: a
   * simulation outside the project, 57 % and 22 %; 20,000 weights, and a tenth of the figures
   * allowed.
   */
  @Test
  void weightsThatFillTheRangeLastLonger() {
    float[] weights = new float[20_000];
    long key = Draws.key(1, 0, Draws.PROGRAM, 0);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 0.08f * Draws.normal(key, i);
    }
    assertThat(lostAfterADay(weights, 3, 40)).isBetween(0.5, 0.65);
    float largest = 0;
    for (float weight : weights) {
      largest = Math.max(largest, Math.abs(weight));
    }
    assertThat(lostAfterADay(weights, 1, 25 / largest)).isBetween(0.15, 0.25);
  }

  private static double lostAfterADay(float[] weights, double gain, double scale) {
    double[] scales = {scale};
    float[] read =
        InferenceArray.program(
                weights, Synapses.inferencePcm(), new ClosedLoopWrite(25, 1), gain, scales, 3, 0)
            .read(86_400, true);
    double errors = 0;
    double squares = 0;
    for (int i = 0; i < weights.length; i++) {
      errors += Math.pow(read[i] - weights[i], 2);
      squares += Math.pow(weights[i], 2);
    }
    return Math.sqrt(errors / squares);
  }
}
