package io.github.dl4jhardware.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ImagesTest {
  private static Images two(byte... pixels) {
    return new Images(new byte[][] {pixels}, new int[] {1}, 2, 1, 2, 3);
  }

  @Test
  void resizingInterpolatesEachChannel() {
    Images wide = two((byte) 0, (byte) 200, (byte) 250, (byte) 250).resized(2, 4);
    assertThat(wide.pixels()[0])
        .isEqualTo(
            new byte[] {
              0,
              50,
              (byte) 150,
              (byte) 200,
              0,
              50,
              (byte) 150,
              (byte) 200,
              (byte) 250,
              (byte) 250,
              (byte) 250,
              (byte) 250,
              (byte) 250,
              (byte) 250,
              (byte) 250,
              (byte) 250
            });
    assertThat(new int[] {wide.channels(), wide.height(), wide.width(), wide.classes()})
        .containsExactly(2, 2, 4, 3);
    assertThat(wide.labels()).containsExactly(1);
  }

  @Test
  void theSameSizeIsTheSameImage() {
    Images digits = GeneratedDigits.draw(3, 1);
    assertThat(digits.resized(28, 28).pixels()).isDeepEqualTo(digits.pixels());
    assertThatThrownBy(() -> digits.resized(0, 5)).hasMessageContaining("resize images to 0×5");
  }
}
