package io.github.dl4jhardware.examples.data;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import org.bytedeco.javacv.Frame;
import org.datavec.image.data.ImageWritable;
import org.datavec.image.transform.ImageTransform;
import org.jspecify.annotations.Nullable;

/**
 * A DataVec transform of 8-bit frames, in plain Java. It goes wherever DataVec takes transforms:
 * record readers, pipelines. There, image after image draws from one generator of the transform's
 * seed; a generator that comes with an image is used instead.
 */
abstract class FrameTransform implements ImageTransform {
  private final long seed;
  private final Random own;
  private volatile @Nullable ImageWritable current;

  FrameTransform(long seed) {
    this.seed = seed;
    own = new Random(seed);
  }

  /**
   * Where the draws begin.
   *
   * @return the seed
   */
  public final long getSeed() {
    return seed;
  }

  /** Fills a new frame of the same size. */
  abstract void fill(Frame from, Frame to, Random random);

  @Override
  public final ImageWritable transform(ImageWritable image) {
    return transform(image, own);
  }

  @Override
  public final ImageWritable transform(ImageWritable image, @Nullable Random random) {
    Frame from = image.getFrame();
    if (from.imageDepth != Frame.DEPTH_UBYTE) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + " takes 8-bit images, not depth " + from.imageDepth);
    }
    Frame to = new Frame(from.imageWidth, from.imageHeight, Frame.DEPTH_UBYTE, from.imageChannels);
    fill(from, to, random == null ? own : random);
    ImageWritable made = new ImageWritable(to);
    current = made;
    return made;
  }

  /** Where the pixel of a place comes from; a place outside is black. */
  interface Origin {
    int x(int x, int y);

    int y(int x, int y);
  }

  static void move(Frame from, Frame to, Origin origin) {
    int width = from.imageWidth;
    int height = from.imageHeight;
    int channels = from.imageChannels;
    ByteBuffer source = (ByteBuffer) from.image[0];
    ByteBuffer target = (ByteBuffer) to.image[0];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int fromX = origin.x(x, y);
        int fromY = origin.y(x, y);
        boolean inside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
        for (int c = 0; c < channels; c++) {
          byte value =
              inside ? source.get(fromY * from.imageStride + fromX * channels + c) : (byte) 0;
          target.put(y * to.imageStride + x * channels + c, value);
        }
      }
    }
  }

  @Override
  public float[] query(float... coordinates) {
    throw new UnsupportedOperationException(
        getClass().getSimpleName() + " moves pixels only; it has no coordinates to query");
  }

  @Override
  public final ImageWritable getCurrentImage() {
    return Objects.requireNonNull(current, "nothing was transformed yet");
  }
}
