package io.github.dl4jhardware.analog.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Percentiles against a sorted list. */
class RangeTest {
  @Test
  void percentilesAreThoseOfASortedListToWithinAPerCent() {
    SplittableRandom random = new SplittableRandom(3);
    for (double unit : new double[] {1e-6, 1, 1e5}) {
      Range range = new Range();
      double[] values = new double[10_000];
      for (int i = 0; i < values.length; i++) {
        values[i] = i % 10 == 0 ? 0 : unit * Math.exp(2 * random.nextGaussian());
        range.add(values[i]);
      }
      Arrays.sort(values);
      for (double percent : new double[] {20, 50, 99, 99.9, 99.99, 100}) {
        int place = (int) Math.ceil(percent / 100 * values.length) - 1;
        assertThat(range.percentile(percent) / values[place])
            .as(percent + " % of values about " + unit)
            .isBetween(0.9999, 1.0101);
      }
    }
  }

  @Test
  void nothingButZerosHasNoRange() {
    Range range = new Range();
    assertThat(range.percentile(99)).isZero();
    range.add(0);
    assertThat(range.percentile(100)).isZero();
  }
}
