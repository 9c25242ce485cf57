package io.github.dl4jhardware.analog.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.IdealSynapse;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.shade.jackson.databind.ObjectMapper;

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
    "CELL_COUNTS,0.001,31",
    "CELL_COUNTS,0.02,31",
    "LOW_DISCREPANCY,0.001,32",
    "LOW_DISCREPANCY,0.02,32",
    "LOW_DISCREPANCY,0.02,8",
    "EXPECTED,0.02,31"
  })
  void meanAndVariance(PulseScheme scheme, double rate, int length) {
    SynapseArray array = new IdealSynapse(STEP).array(INPUT.length, DELTA.length, 1, 0);
    RankOneUpdate update =
        new RankOneUpdate(array, new AnalogSgd(rate, null, scheme, length, 0), 1, 0);
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
            // At most as far from the mean as random trains are; see the test of its trains.
            case STOCHASTIC, LOW_DISCREPANCY -> q * (1 - q / length);
            case CELL_COUNTS -> (q - Math.floor(q)) * (1 - (q - Math.floor(q)));
            case EXPECTED -> 0;
          };
      double mean = sum[cell] / EXAMPLES;
      assertThat(mean).isCloseTo(wanted, within(4.5 * Math.sqrt(variance / EXAMPLES) + 1e-6));
      double found = squares[cell] / EXAMPLES - mean * mean;
      // Fourth moment of a count: about variance + 3·variance².
      double error = 4.5 * Math.sqrt((variance + 2 * variance * variance) / EXAMPLES);
      if (scheme == PulseScheme.LOW_DISCREPANCY) {
        assertThat(found).isLessThanOrEqualTo(variance + error + 1e-6);
      } else {
        assertThat(found).isCloseTo(variance, within(error + 1e-6));
      }
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
        new RankOneUpdate(array, new AnalogSgd(rate, PulseScheme.CELL_COUNTS), 1, 0);
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

  /**
   * What a cell gets follows from the signals of its row and its column alone: the lines' trains,
   * fired slot by slot, give the same cells the same pulses. A count for each cell does not pass.
   */
  @ParameterizedTest
  @EnumSource(
      value = PulseScheme.class,
      names = {"STOCHASTIC", "LOW_DISCREPANCY"})
  void lineSignalsFiredSlotBySlotGiveTheSameCells(PulseScheme scheme) {
    assertThat(scheme.realisable()).isTrue();
    SynapseArray array = new IdealSynapse(STEP).array(INPUT.length, DELTA.length, 1, 0);
    RankOneUpdate update = new RankOneUpdate(array, new AnalogSgd(0.02, scheme), 1, 0);
    double[] fired = new double[INPUT.length * DELTA.length];
    int pulses = 0;
    for (int example = 0; example < 500; example++) {
      fire(update, 0.02, example, new Hits());
      for (int slot = 0; slot < 32; slot++) {
        for (int row = 0; row < INPUT.length; row++) {
          boolean rowFires = (update.rowTrain(row) >>> slot & 1) == 1;
          for (int column = 0; column < DELTA.length; column++) {
            if (rowFires && (update.columnTrain(column) >>> slot & 1) == 1) {
              fired[row * DELTA.length + column] -= Math.signum(INPUT[row] * DELTA[column]);
              pulses++;
            }
          }
        }
      }
    }
    assertThat(pulses).isGreaterThan(1000);
    for (int cell = 0; cell < fired.length; cell++) {
      assertThat(array.weights()[cell] / STEP).isCloseTo(fired[cell], within(1e-2));
    }
  }

  /** Arrays are given cells in batches; over many of them each cell still gets its own, once. */
  @ParameterizedTest
  @EnumSource(
      value = PulseScheme.class,
      names = {"STOCHASTIC", "LOW_DISCREPANCY"})
  void everyCellOfALargeArrayGetsItsCoincidencesOnce(PulseScheme scheme) {
    int rows = 61;
    int columns = 53;
    SplittableRandom random = new SplittableRandom(4);
    float[] input = new float[rows];
    float[] delta = new float[columns];
    for (int row = 0; row < rows; row++) {
      input[row] = row % 7 == 0 ? 0 : (float) random.nextDouble(-1, 1);
    }
    for (int column = 0; column < columns; column++) {
      delta[column] = column % 5 == 0 ? 0 : (float) random.nextDouble(-1, 1);
    }
    SynapseArray array = new IdealSynapse(STEP).array(rows, columns, 1, 0);
    RankOneUpdate update = new RankOneUpdate(array, new AnalogSgd(0.02, scheme), 1, 0);
    update.begin(input, delta, 0.02, 0);
    update.prepare(0, 1);
    update.fire(0, columns, new Hits(), new PulseTally());
    int hits = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int both = Integer.bitCount(update.rowTrain(row) & update.columnTrain(column));
        double wanted = -Math.signum(input[row] * delta[column]) * both;
        hits += both > 0 ? 1 : 0;
        assertThat(array.weights()[row * columns + column] / STEP).isCloseTo(wanted, within(1e-3));
      }
    }
    assertThat(hits).isGreaterThan(1100);
  }

  /** Update management: few slots for a small update, all for a large one, never a clipped one. */
  @Test
  void trainsFollowTheSizeOfTheUpdate() {
    SynapseArray array = new IdealSynapse(STEP).array(INPUT.length, DELTA.length, 1, 0);
    AnalogSgd managed = new AnalogSgd(0.001, null, PulseScheme.STOCHASTIC, 32, 4);
    RankOneUpdate update = new RankOneUpdate(array, managed, 1, 0);
    // The largest product is 0.45, a pulse is 0.0025: 180 pulses at a rate of 1.
    for (double pulses : new double[] {0.1, 0.6, 2.2, 100}) {
      update.begin(INPUT, DELTA, pulses / 180, 0);
      assertThat(update.slots())
          .isEqualTo((int) Math.min(32, Math.ceil(4 * Math.max(0.25, pulses))));
    }
  }

  @Test
  void oldNameOfTheCountsStillLoads() throws Exception {
    String json = new ObjectMapper().writeValueAsString(PulseScheme.CELL_COUNTS);
    assertThat(json).isEqualTo("\"CELL_COUNTS\"");
    assertThat(new ObjectMapper().readValue("\"DETERMINISTIC\"", PulseScheme.class))
        .isEqualTo(PulseScheme.CELL_COUNTS);
    assertThat(PulseScheme.named("DETERMINISTIC")).isEqualTo(PulseScheme.CELL_COUNTS);
    for (PulseScheme scheme : PulseScheme.values()) {
      assertThat(PulseScheme.named(scheme.name())).isEqualTo(scheme);
    }
    assertThatThrownBy(() -> PulseScheme.named("NONE"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void badSettingsAreNamed() {
    assertThatThrownBy(() -> new AnalogSgd(-0.1))
        .hasMessage("AnalogSgd.learningRate must be a finite number of at least 0, but is -0.1");
    assertThatThrownBy(() -> new AnalogSgd(Double.NaN)).hasMessageContaining("but is NaN");
    assertThatThrownBy(() -> new AnalogSgd(0.1, null, PulseScheme.STOCHASTIC, 33, 0))
        .hasMessage("AnalogSgd.pulseTrainLength must be a whole number from 1 to 32, but is 33");
    assertThatThrownBy(() -> new AnalogSgd(0.1, null, PulseScheme.LOW_DISCREPANCY, 31, 0))
        .hasMessage(
            "AnalogSgd.pulseTrainLength must be a power of two from 2 to 32 for low-discrepancy trains, but is 31");
    assertThatThrownBy(() -> new AnalogSgd(0.1, null, PulseScheme.STOCHASTIC, 32, 0.5))
        .hasMessageContaining("AnalogSgd.slotsPerPulse must be a number from 1");
  }

  private static void fire(RankOneUpdate update, double rate, int example, Hits hits) {
    update.begin(INPUT, DELTA, rate, example);
    update.prepare(0, 1);
    update.fire(0, DELTA.length, hits, new PulseTally());
  }
}
