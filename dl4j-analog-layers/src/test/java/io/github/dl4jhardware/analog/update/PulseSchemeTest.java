package io.github.dl4jhardware.analog.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.IdealSynapse;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * E[ΔW] = −η·x·δ and the variance that {@link PulseScheme} states, on ideal devices with unclipped
 * probabilities.
 */
class PulseSchemeTest {
  private static final int EXAMPLES = 40_000;
  private static final float[] INPUT = {0.9f, 0.3f, -0.6f, 0};
  private static final float[] DELTA = {0.5f, -0.04f, 0.2f};
  private static final double STEP = 0.0025;

  /**
   * Mean and variance of every cell within 4.5 standard errors: false-alarm rate 7e−6 each, 24 of
   * them a case.
   */
  @ParameterizedTest
  @CsvSource({
    "STOCHASTIC,0.001,31",
    "STOCHASTIC,0.02,31",
    "STOCHASTIC,0.02,10",
    "DETERMINISTIC,0.001,31",
    "DETERMINISTIC,0.02,31",
    "EXPECTED,0.02,31"
  })
  void meanAndVariance(PulseScheme scheme, double rate, int length) {
    SynapseArray array = new IdealSynapse(STEP).array(INPUT.length, DELTA.length, 1, 0);
    RankOneUpdate update =
        new RankOneUpdate(array, new AnalogSgd(rate, null, scheme, length), 1, 0);
    int cells = INPUT.length * DELTA.length;
    double[] sum = new double[cells];
    double[] squares = new double[cells];
    Hits hits = new Hits();
    for (int example = 0; example < EXAMPLES; example++) {
      Arrays.fill(array.weights(), 0);
      fire(update, rate, example, hits);
      for (int cell = 0; cell < cells; cell++) {
        double pulses = array.weights()[cell] / STEP;
        sum[cell] += pulses;
        squares[cell] += pulses * pulses;
      }
    }
    for (int cell = 0; cell < cells; cell++) {
      double wanted = -rate * INPUT[cell / DELTA.length] * DELTA[cell % DELTA.length] / STEP;
      double q = Math.abs(wanted);
      double variance =
          switch (scheme) {
            case STOCHASTIC -> q * (1 - q / length);
            case DETERMINISTIC -> (q - Math.floor(q)) * (1 - (q - Math.floor(q)));
            case EXPECTED -> 0;
          };
      double mean = sum[cell] / EXAMPLES;
      assertThat(mean).isCloseTo(wanted, within(4.5 * Math.sqrt(variance / EXAMPLES) + 1e-6));
      double found = squares[cell] / EXAMPLES - mean * mean;
      // Fourth moment of a count: about variance + 3·variance².
      double error = 4.5 * Math.sqrt((variance + 2 * variance * variance) / EXAMPLES);
      assertThat(found).isCloseTo(variance, within(error + 1e-6));
    }
  }

  /**
   * The golden-ratio walk keeps the running count within a few pulses of its mean, where random
   * counts stray by hundreds.
   */
  @Test
  void deterministicCountsDoNotStray() {
    double rate = 0.001;
    SynapseArray array = new IdealSynapse(STEP).array(INPUT.length, DELTA.length, 1, 0);
    RankOneUpdate update =
        new RankOneUpdate(array, new AnalogSgd(rate, PulseScheme.DETERMINISTIC), 1, 0);
    Hits hits = new Hits();
    for (int example = 0; example < EXAMPLES; example++) {
      fire(update, rate, example, hits);
    }
    for (int cell = 0; cell < INPUT.length * DELTA.length; cell++) {
      double wanted = -rate * INPUT[cell / DELTA.length] * DELTA[cell % DELTA.length] * EXAMPLES;
      assertThat(array.weights()[cell] / STEP).isCloseTo(wanted / STEP, within(5.0));
    }
  }

  /** The result does not depend on how the columns are divided. */
  @ParameterizedTest
  @EnumSource(PulseScheme.class)
  void divisionOfTheWorkDoesNotShow(PulseScheme scheme) {
    float[][] reached = new float[2][];
    for (int parts = 1; parts <= 2; parts++) {
      SynapseArray array = Synapses.pcmCapacitor2018().array(INPUT.length, DELTA.length, 3, 1);
      RankOneUpdate update = new RankOneUpdate(array, new AnalogSgd(0.02, scheme), 3, 1);
      for (int example = 0; example < 100; example++) {
        update.begin(INPUT, DELTA, 0.02, example);
        for (int part = 0; part < parts; part++) {
          update.prepare(part, parts);
        }
        for (int part = 0; part < parts; part++) {
          int from = RankOneUpdate.share(DELTA.length, part, parts);
          int to = RankOneUpdate.share(DELTA.length, part + 1, parts);
          update.fire(from, to, new Hits(), new PulseTally());
        }
      }
      reached[parts - 1] = array.weights();
    }
    assertThat(reached[1]).isEqualTo(reached[0]);
  }

  @Test
  void badSettingsAreNamed() {
    assertThatThrownBy(() -> new AnalogSgd(-0.1))
        .hasMessage("AnalogSgd.learningRate must be a finite number of at least 0, but is -0.1");
    assertThatThrownBy(() -> new AnalogSgd(Double.NaN)).hasMessageContaining("but is NaN");
    assertThatThrownBy(() -> new AnalogSgd(0.1, null, PulseScheme.STOCHASTIC, 32))
        .hasMessage("AnalogSgd.pulseTrainLength must be a whole number from 1 to 31, but is 32");
  }

  private static void fire(RankOneUpdate update, double rate, int example, Hits hits) {
    update.begin(INPUT, DELTA, rate, example);
    update.prepare(0, 1);
    update.fire(0, DELTA.length, hits, new PulseTally());
  }
}
