package io.github.dl4jhardware.host;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The form in which {@code Nd4j.write} leaves an array: a buffer of its shape, then one of its
 * values, each with kind, length and type before it. Read before ND4J does, which allocates what
 * the lengths say.
 */
final class ArrayBytes {
  private static final Map<String, Integer> BYTES_OF =
      Map.ofEntries(
          Map.entry("DOUBLE", 8),
          Map.entry("FLOAT", 4),
          Map.entry("HALF", 2),
          Map.entry("BFLOAT16", 2),
          Map.entry("LONG", 8),
          Map.entry("INT64", 8),
          Map.entry("UINT64", 8),
          Map.entry("INT", 4),
          Map.entry("INT32", 4),
          Map.entry("UINT32", 4),
          Map.entry("SHORT", 2),
          Map.entry("INT16", 2),
          Map.entry("UINT16", 2),
          Map.entry("BYTE", 1),
          Map.entry("INT8", 1),
          Map.entry("UBYTE", 1),
          Map.entry("UINT8", 1),
          Map.entry("BOOL", 1));

  /** Kinds of buffer whose length is written as an int: those of before 0.8. */
  private static final Set<String> SHORT_LENGTH = Set.of("DIRECT", "HEAP", "JAVACPP");

  /** Rank 32 has 68 numbers. */
  private static final int LONGEST_SHAPE = 68;

  /** Numbers that are copied at once. */
  static final int BLOCK = 1 << 16;

  /** As in a file. */
  static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.BIG_ENDIAN);

  private ArrayBytes() {}

  /**
   * Whether bytes hold what their lengths say.
   *
   * @param bytes a whole array
   * @param what it is called in messages
   * @throws IOException if not; the message says where
   */
  static void check(byte[] bytes, String what) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      Head shape = head(in, what, "shape");
      if (shape.length > LONGEST_SHAPE || shape.bytesEach < Integer.BYTES) {
        throw new IOException(what + " is no array of ND4J: its shape is none");
      }
      long[] numbers = new long[(int) shape.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = shape.bytesEach == Long.BYTES ? in.readLong() : in.readInt();
      }
      Head values = head(in, what, "values");
      if (!fits(numbers, values.length)) {
        throw new IOException(
            what
                + " is no array of ND4J: its shape "
                + Arrays.toString(numbers)
                + " is not that of "
                + values.length
                + " values");
      }
      in.skipNBytes(values.length * values.bytesEach);
    } catch (EOFException | UTFDataFormatException e) {
      throw new IOException(what + " is no array of ND4J: it ends within a head", e);
    }
  }

  /**
   * An array from its bytes, at the speed of memory where it is as DL4J keeps parameters: FLOAT and
   * in the order of C. DL4J's own reader takes the numbers one by one.
   *
   * @param bytes a whole array that was checked
   */
  static INDArray read(byte[] bytes) throws IOException {
    ByteArrayInputStream from = new ByteArrayInputStream(bytes);
    DataInputStream in = new DataInputStream(from);
    Head shape = head(in, "An array", "shape");
    if (shape.bytesEach == Long.BYTES) {
      long[] numbers = new long[(int) shape.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = in.readLong();
      }
      Head values = head(in, "An array", "values");
      long[] lengths = Arrays.copyOfRange(numbers, 1, 1 + (int) numbers[0]);
      if (values.floats && isPlain(numbers, lengths)) {
        INDArray array = Nd4j.createUninitializedDetached(DataType.FLOAT, lengths);
        copy(bytes, bytes.length - from.available(), array);
        return array;
      }
    }
    return Nd4j.read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  /** Whether the last index moves by one value, the one before by a line, and so on. */
  private static boolean isPlain(long[] numbers, long[] lengths) {
    long stride = 1;
    for (int axis = lengths.length; axis >= 1; axis--) {
      if (lengths[axis - 1] != 1 && numbers[axis + lengths.length] != stride) {
        return false;
      }
      stride *= lengths[axis - 1];
    }
    return lengths.length > 0 && stride > 0;
  }

  private static void copy(byte[] bytes, int start, INDArray array) {
    FloatPointer target = new FloatPointer(array.data().addressPointer());
    float[] block = new float[BLOCK];
    for (long from = 0; from < array.length(); from += BLOCK) {
      int count = (int) Math.min(BLOCK, array.length() - from);
      int at = start + (int) from * Float.BYTES;
      for (int i = 0; i < count; i++) {
        block[i] = (float) BIG_ENDIAN.get(bytes, at + i * Float.BYTES);
      }
      target.position(from).put(block, 0, count);
    }
  }

  /** What stands before a buffer's numbers. */
  private record Head(long length, int bytesEach, boolean floats) {}

  private static Head head(DataInputStream in, String what, String part) throws IOException {
    String kind = in.readUTF();
    long length = SHORT_LENGTH.contains(kind) ? in.readInt() : in.readLong();
    String type = in.readUTF();
    Integer size = BYTES_OF.get(type);
    if (size == null) {
      throw new IOException(what + " is no array of ND4J: its " + part + " are of no known type");
    }
    if (length < 0 || length > in.available() / size) {
      throw new IOException(
          what
              + " says that its "
              + part
              + " has "
              + length
              + " numbers, but only "
              + in.available()
              + " bytes follow");
    }
    return new Head(length, size, type.equals("FLOAT"));
  }

  /**
   * Whether a shape's numbers, which are rank, lengths, strides, flags, spacing and order, stay
   * within so many values and use them all.
   */
  private static boolean fits(long[] numbers, long values) {
    if (numbers.length < 1 || numbers[0] < 0 || numbers.length != 2 * numbers[0] + 4) {
      return false;
    }
    int rank = (int) numbers[0];
    long product = 1;
    long last = 0;
    for (int axis = 1; axis <= rank; axis++) {
      long length = numbers[axis];
      long stride = numbers[axis + rank];
      if (length < 0 || length > values || stride < 0 || stride > values) {
        return false;
      }
      product *= length;
      last += Math.max(0, length - 1) * stride;
      if (product > values || last > Math.max(0, values - 1)) {
        return false;
      }
    }
    long order = numbers[numbers.length - 1];
    return product == values && (order == 'c' || order == 'f');
  }
}
