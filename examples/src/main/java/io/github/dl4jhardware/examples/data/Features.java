package io.github.dl4jhardware.examples.data;

import java.util.Arrays;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Labelled rows of numbers, such as what a feature extractor says about images.
 *
 * @param values {@code [examples][features]}, finite, in rows of one length
 * @param labels {@code [examples]}, 0…classes − 1
 * @param classes number of classes
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; a copy of the values would be large.
public record Features(float[][] values, int[] labels, int classes) {
  /** Checks that the parts fit together and that all values are finite. */
  public Features {
    if (values.length != labels.length) {
      throw new IllegalArgumentException(
          values.length + " rows of features have " + labels.length + " labels");
    }
    if (values.length == 0 || values[0].length == 0) {
      throw new IllegalArgumentException("There are no features");
    }
    for (int row = 0; row < values.length; row++) {
      if (values[row].length != values[0].length) {
        throw new IllegalArgumentException(
            "Row "
                + row
                + " has "
                + values[row].length
                + " features, but row 0 has "
                + values[0].length);
      }
      for (int column = 0; column < values[row].length; column++) {
        if (!Float.isFinite(values[row][column])) {
          throw new IllegalArgumentException(
              "Row " + row + ", feature " + column + " is " + values[row][column]);
        }
      }
      if (labels[row] < 0 || labels[row] >= classes) {
        throw new IllegalArgumentException(
            "Row " + row + " has label " + labels[row] + "; labels are 0…" + (classes - 1));
      }
    }
  }

  /**
   * How many examples there are.
   *
   * @return their number
   */
  public int count() {
    return values.length;
  }

  /**
   * How many numbers an example has.
   *
   * @return length of a row
   */
  public int width() {
    return values[0].length;
  }

  /**
   * The same examples with other numbers.
   *
   * @param others a row for each example
   * @return the same labels
   */
  public Features with(float[][] others) {
    return new Features(others, labels, classes);
  }

  /**
   * Some of the examples, in an order.
   *
   * @param order which
   * @return those examples
   */
  public Features pick(int[] order) {
    return new Features(
        Arrays.stream(order).mapToObj(row -> values[row]).toArray(float[][]::new),
        Arrays.stream(order).map(row -> labels[row]).toArray(),
        classes);
  }

  /**
   * Some examples as a data set.
   *
   * @param order which examples, in which order
   * @param from first place in the order
   * @param to one past the last place
   * @return features {@code [to − from, features]} and one-hot labels {@code [to − from, classes]}
   */
  public DataSet dataSet(int[] order, int from, int to) {
    int width = width();
    float[] rows = new float[(to - from) * width];
    float[] oneHot = new float[(to - from) * classes];
    for (int i = 0; i < to - from; i++) {
      System.arraycopy(values[order[from + i]], 0, rows, i * width, width);
      oneHot[i * classes + labels[order[from + i]]] = 1;
    }
    return new DataSet(
        Nd4j.create(rows, new long[] {to - from, width}, 'c'),
        Nd4j.create(oneHot, new long[] {to - from, classes}, 'c'));
  }

  /**
   * The examples for DL4J's loops: each reset begins the next epoch, with its own order.
   *
   * @param batch examples at a time; what is left over at the end is left out
   * @param most examples of an epoch
   * @param seed of the order
   * @return begins with epoch 0
   */
  public DataSetIterator training(int batch, int most, long seed) {
    return new EpochOrder(count(), seed)
        .training(
            batch, most, width(), classes, (order, from, to, epoch) -> dataSet(order, from, to));
  }

  /**
   * The examples in their own order, the same after each reset.
   *
   * @param batch examples at a time
   * @return for tests
   */
  public DataSetIterator testing(int batch) {
    int[] own = new int[count()];
    Arrays.setAll(own, i -> i);
    return new EpochOrder(count(), 0)
        .testing(
            batch, count(), width(), classes, (order, from, to, epoch) -> dataSet(own, from, to));
  }
}
