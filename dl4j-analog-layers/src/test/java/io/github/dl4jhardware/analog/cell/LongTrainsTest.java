package io.github.dl4jhardware.analog.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.PulsedArray;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Numbers of pulses without limit: a device comes to its end and stays there, and the number costs
 * no time.
 */
@Timeout(120)
class LongTrainsTest {
  private static final long KEY = Draws.key(3, 0, Draws.PROGRAM, 0);
  private static final Duration WATCHDOG = Duration.ofSeconds(30);
  private static final float[] TRAINS = {1e3f, 1e4f, 1e6f, 1e9f, 1e20f, 1e38f};

  static Collection<Synapse> synapses() {
    return Synapses.byName().values();
  }

  static Stream<Synapse> pulsed() {
    return synapses().stream().filter(synapse -> synapse.array(1, 1, 1, 0).pulsed() != null);
  }

  @ParameterizedTest
  @MethodSource("synapses")
  void weightsFarOutOfRangeAreBroughtToItsEnds(Synapse synapse) {
    if (synapse.equals(Synapses.ideal()) || synapse instanceof InferenceSynapse) {
      // No range; or weights that are clipped before they are programmed.
      return;
    }
    for (float weight : new float[] {1e4f, 1e6f, 1e8f, 1e30f}) {
      SynapseArray array = synapse.array(64, 64, 5, 0);
      float[] wanted = new float[64 * 64];
      for (int cell = 0; cell < wanted.length; cell++) {
        wanted[cell] = cell % 2 == 0 ? weight : -weight;
      }
      Assertions.assertTimeoutPreemptively(WATCHDOG, () -> array.program(wanted, KEY));
      SynapseArray modest = synapse.array(64, 64, 5, 0);
      float[] large = new float[wanted.length];
      for (int cell = 0; cell < large.length; cell++) {
        large[cell] = cell % 2 == 0 ? 100 : -100;
      }
      modest.program(large, KEY);
      double mean = mean(array.weights(), 0);
      // The same end as a weight that is out of range, too, but not so far.
      assertThat(mean).isCloseTo(mean(modest.weights(), 0), close(mean));
      assertThat(mean(array.weights(), 1)).isNegative();
      for (float reached : array.weights()) {
        assertThat(reached).isFinite();
      }
    }
  }

  private static Offset<Double> close(double mean) {
    return within(0.1 * Math.abs(mean));
  }

  private static double mean(float[] weights, int from) {
    double sum = 0;
    for (int cell = from; cell < weights.length; cell += 2) {
      sum += weights[cell] / (weights.length / 2.0);
    }
    return sum;
  }

  /** Longer trains lead as far or farther, to the same end, whichever way they are fired. */
  @ParameterizedTest
  @MethodSource("pulsed")
  void longerTrainsLeadToTheSameEnd(Synapse synapse) {
    double before = Double.NEGATIVE_INFINITY;
    double last = 0;
    for (float train : TRAINS) {
      PulsedArray device =
          Objects.requireNonNull(synapse.array(20, 20, 5, 0).pulsed(), "filtered above");
      int[] cells = new int[400];
      float[] pulses = new float[400];
      Arrays.setAll(cells, cell -> cell);
      Arrays.fill(pulses, train);
      Assertions.assertTimeoutPreemptively(
          WATCHDOG, () -> device.pulse(cells, pulses, 400, 1, KEY));
      double mean = 0;
      for (float g : device.conductance()) {
        assertThat(g).isFinite();
        mean += g / 400;
      }
      last = mean;
      if (train >= 1e6f && before != Double.NEGATIVE_INFINITY) {
        assertThat(mean).isCloseTo(before, within(0.1 * before));
      }
      before = mean;
    }
    assertThat(last).isPositive();
  }

  /**
   * A long train is what its parts are, fired one after the other; the linear law takes a train at
   * the step where it begins, which is a twentieth off at most.
   */
  @ParameterizedTest
  @MethodSource("pulsed")
  void aLongTrainIsWhatShortOnesAreTogether(Synapse synapse) {
    PulsedArray once = Objects.requireNonNull(synapse.array(40, 40, 5, 0).pulsed(), "filtered");
    PulsedArray often = Objects.requireNonNull(synapse.array(40, 40, 5, 0).pulsed(), "filtered");
    for (int cell = 0; cell < 1600; cell++) {
      once.pulse(cell, 1200, KEY);
      for (int part = 0; part < 8; part++) {
        often.pulse(cell, 150, KEY + 1 + part);
      }
    }
    double one = 0;
    double other = 0;
    double spread = 0;
    for (int cell = 0; cell < 1600; cell++) {
      one += once.conductance()[cell] / 1600;
      other += often.conductance()[cell] / 1600;
      spread = Math.max(spread, Math.abs(once.conductance()[cell] - once.resetMicroSiemens(cell)));
    }
    assertThat(one).isCloseTo(other, within(0.05 * spread));
  }
}
