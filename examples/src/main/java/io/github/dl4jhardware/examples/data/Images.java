package io.github.dl4jhardware.examples.data;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Labelled images of one size.
 *
 * @param pixels {@code [images][channels * height * width]}, 0…255 as unsigned bytes, row-major,
 *     one channel after the other
 * @param labels {@code [images]}, 0…classes − 1
 * @param channels 1 for grey, 3 for red, green and blue
 * @param height rows of an image
 * @param width columns of an image
 * @param classes number of classes
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; a copy of the pixels would be large.
public record Images(
    byte[][] pixels, int[] labels, int channels, int height, int width, int classes) {
  private static final float WHITE = 255;

  /** Checks that the parts fit together. */
  public Images {
    if (pixels.length != labels.length) {
      throw new IllegalArgumentException(
          pixels.length + " images have " + labels.length + " labels");
    }
  }

  /**
   * Grey images.
   *
   * @param pixels {@code [images][height * width]}
   * @param labels {@code [images]}, 0…classes − 1
   * @param height rows of an image
   * @param width columns of an image
   * @param classes number of classes
   */
  public Images(byte[][] pixels, int[] labels, int height, int width, int classes) {
    this(pixels, labels, 1, height, width, classes);
  }

  /**
   * How many images there are.
   *
   * @return their number
   */
  public int count() {
    return labels.length;
  }

  /**
   * Some of the images, in their order.
   *
   * @param from the first
   * @param to one past the last
   * @return those images
   */
  public Images range(int from, int to) {
    return new Images(
        Arrays.copyOfRange(pixels, from, to),
        Arrays.copyOfRange(labels, from, to),
        channels,
        height,
        width,
        classes);
  }

  /**
   * Some of the images, in an order.
   *
   * @param order which
   * @return those images
   */
  public Images pick(int[] order) {
    return new Images(
        Arrays.stream(order).mapToObj(image -> pixels[image]).toArray(byte[][]::new),
        Arrays.stream(order).map(image -> labels[image]).toArray(),
        channels,
        height,
        width,
        classes);
  }

  /**
   * The middle of every image.
   *
   * @param rows height of the part
   * @param columns width of the part
   * @return images of that size
   */
  public Images centre(int rows, int columns) {
    if (rows > height || columns > width) {
      throw new IllegalArgumentException(
          "Cannot cut " + rows + "×" + columns + " out of images of " + height + "×" + width);
    }
    int top = (height - rows) / 2;
    int left = (width - columns) / 2;
    byte[][] cut = new byte[count()][channels * rows * columns];
    for (int image = 0; image < cut.length; image++) {
      for (int line = 0; line < channels * rows; line++) {
        int from = (line / rows * height + top + line % rows) * width + left;
        System.arraycopy(pixels[image], from, cut[image], line * columns, columns);
      }
    }
    return new Images(cut, labels, channels, rows, columns, classes);
  }

  /**
   * Every image in the middle of a larger black one.
   *
   * @param rows new height
   * @param columns new width
   * @return images of that size
   */
  public Images pad(int rows, int columns) {
    if (rows < height || columns < width) {
      throw new IllegalArgumentException(
          "Cannot pad images of " + height + "×" + width + " to " + rows + "×" + columns);
    }
    int top = (rows - height) / 2;
    int left = (columns - width) / 2;
    byte[][] padded = new byte[count()][channels * rows * columns];
    for (int image = 0; image < padded.length; image++) {
      for (int line = 0; line < channels * height; line++) {
        int to = (line / height * rows + top + line % height) * columns + left;
        System.arraycopy(pixels[image], line * width, padded[image], to, width);
      }
    }
    return new Images(padded, labels, channels, rows, columns, classes);
  }

  /**
   * Every image in another size, by linear interpolation between the nearest pixels' centres.
   *
   * @param rows new height
   * @param columns new width
   * @return images of that size
   */
  public Images resized(int rows, int columns) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException("Cannot resize images to " + rows + "×" + columns);
    }
    byte[][] resized = new byte[count()][channels * rows * columns];
    for (int line = 0; line < rows; line++) {
      double y = Math.max(0, Math.min(height - 1.0, (line + 0.5) * height / rows - 0.5));
      int above = (int) y;
      int below = Math.min(height - 1, above + 1);
      for (int column = 0; column < columns; column++) {
        double x = Math.max(0, Math.min(width - 1.0, (column + 0.5) * width / columns - 0.5));
        int left = (int) x;
        int right = Math.min(width - 1, left + 1);
        for (int image = 0; image < resized.length; image++) {
          for (int c = 0; c < channels; c++) {
            double top = between(image, c, above, left, right, x - left);
            double bottom = between(image, c, below, left, right, x - left);
            resized[image][(c * rows + line) * columns + column] =
                (byte) Math.round(top + (y - above) * (bottom - top));
          }
        }
      }
    }
    return new Images(resized, labels, channels, rows, columns, classes);
  }

  private double between(int image, int channel, int row, int left, int right, double part) {
    int line = (channel * height + row) * width;
    int from = pixels[image][line + left] & 0xFF;
    int to = pixels[image][line + right] & 0xFF;
    return from + part * (to - from);
  }

  /**
   * Some images as a data set.
   *
   * @param order which images, in which order
   * @param from first place in the order
   * @param to one past the last place
   * @return features {@code [to − from, channels * height * width]} in [0, 1] and labels one-hot
   */
  public DataSet dataSet(int[] order, int from, int to) {
    int inputs = channels * height * width;
    float[] features = new float[(to - from) * inputs];
    float[] oneHot = new float[(to - from) * classes];
    for (int i = 0; i < to - from; i++) {
      byte[] image = pixels[order[from + i]];
      for (int pixel = 0; pixel < inputs; pixel++) {
        features[i * inputs + pixel] = (image[pixel] & 0xFF) / WHITE;
      }
      oneHot[i * classes + labels[order[from + i]]] = 1;
    }
    INDArray x = Nd4j.create(features, new long[] {to - from, inputs}, 'c').castTo(DataType.FLOAT);
    return new DataSet(
        x, Nd4j.create(oneHot, new long[] {to - from, classes}, 'c').castTo(DataType.FLOAT));
  }
}
