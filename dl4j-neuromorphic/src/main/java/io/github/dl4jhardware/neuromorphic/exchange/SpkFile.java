package io.github.dl4jhardware.neuromorphic.exchange;

import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.PixelLayer;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/** Programs as files; {@code docs/spk-format.md} describes them byte by byte. */
public final class SpkFile {
  private static final int MAGIC = 0x53504B0A;
  private static final int VERSION = 1;

  /** Magic number, version, length of the body, and its checksum behind it. */
  private static final int AROUND_BODY = 4 + 4 + 4 + 4;

  private static final int MOST_LAYERS = 10_000;

  private SpkFile() {}

  /**
   * Writes a program, all of it or nothing.
   *
   * @param program what is written
   * @param file created or replaced
   * @throws IOException if it cannot be written
   */
  public static void write(SpikingProgram program, Path file) throws IOException {
    byte[] body = body(program);
    ByteBuffer whole = ByteBuffer.allocate(AROUND_BODY + body.length);
    whole.putInt(MAGIC).putInt(VERSION).putInt(body.length).put(body);
    whole.putInt(checksum(whole.array(), whole.position()));
    WholeFile.write(file, whole.array());
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** What a program is, without the head and the checksum. */
  static byte[] body(SpikingProgram program) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(program.classes());
    out.writeBoolean(program.transduction().isPresent());
    if (program.transduction().isPresent()) {
      PixelLayer pixels = program.transduction().get();
      write(pixels.shape(), out);
      for (double[] values : List.of(pixels.weights(), pixels.scales(), pixels.shifts())) {
        for (double value : values) {
          out.writeDouble(value);
        }
      }
    }
    out.writeInt(program.layers().size());
    for (TrinaryLayer layer : program.layers()) {
      write(layer.shape(), out);
      out.write(layer.weights());
      for (int threshold : layer.thresholds()) {
        out.writeInt(threshold);
      }
    }
    return bytes.toByteArray();
  }

  private static void write(LayerShape shape, DataOutputStream out) throws IOException {
    out.writeUTF(shape.name());
    for (int value :
        new int[] {
          shape.inFeatures(), shape.inHeight(), shape.inWidth(), shape.outFeatures(),
          shape.outHeight(), shape.outWidth(), shape.groups(), shape.kernelHeight(),
          shape.kernelWidth(), shape.strideHeight(), shape.strideWidth(), shape.padTop(),
          shape.padLeft()
        }) {
      out.writeInt(value);
    }
  }

  /**
   * Reads a program.
   *
   * @param file written by {@link #write(SpikingProgram, Path)}
   * @return the program
   * @throws IOException if the file cannot be read or is not whole; the message names the file and
   *     what is wrong
   */
  public static SpikingProgram read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer whole = ByteBuffer.wrap(bytes);
    if (bytes.length < AROUND_BODY || whole.getInt() != MAGIC) {
      throw new IOException(file + " is no spiking program, or cut off: it has no head of one");
    }
    int version = whole.getInt();
    if (version != VERSION) {
      throw new IOException(
          file
              + " is a spiking program of version "
              + Integer.toUnsignedString(version)
              + "; this library reads version "
              + VERSION
              + ". Use a newer library, or compile the network again");
    }
    int length = whole.getInt();
    if (length != bytes.length - AROUND_BODY) {
      throw new IOException(
          file
              + " is damaged: its body should have "
              + Integer.toUnsignedString(length)
              + " bytes, but has "
              + (bytes.length - AROUND_BODY));
    }
    int checksum = ByteBuffer.wrap(bytes).getInt(bytes.length - 4);
    if (checksum != checksum(bytes, bytes.length - 4)) {
      throw new IOException(file + " is damaged: its checksum does not fit its content");
    }
    byte[] body = Arrays.copyOfRange(bytes, AROUND_BODY - 4, bytes.length - 4);
    try {
      return program(body);
    } catch (EOFException e) {
      throw illegal(file, "its body ends in the middle of a layer", e);
    } catch (UTFDataFormatException e) {
      throw illegal(file, "the name of a layer is no text", e);
    } catch (IllegalArgumentException e) {
      throw illegal(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static IOException illegal(Path file, String why, Exception cause) {
    return new IOException(file + " holds no legal program: " + why, cause);
  }

  /** Told before memory is taken for it. */
  private static void checkLeft(DataInputStream in, long bytes) throws IOException {
    if (bytes > in.available()) {
      throw new EOFException();
    }
  }

  private static SpikingProgram program(byte[] body) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
    int classes = in.readInt();
    Optional<PixelLayer> transduction = Optional.empty();
    if (in.readBoolean()) {
      LayerShape shape = shape(in);
      double[] weights = doubles(in, shape.outFeatures() * shape.fanIn());
      double[] scales = doubles(in, shape.outFeatures());
      double[] shifts = doubles(in, shape.outFeatures());
      transduction = Optional.of(new PixelLayer(shape, weights, scales, shifts));
    }
    int count = in.readInt();
    if (count < 1 || count > MOST_LAYERS) {
      throw new IllegalArgumentException(count + " layers; it must be 1 to " + MOST_LAYERS);
    }
    List<TrinaryLayer> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      LayerShape shape = shape(in);
      checkLeft(in, (long) shape.outFeatures() * (shape.fanIn() + Integer.BYTES));
      byte[] weights = new byte[shape.outFeatures() * shape.fanIn()];
      in.readFully(weights);
      int[] thresholds = new int[shape.outFeatures()];
      for (int feature = 0; feature < thresholds.length; feature++) {
        thresholds[feature] = in.readInt();
      }
      layers.add(new TrinaryLayer(shape, weights, thresholds));
    }
    if (in.read() >= 0) {
      throw new IllegalArgumentException("there are bytes behind the last layer");
    }
    return new SpikingProgram(transduction, layers, classes);
  }

  private static double[] doubles(DataInputStream in, int count) throws IOException {
    checkLeft(in, (long) count * Double.BYTES);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.readDouble();
    }
    return values;
  }

  private static LayerShape shape(DataInputStream in) throws IOException {
    String name = in.readUTF();
    int[] v = new int[13];
    for (int i = 0; i < v.length; i++) {
      v[i] = in.readInt();
    }
    return new LayerShape(
        name, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12]);
  }
}
