package io.github.dl4jhardware.examples.data;

import io.github.dl4jhardware.files.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NumPy's own file format, for rows of numbers: magic, version, a header that names type and shape,
 * then the values in C order. Source: NumPy reference, "numpy.lib.format", versions 1.0 to 3.0.
 * Read are integers of 8 to 64 bits and floating-point numbers of 32 and 64, of either byte order;
 * written are little-endian floats.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;
  private static final int MAX_HEADER = 1 << 20;
  private static final int MAX_VALUES = 1 << 30;
  private static final int MAX_COLUMNS = 1 << 24;
  private static final int BLOCK = 1 << 20;
  private static final float TWO_TO_64 = 0x1p64f;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\sL]*)\\)");

  private static final Pattern SEPARATOR = Pattern.compile("\\s*,\\s*");

  private Npy() {}

  /**
   * An array.
   *
   * @param shape as the file has it, at least one size
   * @param rows {@code [shape₀][product of the others]}, rounded to single precision, finite
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; a copy of the values would be large.
  public record Values(int[] shape, float[][] rows) {}

  /**
   * Reads an array of any shape.
   *
   * @param file of at least one dimension
   * @return shape and values
   * @throws IOException if the file cannot be read or is damaged; the message names the file and
   *     the offset
   */
  public static Values array(Path file) throws IOException {
    try (Reader in = new Reader(file)) {
      return in.values(Integer.MAX_VALUE);
    }
  }

  /**
   * Reads a matrix; an array of one dimension is one column.
   *
   * @param file of one or two dimensions
   * @return {@code [rows][columns]}, rounded to single precision, finite
   * @throws IOException if the file cannot be read or is damaged; the message names the file and
   *     the offset
   */
  public static float[][] rows(Path file) throws IOException {
    try (Reader in = new Reader(file)) {
      return in.values(2).rows();
    }
  }

  /**
   * Writes a matrix, whole or not at all.
   *
   * @param rows of one length
   * @param file replaced where there is one
   * @throws IOException if it cannot be written
   */
  public static void write(float[][] rows, Path file) throws IOException {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    String header =
        String.format(
            Locale.ROOT,
            "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }",
            rows.length,
            columns);
    WholeFile.make(file, part -> write(rows, columns, header, part));
  }

  private static void write(float[][] rows, int columns, String header, Path part)
      throws IOException {
    int start = MAGIC.length + 4;
    int padded = (start + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - start;
    try (FileChannel out =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer head = ByteBuffer.allocate(start + padded).order(ByteOrder.LITTLE_ENDIAN);
      head.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded);
      head.put(
          (header + " ".repeat(padded - 1 - header.length()) + '\n')
              .getBytes(StandardCharsets.US_ASCII));
      all(out, head.flip());
      ByteBuffer row = ByteBuffer.allocate(columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (float[] values : rows) {
        row.clear();
        row.asFloatBuffer().put(values);
        all(out, row);
      }
    }
  }

  private static void all(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private static final class Reader implements AutoCloseable {
    private final Path file;
    private final FileChannel in;
    private final long size;
    private long offset;

    Reader(Path file) throws IOException {
      this.file = file;
      if (!Files.isRegularFile(file)) {
        throw new BadDataException(file + " is missing");
      }
      in = FileChannel.open(file);
      size = in.size();
    }

    Values values(int mostDimensions) throws IOException {
      byte[] magic = block(MAGIC.length, "the magic").array();
      for (int i = 0; i < MAGIC.length; i++) {
        if (magic[i] != MAGIC[i]) {
          throw bad(i, "this is no NPY file; it begins with \\x93NUMPY");
        }
      }
      int version = block(2, "the version").get(0);
      if (version < 1 || version > 3) {
        throw bad(MAGIC.length, "version " + version + "; known are 1 to 3");
      }
      long at = offset;
      int length =
          version == 1
              ? block(2, "the header's length").getShort() & 0xFFFF
              : block(4, "the header's length").getInt();
      if (length < 1 || length > MAX_HEADER) {
        throw bad(at, "a header of " + length + " bytes; it must be 1…" + MAX_HEADER);
      }
      at = offset;
      String header = new String(block(length, "the header").array(), StandardCharsets.ISO_8859_1);
      String type = found(TYPE, header, at, "descr");
      if ("True".equals(found(ORDER, header, at, "fortran_order"))) {
        throw bad(at, "the array is in Fortran order; save it with numpy.ascontiguousarray");
      }
      int[] shape = shape(found(SHAPE, header, at, "shape"), mostDimensions, at);
      int columns = 1;
      for (int i = 1; i < shape.length; i++) {
        columns *= shape[i];
      }
      return new Values(shape, values(type, shape[0], columns, at));
    }

    private String found(Pattern pattern, String header, long at, String name)
        throws BadDataException {
      Matcher matcher = pattern.matcher(header);
      if (!matcher.find()) {
        throw bad(at, "the header has no '" + name + "' that can be read");
      }
      return matcher.group(1);
    }

    private int[] shape(String text, int most, long at) throws BadDataException {
      String[] sizes = SEPARATOR.split(text.replace("L", "").strip(), 0);
      int[] shape = new int[sizes.length];
      long columns = 1;
      if (sizes.length == 0) {
        throw bad(at, "the shape (" + text + ") is not one or two sizes");
      }
      boolean fits = true;
      try {
        for (int i = 0; i < shape.length && fits; i++) {
          long size = Long.parseLong(sizes[i]);
          columns *= i == 0 ? 1 : size;
          shape[i] = (int) size;
          fits = size >= 1 && size <= MAX_VALUES && columns <= MAX_COLUMNS;
        }
      } catch (NumberFormatException e) {
        throw bad(at, "the shape (" + text + ") is not one or two sizes");
      }
      if (sizes.length > most) {
        throw bad(at, "the shape (" + text + ") has " + sizes.length + " dimensions, not 1 or 2");
      }
      if (!fits || shape[0] * columns > MAX_VALUES) {
        throw bad(
            at,
            "the shape ("
                + text
                + ") must be of 1…"
                + MAX_COLUMNS
                + " columns and at most "
                + MAX_VALUES
                + " values");
      }
      return shape;
    }

    private float[][] values(String type, int rows, int columns, long at) throws IOException {
      if (!type.matches("[<>|=][fiu][1248]") || type.matches(".f[12]")) {
        throw bad(at, "type '" + type + "'; known are i1 to i8, u1 to u8, f4 and f8");
      }
      int bytes = type.charAt(2) - '0';
      long expected = offset + (long) rows * columns * bytes;
      if (size != expected) {
        throw bad(
            Math.min(size, expected),
            "the file has "
                + size
                + " bytes; "
                + rows
                + "×"
                + columns
                + " values make "
                + expected);
      }
      ByteOrder order = type.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      float[][] values = new float[rows][columns];
      int together = (int) Math.max(1, BLOCK / ((long) columns * bytes));
      for (int from = 0; from < rows; from += together) {
        int to = Math.min(rows, from + together);
        long start = offset;
        ByteBuffer block = block((to - from) * columns * bytes, "the values").order(order);
        for (int row = from; row < to; row++) {
          for (int column = 0; column < columns; column++) {
            int place = block.position();
            float value = value(block, type.charAt(1), bytes);
            if (!Float.isFinite(value)) {
              throw bad(start + place, "the value is " + value + "; it must be finite");
            }
            values[row][column] = value;
          }
        }
      }
      return values;
    }

    private static float value(ByteBuffer from, char kind, int bytes) {
      if (kind == 'f') {
        return bytes == Float.BYTES ? from.getFloat() : (float) from.getDouble();
      }
      long value =
          switch (bytes) {
            case 1 -> from.get();
            case 2 -> from.getShort();
            case 4 -> from.getInt();
            default -> from.getLong();
          };
      if (kind == 'i' || value >= 0) {
        return value;
      }
      return bytes < Long.BYTES ? value & ((1L << (8 * bytes)) - 1) : value + TWO_TO_64;
    }

    private ByteBuffer block(int length, String what) throws IOException {
      ByteBuffer block = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      while (block.hasRemaining()) {
        if (in.read(block) < 0) {
          throw bad(size, "ends in the middle of " + what + "; the file is cut short");
        }
      }
      offset += length;
      return block.flip();
    }

    private BadDataException bad(long at, String what) {
      return new BadDataException(file + ", offset " + at + ": " + what);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
