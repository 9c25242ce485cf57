package io.github.dl4jhardware.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpyTest {
  @TempDir private Path directory;

  private static byte[] file(int version, String header, byte[] values) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(HexFormat.of().parseHex("934e554d5059"));
    out.write(version);
    out.write(0);
    byte[] text = header.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer length = ByteBuffer.allocate(version == 1 ? 2 : 4).order(ByteOrder.LITTLE_ENDIAN);
    if (version == 1) {
      length.putShort((short) text.length);
    } else {
      length.putInt(text.length);
    }
    out.write(length.array());
    out.write(text);
    out.write(values);
    return out.toByteArray();
  }

  private static String header(String type, String order, String shape) {
    return "{'descr': '"
        + type
        + "', 'fortran_order': "
        + order
        + ", 'shape': ("
        + shape
        + "), }\n";
  }

  private Path write(byte[] content) throws IOException {
    return Files.write(directory.resolve("x.npy"), content);
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    float[][] rows = {{1.5f, -2, 3}, {Float.MIN_VALUE, 1e30f, -0.0f}};
    Path file = directory.resolve("y.npy");
    Npy.write(rows, file);
    assertThat(Npy.rows(file)).isDeepEqualTo(rows);
    // The values begin at a multiple of 64 bytes, as the format asks.
    assertThat(Files.size(file)).isEqualTo(128 + 24);
    assertThat(directory.toFile().list()).containsExactly("y.npy");
  }

  /**
   * Bytes that NumPy 2.4.6 wrote: {@code numpy.save(f, numpy.array([[1.5, -2.0]], dtype='<f4'))}.
   */
  @Test
  void readsWhatNumpyWrites() throws IOException {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
    String padded = header + " ".repeat(117 - header.length()) + "\n";
    byte[] golden = file(1, padded, HexFormat.of().parseHex("0000c03f000000c0"));
    assertThat(golden).startsWith(HexFormat.of().parseHex("934e554d5059010076007b27"));
    assertThat(Npy.rows(write(golden))).isDeepEqualTo(new float[][] {{1.5f, -2}});
  }

  @ParameterizedTest
  @CsvSource({
    "<f8, 000000000000f83f, 1.5",
    ">f4, 3fc00000, 1.5",
    "|u1, fe, 254",
    "|i1, fe, -2",
    "<i2, feff, -2",
    "<u2, feff, 65534",
    ">i4, 00000103, 259",
    "<u4, ffffffff, 4294967295",
    "<i8, 0300000000000000, 3",
    "<i8, feffffffffffffff, -2",
    "<u8, 0000000000000080, 9223372036854775808"
  })
  void readsEveryType(String type, String bytes, float value) throws IOException {
    Path file = write(file(2, header(type, "False", "1,"), HexFormat.of().parseHex(bytes)));
    assertThat(Npy.rows(file)).isDeepEqualTo(new float[][] {{value}});
  }

  @Test
  void everyTruncationIsNamed() throws IOException {
    byte[] whole = file(1, header("<f4", "False", "2, 3"), new byte[24]);
    for (int length = 0; length < whole.length; length++) {
      Path file = write(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Npy.rows(file))
          .isInstanceOf(BadDataException.class)
          .hasMessageStartingWith(file + ", offset " + length + ": ");
    }
    Path longer = write(Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(() -> Npy.rows(longer))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(
            ", offset " + whole.length + ": the file has " + longer.toFile().length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "<f4;True;2, 3;Fortran order",
        "<f4;False;,;is not one or two sizes",
        "<f8;False;1, 1073741824;must be of 1…16777216 columns",
        "<c8;False;2, 3;type '<c8'",
        "|O;False;2, 3;type '|O'",
        "<f2;False;2, 3;type '<f2'",
        "<f4;False;1, 2, 3;3 dimensions",
        "<f4;False;0, 3;must be of 1",
        "<f4;False;99999999, 99999999;must be of 1",
        "<f4;False;99999999999999999999;not one or two sizes",
        "<f4;False;-1;no 'shape'",
        "<f4;Maybe;2, 3;no 'fortran_order'"
      })
  void badHeadersAreNamed(String type, String order, String shape, String message)
      throws IOException {
    Path file = write(file(1, header(type, order, shape), new byte[24]));
    assertThatThrownBy(() -> Npy.rows(file))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(file + ", offset ")
        .hasMessageContaining(message);
  }

  @Test
  void otherFilesAndValuesAreNamed() throws IOException {
    Path text = write("label,a,b\n1,2,3\n".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> Npy.rows(text)).hasMessageContaining("offset 0: this is no NPY file");
    byte[] newer = file(1, header("<f4", "False", "1"), new byte[4]);
    newer[6] = 9;
    Path version = write(newer);
    assertThatThrownBy(() -> Npy.rows(version)).hasMessageContaining("offset 6: version 9");
    byte[] nan = file(1, header("<f4", "False", "2"), HexFormat.of().parseHex("000000000000c07f"));
    Path notFinite = write(nan);
    assertThatThrownBy(() -> Npy.rows(notFinite))
        .hasMessageContaining("offset " + (nan.length - 4) + ": the value is NaN");
    assertThatThrownBy(() -> Npy.rows(directory.resolve("none.npy")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("none.npy is missing");
  }
}
