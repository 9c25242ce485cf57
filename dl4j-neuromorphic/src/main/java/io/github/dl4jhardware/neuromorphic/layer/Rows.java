package io.github.dl4jhardware.neuromorphic.layer;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Objects;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A row-major ND4J array as rows of doubles. A fused loop takes a row into the cache, works on it
 * there and puts it back: one pass over memory, the same code for FLOAT and DOUBLE.
 *
 * <p>Several threads may use one, for different rows.
 */
final class Rows {
  private static final ThreadLocal<float[]> SINGLES = ThreadLocal.withInitial(() -> new float[0]);

  private final @Nullable FloatBuffer floats;

  /** The same as {@code floats}. */
  private final @Nullable IntBuffer bits;

  private final @Nullable DoubleBuffer doubles;
  private final int length;

  private Rows(
      @Nullable FloatBuffer floats,
      @Nullable IntBuffer bits,
      @Nullable DoubleBuffer doubles,
      int length) {
    this.floats = floats;
    this.bits = bits;
    this.doubles = doubles;
    this.length = length;
  }

  /**
   * An array as rows.
   *
   * @param array contiguous and row-major, FLOAT or DOUBLE
   * @param count number of rows; divides the array's length
   */
  static Rows of(INDArray array, int count) {
    long total = array.length();
    if (total > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          "An array of "
              + total
              + " values; a spiking layer takes at most "
              + (Integer.MAX_VALUE - 8)
              + ". Use smaller batches");
    }
    int length = (int) (total / count);
    if (array.dataType() == DataType.FLOAT) {
      FloatPointer pointer = new FloatPointer(array.data().addressPointer()).capacity(total);
      return new Rows(pointer.asBuffer(), new IntPointer(pointer).asBuffer(), null, length);
    }
    DoublePointer pointer = new DoublePointer(array.data().addressPointer()).capacity(total);
    return new Rows(null, null, pointer.asBuffer(), length);
  }

  int length() {
    return length;
  }

  void read(int row, double[] target) {
    if (doubles != null) {
      doubles.get(row * length, target, 0, length);
    } else if (floats != null) {
      float[] singles = singles(length);
      floats.get(row * length, singles, 0, length);
      for (int i = 0; i < length; i++) {
        target[i] = singles[i];
      }
    }
  }

  void write(int row, double[] source) {
    if (doubles != null) {
      doubles.put(row * length, source, 0, length);
    } else if (floats != null) {
      float[] singles = singles(length);
      for (int i = 0; i < length; i++) {
        singles[i] = (float) source[i];
      }
      floats.put(row * length, singles, 0, length);
    }
  }

  /** A row of an array of FLOAT. */
  void readFloats(int row, float[] target) {
    singles().get(row * length, target, 0, length);
  }

  /** The bits of a row of an array of FLOAT, which int loops can work on in vectors. */
  void readBits(int row, int[] target) {
    bits().get(row * length, target, 0, length);
  }

  void writeBits(int row, int[] source) {
    bits().put(row * length, source, 0, length);
  }

  void writeFloats(int row, float[] source) {
    writeFloats(row, source, 0, length);
  }

  /** Writes a part of a row, from the same part of an array. */
  void writeFloats(int row, float[] source, int from, int to) {
    singles().put(row * length + from, source, from, to - from);
  }

  private FloatBuffer singles() {
    return Objects.requireNonNull(floats, "The array is not FLOAT");
  }

  private IntBuffer bits() {
    return Objects.requireNonNull(bits, "The array is not FLOAT");
  }

  /** Whether all values are the same; −0 and 0 are, and any NaN is another. */
  boolean same(Rows other) {
    if (floats != null && other.floats != null) {
      return floats.mismatch(other.floats) < 0;
    }
    return doubles != null && other.doubles != null && doubles.mismatch(other.doubles) < 0;
  }

  private static float[] singles(int length) {
    float[] singles = SINGLES.get();
    if (singles.length < length) {
      singles = new float[length];
      SINGLES.set(singles);
    }
    return singles;
  }
}
