package io.github.dl4jhardware.examples.data;

import java.nio.ByteBuffer;
import java.util.Random;
import org.bytedeco.javacv.Frame;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Puts a background of noise behind a bright figure on black: each pixel becomes the larger of
 * itself and a value drawn uniformly from 0…255. With MNIST it makes a set like MNIST-backrand (H.
 * Larochelle et al., "An empirical evaluation of deep architectures on problems with many factors
 * of variation", ICML 2007).
 */
public final class BackgroundImageTransform extends FrameTransform {
  private static final int VALUES = 256;

  /**
   * A background.
   *
   * @param seed of the draws for images that come without a generator
   */
  public BackgroundImageTransform(@JsonProperty("seed") long seed) {
    super(seed);
  }

  @Override
  void fill(Frame from, Frame to, Random random) {
    ByteBuffer source = (ByteBuffer) from.image[0];
    ByteBuffer target = (ByteBuffer) to.image[0];
    int line = from.imageWidth * from.imageChannels;
    for (int y = 0; y < from.imageHeight; y++) {
      for (int x = 0; x < line; x++) {
        int figure = source.get(y * from.imageStride + x) & 0xFF;
        target.put(y * to.imageStride + x, (byte) Math.max(figure, random.nextInt(VALUES)));
      }
    }
  }

  /** Nothing moves. */
  @Override
  public float[] query(float... coordinates) {
    return coordinates;
  }
}
