package io.github.dl4jhardware.analog.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import org.junit.jupiter.api.Test;

/** Counts in 1/1,024 of a pulse, up and down apart. */
class PulseTallyTest {
  private final PulseTally tally = new PulseTally();

  private void assertCounted(double up, double down) {
    ArrayCounters counters = new ArrayCounters();
    tally.drainTo(counters);
    assertThat(counters.get(Count.PULSE_UNITS_UP)).isEqualTo((long) (1024 * up));
    assertThat(counters.get(Count.PULSE_UNITS_DOWN)).isEqualTo((long) (1024 * down));
  }

  @Test
  void trainsAreCountedByTheirSign() {
    tally.add(2.5f);
    tally.add(-1.25f);
    tally.add(0);
    assertCounted(2.5, 1.25);
    assertCounted(0, 0);
    tally.add(new float[] {3, -4, 0.5f, 99}, 3);
    assertCounted(3.5, 4);
    tally.add(7, 0.5f);
    tally.add(1, 0.25f);
    assertCounted(8, 0.75);
  }

  /** Rows of an even and of an odd length, from within an array; a row without pulses says so. */
  @Test
  void rowsAreCountedWithinTheirEnds() {
    float[] up = {100, 1, 2, 4, 8, 16, 100};
    float[] down = {100, 0.5f, 0, 0.25f, 0, 32, 100};
    assertThat(tally.addRow(up, down, 1, 6)).isTrue();
    assertCounted(31, 32.75);
    assertThat(tally.addRow(up, down, 1, 5)).isTrue();
    assertCounted(15, 0.75);
    assertThat(tally.addRow(new float[5], new float[5], 0, 5)).isFalse();
    assertCounted(0, 0);
    assertThat(tally.addRow(new float[3], new float[] {0, 0, 1}, 0, 3)).isTrue();
    assertCounted(0, 1);
    assertThat(tally.addRow(new float[] {0, 1, 0}, new float[3], 0, 3)).isTrue();
    assertCounted(1, 0);
  }

  /** A diverging run does not turn the sums round: one train counts 2^40 units at most. */
  @Test
  void hugeTrainsAreBounded() {
    tally.add(Float.MAX_VALUE);
    tally.add(-1e30f);
    assertCounted((1L << 40) / 1024.0, (1L << 40) / 1024.0);
  }
}
