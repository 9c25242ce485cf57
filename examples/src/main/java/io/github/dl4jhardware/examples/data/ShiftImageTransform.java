package io.github.dl4jhardware.examples.data;

import java.util.Random;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Shifts an image by a uniformly drawn number of pixels each way; what comes in is black. */
public final class ShiftImageTransform extends FrameTransform {
  private final int pixels;

  /**
   * A shift.
   *
   * @param pixels at the most, in each of the four directions
   */
  public ShiftImageTransform(@JsonProperty("pixels") int pixels) {
    if (pixels < 0) {
      throw new IllegalArgumentException("pixels must be at least 0, but is " + pixels);
    }
    this.pixels = pixels;
  }

  /**
   * The greatest shift.
   *
   * @return pixels
   */
  public int getPixels() {
    return pixels;
  }

  @Override
  Origin draw(int width, int height, Random random) {
    int right = random.nextInt(2 * pixels + 1) - pixels;
    int down = random.nextInt(2 * pixels + 1) - pixels;
    return new Origin() {
      @Override
      public int x(int x, int y) {
        return x - right;
      }

      @Override
      public int y(int x, int y) {
        return y - down;
      }
    };
  }
}
