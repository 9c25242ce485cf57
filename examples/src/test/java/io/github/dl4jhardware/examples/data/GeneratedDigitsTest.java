package io.github.dl4jhardware.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

class GeneratedDigitsTest {
  @Test
  void sameSeedSameDigits() {
    Images one = GeneratedDigits.draw(50, 3);
    assertThat(GeneratedDigits.draw(50, 3).pixels()).isDeepEqualTo(one.pixels());
    assertThat(GeneratedDigits.draw(50, 4).pixels()[0]).isNotEqualTo(one.pixels()[0]);
    // A shorter set is the beginning of a longer one.
    assertThat(GeneratedDigits.draw(20, 3).pixels()).isDeepEqualTo(Arrays.copyOf(one.pixels(), 20));
  }

  /** Binomial counts within 4.5 standard errors: false-alarm rate 7e−6 each. */
  @Test
  void classesAreBalancedAndInked() {
    int count = 20_000;
    Images digits = GeneratedDigits.draw(count, 1);
    int[] counts = new int[10];
    double[] ink = new double[10];
    for (int i = 0; i < count; i++) {
      counts[digits.labels()[i]]++;
      for (byte pixel : digits.pixels()[i]) {
        ink[digits.labels()[i]] += (pixel & 0xFF) / 255.0 / 784;
      }
    }
    for (int digit = 0; digit < 10; digit++) {
      assertThat((double) counts[digit])
          .isCloseTo(count / 10.0, within(4.5 * Math.sqrt(count * 0.09)));
      assertThat(ink[digit] / counts[digit]).isBetween(0.03, 0.25);
    }
  }

  @Test
  void centreAndDataSet() {
    Images middle = GeneratedDigits.draw(3, 1).centre(22, 24);
    DataSet data = middle.dataSet(new int[] {2, 0, 1}, 0, 2);
    assertThat(data.getFeatures().shape()).containsExactly(2, 528);
    assertThat(data.getFeatures().maxNumber().doubleValue()).isLessThanOrEqualTo(1);
    assertThat(data.getLabels().argMax(1).getInt(0)).isEqualTo(middle.labels()[2]);
    assertThat(data.getFeatures().getDouble(1, 100))
        .isCloseTo((middle.pixels()[0][100] & 0xFF) / 255.0, within(1e-6));
    assertThatThrownBy(() -> middle.centre(23, 24))
        .hasMessage("Cannot cut 23×24 out of images of 22×24");
  }
}
