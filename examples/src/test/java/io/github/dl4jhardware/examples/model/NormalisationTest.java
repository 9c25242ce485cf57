package io.github.dl4jhardware.examples.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.Examples;
import io.github.dl4jhardware.examples.data.Features;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.data.Sequences;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** What features become before a network sees them, against plain loops. */
class NormalisationTest {
  private static final Random RANDOM = new Random(3);

  private static Images images(int count) {
    byte[][] pixels = new byte[count][3 * 2 * 4];
    for (byte[] image : pixels) {
      RANDOM.nextBytes(image);
    }
    return new Images(pixels, new int[count], 3, 2, 4, 2);
  }

  private static INDArray seen(Examples train, Normalisation how, boolean pictures)
      throws BadDataException {
    ModelData data = new ModelData("x", "", train, train).normalised(how, pictures, null);
    return data.test().first(train.count()).getFeatures();
  }

  @Test
  void pictures() throws BadDataException {
    Images images = images(7);
    Examples train = Examples.of(images);
    INDArray raw = seen(train, Normalisation.RAW, true);
    INDArray unit = seen(train, Normalisation.ZERO_ONE, true);
    INDArray both = seen(train, Normalisation.MINUS_ONE_ONE, true);
    INDArray mean = seen(train, Normalisation.MEAN_IMAGE, true);
    INDArray standard = seen(train, Normalisation.STANDARD, true);
    for (int channel = 0; channel < 3; channel++) {
      double sum = 0;
      double squares = 0;
      for (byte[] image : images.pixels()) {
        for (int at = 0; at < 8; at++) {
          double value = (image[channel * 8 + at] & 0xFF) / 255.0;
          sum += value / 56;
          squares += value * value / 56;
        }
      }
      double deviation = Math.sqrt(squares - sum * sum);
      for (int at = 0; at < 8; at++) {
        double own = 0;
        for (byte[] image : images.pixels()) {
          own += (image[channel * 8 + at] & 0xFF) / 255.0 / 7;
        }
        for (int i = 0; i < 7; i++) {
          double pixel = images.pixels()[i][channel * 8 + at] & 0xFF;
          int[] place = {i, channel, at / 4, at % 4};
          assertThat(raw.getDouble(place)).isCloseTo(pixel, within(1e-3));
          assertThat(unit.getDouble(place)).isCloseTo(pixel / 255, within(1e-6));
          assertThat(both.getDouble(place)).isCloseTo(pixel / 127.5 - 1, within(1e-6));
          assertThat(mean.getDouble(place)).isCloseTo(pixel / 255 - own, within(1e-6));
          assertThat(standard.getDouble(place))
              .isCloseTo((pixel / 255 - sum) / deviation, within(1e-4));
        }
      }
    }
    ModelData data = new ModelData("x", "", train, train);
    INDArray other = Nd4j.zeros(3, 4, 2);
    assertThatThrownBy(() -> data.normalised(Normalisation.MEAN_IMAGE, true, other))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("mean image is of 3×4×2, the images are of 3×2×4");
  }

  /** A feature that never changes is only moved. */
  @Test
  void rows() throws BadDataException {
    float[][] values = {{1, 5, 2}, {3, 5, 2.5f}, {8, 5, 0}};
    Examples train = Examples.of(new Features(values, new int[3], 1));
    INDArray standard = seen(train, Normalisation.STANDARD, false);
    double deviation = Math.sqrt((9 + 1 + 16) / 3.0);
    for (int i = 0; i < 3; i++) {
      assertThat(standard.getDouble(i, 0)).isCloseTo((values[i][0] - 4) / deviation, within(1e-5));
      assertThat(standard.getDouble(i, 1)).isZero();
    }
  }

  /** Steps that are none count for nothing, and stay zeros. */
  @Test
  void sequences() throws BadDataException {
    float[][][] steps = {{{1, 10}, {2, 20}, {6, 30}}, {{3, 40}}};
    Examples train = Examples.of(new Sequences(steps, new int[] {0, 1}, 2));
    DataSet all =
        new ModelData("x", "", train, train)
            .normalised(Normalisation.STANDARD, false, null)
            .train()
            .first(2);
    double deviation = Math.sqrt((4 + 1 + 9 + 0) / 4.0);
    assertThat(all.getFeatures().getDouble(0, 0, 2)).isCloseTo(3 / deviation, within(1e-5));
    assertThat(all.getFeatures().getDouble(1, 0, 0)).isZero();
    assertThat(all.getFeatures().getDouble(1, 1, 0)).isCloseTo(15 / Math.sqrt(125), within(1e-5));
    assertThat(all.getFeatures().getDouble(1, 0, 1)).isZero();
    assertThat(all.getFeatures().getDouble(1, 1, 2)).isZero();
    assertThat(all.getFeaturesMaskArray().sumNumber().intValue()).isEqualTo(4);
  }
}
