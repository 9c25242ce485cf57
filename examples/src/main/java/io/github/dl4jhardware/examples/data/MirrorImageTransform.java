package io.github.dl4jhardware.examples.data;

import java.util.Random;

/** Mirrors every second image, by chance, left to right. */
public final class MirrorImageTransform extends FrameTransform {
  /** A mirror. */
  public MirrorImageTransform() {}

  @Override
  Origin draw(int width, int height, Random random) {
    boolean mirrored = random.nextBoolean();
    return new Origin() {
      @Override
      public int x(int x, int y) {
        return mirrored ? width - 1 - x : x;
      }

      @Override
      public int y(int x, int y) {
        return y;
      }
    };
  }
}
