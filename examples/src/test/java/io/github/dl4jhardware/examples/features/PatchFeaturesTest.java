package io.github.dl4jhardware.examples.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.examples.data.GeneratedDigits;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.features.PatchFeatures.Settings;
import org.junit.jupiter.api.Test;

class PatchFeaturesTest {
  private static final Images DIGITS = GeneratedDigits.draw(300, 5);
  private static final Settings SMALL = new Settings(20, 2_000, 5, 1);

  @Test
  void areTheSameOnAnyNumberOfThreads() {
    PatchFeatures features = PatchFeatures.learn(DIGITS, SMALL);
    assertThat(features.count()).isEqualTo(80);
    float[][] one = features.of(DIGITS, 1, done -> {});
    long[] last = {0};
    float[][] two = PatchFeatures.learn(DIGITS, SMALL).of(DIGITS, 2, done -> last[0] = done);
    assertThat(two).isDeepEqualTo(one);
    assertThat(last[0]).isEqualTo(300);
    assertThat(PatchFeatures.learn(DIGITS, new Settings(20, 2_000, 5, 2)).of(DIGITS, 1, d -> {})[0])
        .isNotEqualTo(one[0]);
  }

  @Test
  void aQuadrantSeesItsOwnPatches() {
    PatchFeatures features = PatchFeatures.learn(DIGITS, SMALL);
    byte[][] pixels = {DIGITS.pixels()[0].clone(), DIGITS.pixels()[0].clone()};
    // Of 23 positions each way the first 12 are above; their patches end in row 16.
    for (int i = 20 * 28; i < 28 * 28; i++) {
      pixels[1][i] ^= (byte) 0x55;
    }
    float[][] both = features.of(new Images(pixels, new int[2], 28, 28, 10), 1, done -> {});
    for (int feature = 0; feature < 40; feature++) {
      assertThat(both[1][feature]).isEqualTo(both[0][feature]);
    }
    assertThat(both[1]).isNotEqualTo(both[0]);
  }

  @Test
  void theNearestCentroidIsActive() {
    // Every activation is at least 0, and in each quadrant some centroid is nearer than the mean.
    float[][] all = PatchFeatures.learn(DIGITS, SMALL).of(DIGITS, 1, done -> {});
    for (float[] image : all) {
      for (int quadrant = 0; quadrant < 4; quadrant++) {
        float most = 0;
        for (int k = 0; k < 20; k++) {
          assertThat(image[20 * quadrant + k]).isNotNegative();
          most = Math.max(most, image[20 * quadrant + k]);
        }
        assertThat(most).isPositive();
      }
    }
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Images tiny = new Images(new byte[1][36], new int[1], 6, 6, 2);
    assertThatThrownBy(() -> PatchFeatures.learn(tiny, SMALL)).hasMessageContaining("too small");
    assertThatThrownBy(() -> new Settings(10, 5, 1, 1)).hasMessageContaining("no fewer patches");
    PatchFeatures grey = PatchFeatures.learn(DIGITS, SMALL);
    Images coloured = new Images(new byte[1][3 * 784], new int[1], 3, 28, 28, 2);
    assertThatThrownBy(() -> grey.of(coloured, 1, done -> {}))
        .hasMessageContaining("3 channels; the features were learnt from 1");
    // 2,195² positions of 36 whitened values and 20 distances.
    Images huge = new Images(new byte[][] {new byte[2200 * 2200]}, new int[1], 2200, 2200, 2);
    assertThatThrownBy(() -> grey.of(huge, 1, done -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Images of 2200×2200 give 269809400 distances; at most 268435456 are held at once."
                + " Make them smaller, or take fewer centroids");
  }
}
