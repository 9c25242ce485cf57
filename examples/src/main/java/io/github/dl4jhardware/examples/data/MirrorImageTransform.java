package io.github.dl4jhardware.examples.data;

import java.util.Random;
import org.bytedeco.javacv.Frame;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Mirrors every second image, by chance, left to right. */
public final class MirrorImageTransform extends FrameTransform {
  /** A mirror with seed 0. */
  public MirrorImageTransform() {
    this(0);
  }

  /**
   * A mirror.
   *
   * @param seed of the draws for images that come without a generator
   */
  public MirrorImageTransform(@JsonProperty("seed") long seed) {
    super(seed);
  }

  @Override
  void fill(Frame from, Frame to, Random random) {
    boolean mirrored = random.nextBoolean();
    int last = from.imageWidth - 1;
    move(
        from,
        to,
        new Origin() {
          @Override
          public int x(int x, int y) {
            return mirrored ? last - x : x;
          }

          @Override
          public int y(int x, int y) {
            return y;
          }
        });
  }
}
