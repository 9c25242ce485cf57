package io.github.dl4jhardware.host;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataBuffer.AllocationMode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes what DL4J's ModelSerializer writes, byte for byte within the entries, at the speed of a
 * disk: numbers that training made hardly compress, and are stored as they are.
 */
final class ModelZipWriter {
  private static final int BLOCK = ArrayBytes.BLOCK;

  private ModelZipWriter() {}

  static void write(Model network, boolean withUpdater, Path file) throws IOException {
    INDArray params = network.params();
    INDArray updater = withUpdater ? updaterState(network) : null;
    checkLength(bytes(params) + bytes(updater));
    // The file on its own: a zip that is broken off does not close what it writes to.
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(out, BLOCK))) {
      zip.putNextEntry(new ZipEntry(ModelZip.CONFIGURATION));
      zip.write(configuration(network).getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
      add(zip, ModelZip.PARAMETERS, params);
      if (updater != null && updater.length() > 0) {
        add(zip, ModelZip.UPDATER, updater);
      }
    }
  }

  private static @Nullable INDArray updaterState(Model network) {
    if (network instanceof MultiLayerNetwork sequence) {
      return sequence.getUpdater() == null ? null : sequence.getUpdater().getStateViewArray();
    }
    ComputationGraph graph = graph(network);
    return graph.getUpdater() == null ? null : graph.getUpdater().getStateViewArray();
  }

  private static String configuration(Model network) {
    return network instanceof MultiLayerNetwork sequence
        ? sequence.getLayerWiseConfigurations().toJson()
        : graph(network).getConfiguration().toJson();
  }

  private static ComputationGraph graph(Model network) {
    if (network instanceof ComputationGraph graph) {
      return graph;
    }
    throw new IllegalArgumentException(
        network.getClass().getName() + " is no MultiLayerNetwork and no ComputationGraph");
  }

  private static long bytes(@Nullable INDArray array) {
    return array == null ? 0 : array.length() * array.dataType().width();
  }

  /** Refused before anything is written: {@link ModelZip} could not read it back. */
  private static void checkLength(long bytes) throws IOException {
    if (bytes > ModelZip.MOST_BYTES - BLOCK) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "its numbers come to %,d MB, and no more than %,d MB can be read back. Without the updater's state it is smaller",
              bytes >> 20,
              ModelZip.MOST_BYTES >> 20));
    }
  }

  /** Stored as it is: its length and checksum come before it, and so it is gone over twice. */
  private static void add(ZipOutputStream zip, String name, INDArray array) throws IOException {
    CRC32 sum = new CRC32();
    Counted length = new Counted(sum);
    writeArray(length, array);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(length.bytes);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    writeArray(zip, array);
    zip.closeEntry();
  }

  /** Keeps nothing of what is written but its length and checksum. */
  private static final class Counted extends OutputStream {
    private final CRC32 sum;
    private long bytes;

    Counted(CRC32 sum) {
      this.sum = sum;
    }

    @Override
    public void write(int value) {
      sum.update(value);
      bytes++;
    }

    @Override
    public void write(byte[] values, int from, int count) {
      sum.update(values, from, count);
      bytes += count;
    }
  }

  private static void writeArray(OutputStream target, INDArray array) throws IOException {
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(target, BLOCK));
    if (isPlainRow(array)) {
      writeHead(out, array);
      out.flush();
      writeFloats(target, array);
    } else {
      Nd4j.write(array, out);
      out.flush();
    }
  }

  /** As DL4J keeps parameters and state; a view has another shape in a file than in memory. */
  private static boolean isPlainRow(INDArray array) {
    return array.dataType() == DataType.FLOAT
        && array.rank() == 1
        && array.stride(0) == 1
        && !array.isView();
  }

  /** What {@code Nd4j.write} puts before the values; {@link ArrayBytes} reads it. */
  private static void writeHead(DataOutputStream out, INDArray array) throws IOException {
    long[] shape = array.shapeInfoJava();
    writeKind(out, shape.length, "LONG");
    for (long number : shape) {
      out.writeLong(number);
    }
    writeKind(out, array.length(), "FLOAT");
  }

  private static void writeKind(DataOutputStream out, long length, String type) throws IOException {
    out.writeUTF(AllocationMode.MIXED_DATA_TYPES.name());
    out.writeLong(length);
    out.writeUTF(type);
  }

  private static void writeFloats(OutputStream out, INDArray array) throws IOException {
    FloatPointer values = new FloatPointer(array.data().addressPointer());
    float[] block = new float[BLOCK];
    byte[] bytes = new byte[BLOCK * Float.BYTES];
    for (long from = 0; from < array.length(); from += BLOCK) {
      int count = (int) Math.min(BLOCK, array.length() - from);
      values.position(from).get(block, 0, count);
      for (int i = 0; i < count; i++) {
        ArrayBytes.BIG_ENDIAN.set(bytes, i * Float.BYTES, block[i]);
      }
      out.write(bytes, 0, count * Float.BYTES);
    }
  }
}
