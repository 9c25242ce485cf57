package io.github.dl4jhardware.analog.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.PulsedArray;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.Collection;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every kind of array does, one row a synapse. */
class SynapseArrayContractTest {
  private static final int ROWS = 3;
  private static final int COLUMNS = 4;
  private static final int CELLS = ROWS * COLUMNS;
  private static final long KEY = Draws.key(5, 0, Draws.CYCLE_NOISE, 0);
  private static final Set<Synapse> LEAKING =
      Set.of(
          Synapses.pcmCapacitor2018(),
          Synapses.pcmCapacitor2018().withoutPolarityInversion(),
          Synapses.pcmCapacitorLinear(),
          Synapses.capacitorOnly());

  static Collection<Synapse> synapses() {
    return Synapses.byName().values();
  }

  private static SynapseArray programmed(Synapse synapse) {
    SynapseArray array = synapse.array(ROWS, COLUMNS, 7, 2);
    float[] weights = new float[CELLS];
    for (int cell = 0; cell < CELLS; cell++) {
      weights[cell] = 0.1f * (cell - 5);
    }
    array.program(weights, KEY);
    array.transfer(KEY + 1);
    return array;
  }

  @ParameterizedTest
  @MethodSource("synapses")
  void stateTellsTheWeights(Synapse synapse) {
    SynapseArray array = programmed(synapse);
    SynapseArray copy = synapse.array(ROWS, COLUMNS, 7, 2);
    for (int i = 0; i < array.state().length; i++) {
      System.arraycopy(array.state()[i], 0, copy.state()[i], 0, CELLS);
    }
    assertThat(array.state())
        .hasDimensions(synapse.stateNames().names().size(), array.state().length == 0 ? 0 : CELLS);
    copy.counters().copyFrom(array.counters());
    if (synapse.digital()) {
      System.arraycopy(array.weights(), 0, copy.weights(), 0, CELLS);
    }
    copy.refreshWeights();
    assertThat(copy.weights()).isEqualTo(array.weights());
    assertThat(copy.rows()).isEqualTo(ROWS);
    assertThat(copy.columns()).isEqualTo(COLUMNS);
    assertThat(copy.synapse()).isEqualTo(synapse);
  }

  @ParameterizedTest
  @MethodSource("synapses")
  void pulsesMoveTheWeightInTheirDirectionWhateverThePolarity(Synapse synapse) {
    for (int transfers = 0; transfers < 2; transfers++) {
      SynapseArray array = programmed(synapse);
      for (int t = 0; t < transfers; t++) {
        array.transfer(KEY + 10 + t);
      }
      float[] before = array.weights().clone();
      PulseTally tally = new PulseTally();
      array.pulse(
          new int[] {COLUMNS, COLUMNS + 2},
          new int[] {0, 2},
          new float[] {400, -400},
          2,
          KEY,
          tally);
      tally.drainTo(array.counters());
      assertThat(array.weights()[COLUMNS]).isGreaterThan(before[COLUMNS]);
      assertThat(array.weights()[COLUMNS + 2]).isLessThan(before[COLUMNS + 2]);
      assertThat(array.weights()[COLUMNS + 1]).isEqualTo(before[COLUMNS + 1]);
      assertThat(array.counters().get(Count.PULSE_UNITS_UP)).isEqualTo(400L * PulseTally.UNITS);
      assertThat(array.counters().get(Count.PULSE_UNITS_DOWN)).isEqualTo(400L * PulseTally.UNITS);
    }
  }

  @ParameterizedTest
  @MethodSource("synapses")
  void threeWaysToPulseAgree(Synapse synapse) {
    SynapseArray listed = programmed(synapse);
    SynapseArray scaled = programmed(synapse);
    SynapseArray summed = programmed(synapse);
    float[] factors = {0.5f, -2, 0, 1.25f};
    float[] up = new float[CELLS];
    float[] down = new float[CELLS];
    float[] pulses = new float[COLUMNS];
    for (int column = 0; column < COLUMNS; column++) {
      pulses[column] = 3 * factors[column];
      up[2 * COLUMNS + column] = Math.max(0, pulses[column]);
      down[2 * COLUMNS + column] = Math.max(0, -pulses[column]);
    }
    PulseTally tally = new PulseTally();
    listed.pulse(
        new int[] {2 * COLUMNS, 2 * COLUMNS + 1, 2 * COLUMNS + 3},
        new int[] {0, 1, 3},
        new float[] {pulses[0], pulses[1], pulses[3]},
        3,
        KEY,
        tally);
    scaled.pulse(2, 0, COLUMNS, 3, factors, KEY, tally);
    summed.pulse(up, down, KEY, tally);
    assertThat(scaled.weights()).isEqualTo(listed.weights());
    assertThat(summed.weights()).containsExactly(listed.weights(), within(1e-5f));
  }

  @ParameterizedTest
  @MethodSource("synapses")
  void leakAndTransferComeWhenTheyAreDue(Synapse synapse) {
    SynapseArray array = programmed(synapse);
    assertThat(array.transferDue(0, 7)).isFalse();
    boolean transfers = synapse.stateNames().names().contains("gp");
    assertThat(array.transferDue(7990, 8010)).isEqualTo(transfers);
    PulsedArray pulsed = array.pulsed();
    int block = pulsed == null ? 0 : pulsed.leakBlockExamples();
    boolean leaks = block > 0;
    assertThat(leaks).isEqualTo(LEAKING.contains(synapse));
    if (leaks) {
      assertThat(array.restDue(0, block - 1)).isFalse();
    }
    assertThat(array.restDue(0, block)).isEqualTo(leaks);
    float[] before = array.weights().clone();
    array.rest(0, CELLS, 0, 160_000);
    if (leaks) {
      // Toward a rest above the reference, with the sign of the polarity.
      int sign = array.counters().polarity();
      for (int cell = 0; cell < CELLS; cell++) {
        assertThat(sign * (array.weights()[cell] - before[cell])).isPositive();
      }
    } else {
      assertThat(array.weights()).isEqualTo(before);
    }
  }
}
