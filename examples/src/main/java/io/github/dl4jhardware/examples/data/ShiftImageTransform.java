package io.github.dl4jhardware.examples.data;

import java.util.Random;
import org.bytedeco.javacv.Frame;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Shifts an image by a uniformly drawn number of pixels each way; what comes in is black. */
public final class ShiftImageTransform extends FrameTransform {
  private final int pixels;

  /**
   * A shift with seed 0.
   *
   * @param pixels at the most, in each of the four directions
   */
  public ShiftImageTransform(int pixels) {
    this(pixels, 0);
  }

  /**
   * A shift.
   *
   * @param pixels at the most, in each of the four directions
   * @param seed of the draws for images that come without a generator
   */
  @JsonCreator
  public ShiftImageTransform(@JsonProperty("pixels") int pixels, @JsonProperty("seed") long seed) {
    super(seed);
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
  void fill(Frame from, Frame to, Random random) {
    int right = random.nextInt(2 * pixels + 1) - pixels;
    int down = random.nextInt(2 * pixels + 1) - pixels;
    move(
        from,
        to,
        new Origin() {
          @Override
          public int x(int x, int y) {
            return x - right;
          }

          @Override
          public int y(int x, int y) {
            return y - down;
          }
        });
  }
}
