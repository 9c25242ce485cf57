package io.github.dl4jhardware.examples.data;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import org.bytedeco.javacv.Frame;
import org.datavec.image.data.ImageWritable;
import org.datavec.image.transform.ImageTransform;
import org.jspecify.annotations.Nullable;

/**
 * Puts a background of noise behind a bright figure on black: each pixel becomes the larger of
 * itself and a value drawn uniformly from 0…255. With MNIST it makes a set like MNIST-backrand (H.
 * Larochelle et al., "An empirical evaluation of deep architectures on problems with many factors
 * of variation", ICML 2007).
 */
public final class BackgroundImageTransform implements ImageTransform {
  private static final int VALUES = 256;

  private volatile @Nullable ImageWritable current;

  /** The background follows from the generator that is given with each image. */
  public BackgroundImageTransform() {}

  @Override
  public ImageWritable transform(ImageWritable image) {
    return transform(image, new Random(0));
  }

  @Override
  public ImageWritable transform(ImageWritable image, @Nullable Random given) {
    Random random = given == null ? new Random(0) : given;
    Frame from = image.getFrame();
    if (from.imageDepth != Frame.DEPTH_UBYTE) {
      throw new IllegalArgumentException(
          "BackgroundImageTransform takes 8-bit images, not depth " + from.imageDepth);
    }
    Frame to = new Frame(from.imageWidth, from.imageHeight, Frame.DEPTH_UBYTE, from.imageChannels);
    ByteBuffer source = (ByteBuffer) from.image[0];
    ByteBuffer target = (ByteBuffer) to.image[0];
    int line = from.imageWidth * from.imageChannels;
    for (int y = 0; y < from.imageHeight; y++) {
      for (int x = 0; x < line; x++) {
        int figure = source.get(y * from.imageStride + x) & 0xFF;
        target.put(y * to.imageStride + x, (byte) Math.max(figure, random.nextInt(VALUES)));
      }
    }
    ImageWritable made = new ImageWritable(to);
    current = made;
    return made;
  }

  @Override
  public float[] query(float... coordinates) {
    return coordinates;
  }

  @Override
  public ImageWritable getCurrentImage() {
    return Objects.requireNonNull(current, "nothing was transformed yet");
  }
}
