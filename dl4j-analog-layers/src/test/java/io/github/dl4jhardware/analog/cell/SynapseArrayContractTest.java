package io.github.dl4jhardware.analog.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PulsedArray;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.Collection;
import java.util.Objects;
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

  private static PulsedArray pulsed(SynapseArray array) {
    return Objects.requireNonNull(array.pulsed());
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

  /** What differs from its reference before it is programmed is seen at once. */
  @ParameterizedTest
  @MethodSource("synapses")
  void freshArraysShowTheirDevices(Synapse synapse) {
    SynapseArray array = synapse.array(ROWS, COLUMNS, 7, 2);
    float[] shown = array.weights().clone();
    array.refreshWeights();
    assertThat(shown).isEqualTo(array.weights());
    if (synapse.equals(Synapses.pcmCapacitor2018())) {
      assertThat(shown).doesNotContain(0);
    }
  }

  /** W = F·(G+ − G−) + s·(g − g_shared), over the scale, as far as a cell has these parts. */
  @ParameterizedTest
  @MethodSource("synapses")
  void weightsAreTheFormula(Synapse synapse) {
    for (int transfers = 0; transfers < 2; transfers++) {
      SynapseArray array = programmed(synapse);
      if (transfers > 0) {
        array.transfer(KEY + 10);
      }
      float[][] state = array.state();
      for (int cell = 0; cell < CELLS; cell++) {
        double expected;
        if (synapse instanceof PcmCapacitorSynapse pairAndCapacitor) {
          double g = pulsed(array).conductance()[cell];
          double held = g - pulsed(array).gShared()[cell % COLUMNS];
          expected =
              (pairAndCapacitor.gain() * ((double) state[0][cell] - state[1][cell])
                      + array.counters().polarity() * held)
                  / pairAndCapacitor.microSiemensPerWeight();
        } else if (synapse instanceof PcmPairSynapse pair) {
          expected =
              pair.gain()
                  * ((double) state[0][cell] - state[1][cell])
                  / pair.microSiemensPerWeight();
        } else if (synapse instanceof PulsedSynapse alone) {
          double g = pulsed(array).conductance()[cell];
          expected = (g - pulsed(array).gShared()[cell % COLUMNS]) / alone.microSiemensPerWeight();
        } else {
          continue; // The weight itself is all there is.
        }
        assertThat((double) array.weights()[cell]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  /**
   * Variance of a read: F²·(σ²(G+) + σ²(G−)), and the capacitor's own, over the squared scale; also
   * after pulses and after a state from outside, which change the conductances that it hangs on.
   */
  @ParameterizedTest
  @MethodSource("synapses")
  void readVariancesAreThoseOfTheDevices(Synapse synapse) {
    SynapseArray array = programmed(synapse);
    checkVariances(array);
    array.pulse(2, 0, COLUMNS, 3, new float[] {0.5f, -2, 0, 1.25f}, KEY, new PulseTally());
    checkVariances(array);
    array.transfer(KEY + 3);
    checkVariances(array);
    if (array.state().length > 1) {
      array.state()[0][0] = 1.5f;
      array.refreshWeights();
      checkVariances(array);
    }
  }

  private static void checkVariances(SynapseArray array) {
    Pcm pcm;
    double gain;
    double scale;
    double own = 0;
    if (array.synapse() instanceof PcmCapacitorSynapse cell) {
      pcm = cell.pcm();
      gain = cell.gain();
      scale = cell.microSiemensPerWeight();
      own = Math.pow(cell.capacitorReadNoiseMicroSiemens(), 2);
    } else if (array.synapse() instanceof PcmPairSynapse pair) {
      pcm = pair.pcm();
      gain = pair.gain();
      scale = pair.microSiemensPerWeight();
    } else {
      assertThat(array.readVariances()).isEmpty();
      return;
    }
    assertThat(array.readVariances()).hasSize(CELLS);
    for (int cell = 0; cell < CELLS; cell++) {
      double pair =
          pcm.readVariance(array.state()[0][cell]) + pcm.readVariance(array.state()[1][cell]);
      double expected = (gain * gain * pair + own) / (scale * scale);
      assertThat((double) array.readVariances()[cell]).isCloseTo(expected, within(1e-6 * expected));
    }
    assertThat(pcm.readVariance(10)).isPositive();
  }

  /** At an end of its range after very many pulses, and not before. */
  @ParameterizedTest
  @MethodSource("synapses")
  void endsOfTheRangeAreTold(Synapse synapse) {
    for (int sign : new int[] {1, -1}) {
      SynapseArray array = programmed(synapse);
      array.program(new float[CELLS], KEY);
      assertThat(array.saturated(0)).isFalse();
      PulseTally tally = new PulseTally();
      float[] factors = {1, 1, 0, 1};
      for (int train = 0; train < 300; train++) {
        for (int row = 0; row < ROWS; row++) {
          array.pulse(row, 0, COLUMNS, sign * 2000, factors, KEY + train, tally);
        }
      }
      boolean ends = array.pulsed() != null || synapse instanceof PcmPairSynapse;
      int atEnd = 0;
      for (int cell = 0; cell < CELLS; cell++) {
        atEnd += array.saturated(cell) ? 1 : 0;
      }
      // Noise of the last pulse may have taken some away from their end again.
      assertThat(atEnd).isBetween(ends ? 1 : 0, ends ? CELLS * 3 / 4 : 0);
      assertThat(array.saturated(2)).isFalse();
    }
  }

  /** Rows, lists and sums count the same pulses, at either polarity; no pulses change nothing. */
  @ParameterizedTest
  @MethodSource("synapses")
  void pulsesAreCountedAlike(Synapse synapse) {
    SynapseArray array = programmed(synapse);
    float[] none = array.weights().clone();
    array.pulse(new float[CELLS], new float[CELLS], KEY, new PulseTally());
    assertThat(array.weights()).isEqualTo(none);
    for (int transfers = 0; transfers < 2; transfers++) {
      array.transfer(KEY + transfers);
      float[] before = array.weights().clone();
      float[] up = new float[CELLS];
      float[] down = new float[CELLS];
      up[COLUMNS] = 40;
      down[COLUMNS + 1] = 40.5f;
      PulseTally tally = new PulseTally();
      array.pulse(up, down, KEY, tally);
      ArrayCounters counters = new ArrayCounters();
      tally.drainTo(counters);
      assertThat(counters.get(Count.PULSE_UNITS_UP)).isEqualTo(40 * PulseTally.UNITS);
      assertThat(counters.get(Count.PULSE_UNITS_DOWN))
          .isEqualTo(40 * PulseTally.UNITS + PulseTally.UNITS / 2);
      assertThat(array.weights()[COLUMNS]).isGreaterThan(before[COLUMNS]);
      assertThat(array.weights()[COLUMNS + 1]).isLessThan(before[COLUMNS + 1]);
      array.pulse(1, 1, 3, 2, new float[] {99, 0.75f, -1, 99}, KEY, tally);
      tally.drainTo(counters);
      // A digital weight has no step, and so no pulses that a row could count.
      boolean counts = !(array instanceof IdealArray);
      assertThat(counters.get(Count.PULSE_UNITS_UP))
          .isEqualTo((long) ((40 + (counts ? 1.5 : 0)) * PulseTally.UNITS));
    }
  }

  static Collection<Synapse> leaking() {
    return LEAKING;
  }

  /** Blocks are counted from the chip's first example on, not from the last look. */
  @ParameterizedTest
  @MethodSource("leaking")
  void leakDoesNotHangOnHowTimeIsCut(Synapse synapse) {
    SynapseArray whole = programmed(synapse);
    SynapseArray cut = programmed(synapse);
    long block = pulsed(whole).leakBlockExamples();
    float before = whole.weights()[0];
    whole.rest(0, CELLS, 0, 1000 * block);
    cut.rest(0, CELLS, 0, 300 * block + 1);
    cut.rest(0, CELLS, 300 * block + 1, 1000 * block - 1);
    cut.rest(0, CELLS, 1000 * block - 1, 1000 * block);
    float lost = Math.abs(whole.weights()[0] - before);
    assertThat(lost).isGreaterThan(0.001f);
    assertThat(cut.weights()).containsExactly(whole.weights(), within(1e-4f * lost + 1e-6f));
    assertThat(whole.restDue(5 * block - 1, 5 * block)).isTrue();
    assertThat(whole.restDue(5 * block, 6 * block - 1)).isFalse();
  }

  /** Programmed weights are reached as nearly as reads and the last pulse allow. */
  @ParameterizedTest
  @MethodSource("synapses")
  void smallWeightsAreProgrammed(Synapse synapse) {
    SynapseArray array = synapse.array(40, 50, 7, 2);
    float[] wanted = new float[2000];
    for (int cell = 0; cell < wanted.length; cell++) {
      wanted[cell] = (float) (0.2 * Math.sin(cell));
    }
    TransferReport report = array.program(wanted, KEY);
    double squares = 0;
    for (int cell = 0; cell < wanted.length; cell++) {
      squares += Math.pow(array.weights()[cell] - wanted[cell], 2);
    }
    double error = Math.sqrt(squares / wanted.length);
    assertThat(report.rmsError()).isCloseTo(error, within(1e-6));
    // Rounding to whole pulses leaves a uniform error, a step over √12. Reads of a pair leave more,
    // as does noise from pulse to pulse; an array that is not programmed would be 0.14 off.
    boolean exact = synapse.equals(Synapses.capacitorOnly()) || synapse.equals(Synapses.ecRam());
    assertThat(error).isLessThan(exact ? 1.1 * synapse.stepWeight() / Math.sqrt(12) : 0.045);
  }
}
