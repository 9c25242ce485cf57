package io.github.dl4jhardware.analog.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trains at many cells at once are those at one after the other, bit for bit, on every device. */
class PulseEachTest {
  private static final int ROWS = 40;
  private static final int COLUMNS = 30;
  private static final int FIRST = 7;
  private static final float[] TRAINS = {
    0, 0.25f, -0.5f, 1, -1, 3.75f, -4, 4.5f, 17, -40.5f, 63, -64, 64.5f, -65, 300, -900
  };

  static Stream<String> presets() {
    return Synapses.byName().entrySet().stream()
        .filter(preset -> preset.getValue().array(1, 1, 1, 0).pulsed() != null)
        .map(Map.Entry::getKey);
  }

  private static PulsedArray devices(String preset) {
    Synapse synapse = Objects.requireNonNull(Synapses.byName().get(preset), preset);
    return Objects.requireNonNull(synapse.array(ROWS, COLUMNS, 5, 0).pulsed(), preset);
  }

  @ParameterizedTest
  @MethodSource("presets")
  void oneByOneOrAtOnce(String preset) {
    PulsedArray atOnce = devices(preset);
    PulsedArray oneByOne = devices(preset);
    int count = ROWS * COLUMNS - FIRST;
    float[] pulses = new float[count];
    long[] keys = new long[count];
    SplittableRandom random = new SplittableRandom(1);
    for (int pass = 0; pass < 4; pass++) {
      for (int i = 0; i < count; i++) {
        pulses[i] = TRAINS[random.nextInt(TRAINS.length)];
        keys[i] = random.nextLong();
      }
      atOnce.pulseEach(FIRST, count, pulses, keys);
      for (int i = 0; i < count; i++) {
        if (pulses[i] != 0) {
          oneByOne.pulse(FIRST + i, pulses[i], keys[i]);
        }
      }
      assertThat(atOnce.state()).as("pass %d", pass).isEqualTo(oneByOne.state());
      assertThat(atOnce.conductance()).as("pass %d", pass).isEqualTo(oneByOne.conductance());
    }
  }
}
