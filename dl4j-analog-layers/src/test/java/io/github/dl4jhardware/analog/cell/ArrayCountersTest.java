package io.github.dl4jhardware.analog.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayCountersTest {
  @Test
  void largeCountsComeBackExactly() {
    ArrayCounters counters = new ArrayCounters();
    long value = 123_456_789_012_345L;
    for (Count count : Count.values()) {
      counters.add(count, value++);
    }
    counters.polarity(-1);
    ArrayCounters read = new ArrayCounters();
    read.decode(counters.encode());
    for (Count count : Count.values()) {
      assertThat(read.get(count)).isEqualTo(counters.get(count));
    }
    assertThat(read.polarity()).isEqualTo(-1);
  }

  /** The layout of version 1 is file format. */
  @Test
  void layoutOfVersionOne() {
    ArrayCounters counters = new ArrayCounters();
    counters.add(Count.EXAMPLES, 4096L * 3 + 7);
    float[] vector = counters.encode();
    assertThat(vector).hasSize(48).startsWith(1, 1, 0, 0);
    assertThat(vector[9]).isEqualTo(7);
    assertThat(vector[10]).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(floats = {0.5f, -1f, 4096f, Float.NaN})
  void damagedDigitIsNamed(float digit) {
    float[] vector = new ArrayCounters().encode();
    vector[9] = digit;
    assertThatThrownBy(() -> new ArrayCounters().decode(vector))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("EXAMPLES has the digit " + digit)
        .hasMessageContaining("after averaging the parameters of several networks");
  }

  @Test
  void averagedPolarityAndNewerLayoutAreRefused() {
    float[] averaged = new ArrayCounters().encode();
    averaged[1] = 0;
    assertThatThrownBy(() -> new ArrayCounters().decode(averaged))
        .hasMessageContaining("polarity 0.0");
    float[] newer = new ArrayCounters().encode();
    newer[0] = 2;
    assertThatThrownBy(() -> new ArrayCounters().decode(newer))
        .hasMessageContaining("layout version 2.0");
  }

  @Test
  void requestSurvivesScaling() {
    float[] vector = new ArrayCounters().encode();
    assertThat(ArrayCounters.requestedExamples(vector)).isZero();
    for (float scale : new float[] {1, 0.37f, 1e-3f, 55}) {
      vector[ArrayCounters.REQUEST_EXAMPLES] = 640 * 0x1p-60f * scale;
      vector[ArrayCounters.REQUEST_MARK] = 0x1p-60f * scale;
      assertThat(ArrayCounters.requestedExamples(vector)).isEqualTo(640);
    }
  }
}
