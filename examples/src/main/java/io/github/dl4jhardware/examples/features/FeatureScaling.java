package io.github.dl4jhardware.examples.features;

import java.util.Random;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Brings features into the range of an array's inputs: they are whitened ({@link Zca}) with what
 * the training examples say, turned by a random rotation, scaled by one number so that the training
 * examples' root mean square is as asked, and clipped to ±1.
 *
 * <p>Whitening and rotation are invertible, so a linear layer loses nothing by them; clipping can.
 * From weights of zero the rotation does not change how it learns. Without whitening the few
 * directions in which all features vary together limit the rate, and the others are learnt slowly.
 * The rotation spreads inputs and weights evenly, so that both fill the range that an array has:
 * the largest weight of CIFAR-10's layer is under five deviations after it, and eight before.
 */
public final class FeatureScaling {
  /** Wider rows would take matrices of gigabytes, and whitening them hours. */
  public static final int MOST_FEATURES = 8192;

  private static final int ROWS_AT_ONCE = 1000;

  private final float[] mean;
  private final INDArray matrix;

  private FeatureScaling(float[] mean, INDArray matrix) {
    this.mean = mean;
    this.matrix = matrix;
  }

  /**
   * How features are scaled.
   *
   * @param whitening ε: what is added to the eigenvalues of the covariance, in parts of their mean;
   *     above 0
   * @param rootMeanSquare of the training examples afterwards, before what is beyond ±1 is clipped;
   *     0…1
   * @param seed of the rotation
   */
  public record Settings(double whitening, double rootMeanSquare, long seed) {
    /** Checks both. */
    public Settings {
      if (!(whitening > 0 && whitening <= 1e6)) {
        throw new IllegalArgumentException(
            "FeatureScaling.whitening must be above 0 and at most 1e6, but is " + whitening);
      }
      if (!(rootMeanSquare > 0 && rootMeanSquare <= 1)) {
        throw new IllegalArgumentException(
            "FeatureScaling.rootMeanSquare must be above 0 and at most 1, but is "
                + rootMeanSquare);
      }
    }
  }

  /**
   * Learns from training examples.
   *
   * @param rows {@code [examples][features]}, finite
   * @param settings how much
   * @return the map
   * @throws IllegalArgumentException if all rows are the same, or wider than {@link #MOST_FEATURES}
   */
  public static FeatureScaling of(float[][] rows, Settings settings) {
    int width = rows[0].length;
    if (width > MOST_FEATURES) {
      throw new IllegalArgumentException(
          "Examples have " + width + " features; at most " + MOST_FEATURES + " can be scaled");
    }
    double[] sums = new double[width];
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        sums[i] += row[i];
      }
    }
    float[] mean = new float[width];
    for (int i = 0; i < width; i++) {
      mean[i] = (float) (sums[i] / rows.length);
    }
    INDArray covariance = Nd4j.create(DataType.FLOAT, width, width);
    for (int from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      INDArray some = centred(rows, from, Math.min(rows.length, from + ROWS_AT_ONCE), mean);
      covariance.addi(some.transpose().mmul(some).divi(rows.length));
    }
    double variance = trace(covariance) / width;
    if (!(variance > 0)) {
      throw new IllegalArgumentException(
          "All rows of features are the same; there is nothing to scale");
    }
    INDArray whitening = Zca.of(covariance, settings.whitening() * variance);
    // tr(M C M) is the variance of all features afterwards; the rotation keeps it.
    double after = dot(whitening.mmul(covariance), whitening) / width;
    INDArray matrix = whitening.mmul(rotation(width, settings.seed()));
    matrix.muli(settings.rootMeanSquare() / Math.sqrt(after));
    return new FeatureScaling(mean, matrix);
  }

  /**
   * Orthogonal: random signs, then the discrete cosine transform, after which every output has a
   * part of every input. As in N. Ailon, B. Chazelle, "The fast Johnson–Lindenstrauss transform",
   * SIAM J. Comput. 39, 302 (2009), with cosines in place of Hadamard's matrix, which exists for
   * few sizes.
   */
  private static INDArray rotation(int width, long seed) {
    Random random = new Random(seed);
    float[][] rotation = new float[width][width];
    for (int input = 0; input < width; input++) {
      double sign = random.nextBoolean() ? 1 : -1;
      for (int output = 0; output < width; output++) {
        double scale = Math.sqrt((output == 0 ? 1.0 : 2.0) / width);
        rotation[input][output] =
            (float) (sign * scale * Math.cos(Math.PI * (input + 0.5) * output / width));
      }
    }
    return Nd4j.createFromArray(rotation);
  }

  /** In one order: ND4J's sum depends on the number of its threads. */
  private static double dot(INDArray a, INDArray b) {
    float[][] left = a.toFloatMatrix();
    float[][] right = b.toFloatMatrix();
    double sum = 0;
    for (int row = 0; row < left.length; row++) {
      for (int column = 0; column < left[row].length; column++) {
        sum += (double) left[row][column] * right[row][column];
      }
    }
    return sum;
  }

  private static double trace(INDArray matrix) {
    return IntStream.range(0, matrix.rows()).mapToDouble(i -> matrix.getDouble(i, i)).sum();
  }

  private static INDArray centred(float[][] rows, int from, int to, float[] mean) {
    float[] values = new float[(to - from) * mean.length];
    for (int row = from; row < to; row++) {
      for (int i = 0; i < mean.length; i++) {
        values[(row - from) * mean.length + i] = rows[row][i] - mean[i];
      }
    }
    return Nd4j.create(values, new long[] {to - from, mean.length}, 'c');
  }

  /**
   * Scales examples.
   *
   * @param rows {@code [examples][features]}
   * @return as many, within ±1
   */
  public float[][] of(float[][] rows) {
    float[][] scaled = new float[rows.length][];
    for (int from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      int to = Math.min(rows.length, from + ROWS_AT_ONCE);
      INDArray products =
          Nd4j.createUninitialized(DataType.FLOAT, new long[] {to - from, mean.length}, 'c');
      centred(rows, from, to, mean).mmuli(matrix, products);
      float[][] some = products.toFloatMatrix();
      for (int row = from; row < to; row++) {
        float[] own = some[row - from];
        for (int i = 0; i < own.length; i++) {
          own[i] = Math.max(-1, Math.min(1, own[i]));
        }
        scaled[row] = own;
      }
    }
    return scaled;
  }
}
