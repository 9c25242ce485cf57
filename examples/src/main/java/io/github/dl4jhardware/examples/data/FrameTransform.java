package io.github.dl4jhardware.examples.data;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import org.bytedeco.javacv.Frame;
import org.datavec.image.data.ImageWritable;
import org.datavec.image.transform.ImageTransform;
import org.jspecify.annotations.Nullable;

/**
 * A DataVec transform that moves the pixels of 8-bit frames about, in plain Java. It goes wherever
 * DataVec takes transforms: record readers, pipelines.
 */
abstract class FrameTransform implements ImageTransform {
  private volatile @Nullable ImageWritable current;

  /** Where the pixel of a place comes from; a place outside is black. */
  interface Origin {
    int x(int x, int y);

    int y(int x, int y);
  }

  /** Draws what happens to one image. */
  abstract Origin draw(int width, int height, Random random);

  @Override
  public ImageWritable transform(ImageWritable image) {
    return transform(image, new Random(0));
  }

  @Override
  public ImageWritable transform(ImageWritable image, @Nullable Random random) {
    Frame from = image.getFrame();
    if (from.imageDepth != Frame.DEPTH_UBYTE) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + " takes 8-bit images, not depth " + from.imageDepth);
    }
    int width = from.imageWidth;
    int height = from.imageHeight;
    int channels = from.imageChannels;
    Origin origin = draw(width, height, random == null ? new Random(0) : random);
    Frame to = new Frame(width, height, Frame.DEPTH_UBYTE, channels);
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
    ImageWritable made = new ImageWritable(to);
    current = made;
    return made;
  }

  @Override
  public float[] query(float... coordinates) {
    throw new UnsupportedOperationException(
        getClass().getSimpleName() + " moves pixels only; it has no coordinates to query");
  }

  @Override
  public ImageWritable getCurrentImage() {
    return Objects.requireNonNull(current, "nothing was transformed yet");
  }
}
