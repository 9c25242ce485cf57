package io.github.dl4jhardware.neuromorphic.layer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An array that is kept from one batch to the next, outside the host's workspaces. */
final class Scratch {
  private static final int ROWS = 2;
  private static final ThreadLocal<double[][]> OF_THREAD =
      ThreadLocal.withInitial(() -> new double[ROWS][0]);

  private static final ThreadLocal<int[]> COUNTS = ThreadLocal.withInitial(() -> new int[0]);

  private @Nullable INDArray array;

  /** An array of a type and shape with no certain values; valid until the next call. */
  INDArray of(DataType type, long... shape) {
    INDArray own = array;
    if (own == null || own.dataType() != type || !Arrays.equals(own.shape(), shape)) {
      if (own != null) {
        own.close();
      }
      own = Nd4j.createUninitializedDetached(type, shape);
      array = own;
    }
    return own;
  }

  /** One of the calling thread's rows, at least as long as asked for, with no certain values. */
  static double[] row(int which, int length) {
    double[][] rows = OF_THREAD.get();
    if (rows[which].length < length) {
      rows[which] = new double[length];
    }
    return rows[which];
  }

  /** A row of the calling thread's for whole numbers, with no certain values. */
  static int[] counts(int length) {
    int[] row = COUNTS.get();
    if (row.length < length) {
      row = new int[length];
      COUNTS.set(row);
    }
    return row;
  }
}
