package io.github.dl4jhardware.analog.layer;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Copies between contiguous ND4J views and Java arrays in one go; a double array is rounded to
 * single precision.
 */
final class NativeCopy {
  private NativeCopy() {}

  /** Reads {@code count} values from the start of a row-major view. */
  static void read(INDArray view, float[] target, int count) {
    Pointer address = view.data().addressPointer();
    if (view.dataType() == DataType.FLOAT) {
      new FloatPointer(address).get(target, 0, count);
      return;
    }
    double[] doubles = new double[count];
    new DoublePointer(address).get(doubles, 0, count);
    for (int i = 0; i < count; i++) {
      target[i] = (float) doubles[i];
    }
  }

  /**
   * Writes {@code count} values from the start of a row-major view on; may run on into the views
   * that follow it.
   */
  static void write(float[] source, INDArray view, int count) {
    Pointer address = view.data().addressPointer();
    if (view.dataType() == DataType.FLOAT) {
      new FloatPointer(address).put(source, 0, count);
      return;
    }
    double[] doubles = new double[count];
    for (int i = 0; i < count; i++) {
      doubles[i] = source[i];
    }
    new DoublePointer(address).put(doubles, 0, count);
  }

  /** Whether two row-major views are of the same numbers in memory. */
  static boolean same(INDArray one, INDArray other) {
    return one.length() == other.length()
        && one.dataType() == other.dataType()
        && one.data().addressPointer().address() == other.data().addressPointer().address();
  }

  /** The values of a matrix of any order, row-major. */
  static float[] rows(INDArray matrix) {
    INDArray ordered = matrix.ordering() == 'c' && !matrix.isView() ? matrix : matrix.dup('c');
    float[] values = new float[(int) ordered.length()];
    read(ordered, values, values.length);
    return values;
  }
}
