package io.github.dl4jhardware.examples.data;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.javacv.Frame;
import org.datavec.image.data.ImageWritable;
import org.datavec.image.transform.ImageTransform;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images as batches {@code [examples, channels, height, width]} in [0, 1], in an order and with
 * transforms that follow from seed and epoch alone.
 */
public final class ImageBatches {
  private static final float WHITE = 255;

  /** How an image lies in the features. */
  public enum Layout {
    /** Channels, height, width. */
    NCHW,
    /** Height, width, channels; what Keras saves usually wants it. */
    NHWC,
    /** One row. */
    FLAT
  }

  private final Images images;
  private final List<ImageTransform> transforms;
  private final long seed;

  /**
   * Batches of a set.
   *
   * @param images the set
   * @param transforms what DataVec does to each image before it is seen, one after the other
   * @param seed of order and transforms
   */
  public ImageBatches(Images images, List<ImageTransform> transforms, long seed) {
    this.images = images;
    this.transforms = List.copyOf(transforms);
    this.seed = seed;
  }

  /**
   * The order of an epoch.
   *
   * @param epoch which
   * @return a permutation of all images
   */
  public int[] order(int epoch) {
    return new EpochOrder(images.count(), seed).of(epoch);
  }

  /**
   * Some images as a data set.
   *
   * @param order which images, in which order
   * @param from first place in the order
   * @param to one past the last place
   * @param epoch keys the transforms' draws, with the image
   * @return features and one-hot labels
   */
  public DataSet batch(int[] order, int from, int to, int epoch) {
    int pixels = images.channels() * images.height() * images.width();
    float[] features = new float[(to - from) * pixels];
    float[] labels = new float[(to - from) * images.classes()];
    IntStream.range(0, to - from)
        .parallel()
        .forEach(
            i -> {
              int image = order[from + i];
              byte[] seen = transforms.isEmpty() ? images.pixels()[image] : transform(image, epoch);
              for (int pixel = 0; pixel < pixels; pixel++) {
                features[i * pixels + pixel] = (seen[pixel] & 0xFF) / WHITE;
              }
              labels[i * images.classes() + images.labels()[image]] = 1;
            });
    INDArray x =
        Nd4j.create(
            features,
            new long[] {to - from, images.channels(), images.height(), images.width()},
            'c');
    return new DataSet(x, Nd4j.create(labels, new long[] {to - from, images.classes()}, 'c'));
  }

  /**
   * The images for DL4J's loops: each reset begins the next epoch, with its own order.
   *
   * @param batch images at a time; what is left over at the end is left out
   * @param count of the images of each epoch's order that are used
   * @param layout how an image lies in the features
   * @return begins with epoch 0
   */
  public DataSetIterator training(int batch, int count, Layout layout) {
    return new EpochOrder(images.count(), seed)
        .training(batch, count, inputs(), images.classes(), source(layout));
  }

  /**
   * The images as they come in epoch 0, the same after each reset.
   *
   * @param batch images at a time
   * @param count how many
   * @param layout how an image lies in the features
   * @return for tests
   */
  public DataSetIterator testing(int batch, int count, Layout layout) {
    return new EpochOrder(images.count(), seed)
        .testing(batch, count, inputs(), images.classes(), source(layout));
  }

  private EpochOrder.Source source(Layout layout) {
    return (order, from, to, epoch) -> {
      DataSet some = batch(order, from, to, epoch);
      some.setFeatures(arranged(some.getFeatures(), layout));
      return some;
    };
  }

  private int inputs() {
    return images.channels() * images.height() * images.width();
  }

  /**
   * A set whose images are all transformed once, as in epoch 0.
   *
   * @param images the set
   * @param transform what DataVec does to each image
   * @param seed of the transform; an image's draws follow from it and the image's place
   * @return a new set with the same labels
   */
  public static Images transformed(Images images, ImageTransform transform, long seed) {
    ImageBatches batches = new ImageBatches(images, List.of(transform), seed);
    byte[][] pixels =
        IntStream.range(0, images.count())
            .parallel()
            .mapToObj(image -> batches.transform(image, 0))
            .toArray(byte[][]::new);
    return new Images(
        pixels,
        images.labels(),
        images.channels(),
        images.height(),
        images.width(),
        images.classes());
  }

  /**
   * Images in another layout.
   *
   * @param images NCHW
   * @param layout wanted
   * @return the same values
   */
  public static INDArray arranged(INDArray images, Layout layout) {
    return switch (layout) {
      case NCHW -> images;
      case NHWC -> images.permute(0, 2, 3, 1).dup('c');
      case FLAT -> images.reshape('c', images.size(0), -1);
    };
  }

  private byte[] transform(int image, int epoch) {
    Random random =
        new Random(new SplittableRandom((seed << 40) + ((long) epoch << 24) + image).nextLong());
    int channels = images.channels();
    int positions = images.height() * images.width();
    byte[] planar = images.pixels()[image];
    Frame frame = new Frame(images.width(), images.height(), Frame.DEPTH_UBYTE, channels);
    ByteBuffer interleaved = (ByteBuffer) frame.image[0];
    for (int at = 0; at < positions; at++) {
      int to = at / images.width() * frame.imageStride + at % images.width() * channels;
      for (int c = 0; c < channels; c++) {
        interleaved.put(to + c, planar[c * positions + at]);
      }
    }
    ImageWritable writable = new ImageWritable(frame);
    for (ImageTransform each : transforms) {
      writable = each.transform(writable, random);
    }
    Frame made = writable.getFrame();
    ByteBuffer result = (ByteBuffer) made.image[0];
    byte[] back = new byte[planar.length];
    for (int at = 0; at < positions; at++) {
      int from = at / images.width() * made.imageStride + at % images.width() * channels;
      for (int c = 0; c < channels; c++) {
        back[c * positions + at] = result.get(from + c);
      }
    }
    return back;
  }
}
