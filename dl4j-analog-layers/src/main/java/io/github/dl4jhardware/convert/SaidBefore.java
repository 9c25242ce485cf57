package io.github.dl4jhardware.convert;

import io.github.dl4jhardware.files.Sha256;
import io.github.dl4jhardware.host.HostNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a teacher has said of examples, on disk: a file for each teacher, named by the digest of its
 * configuration and parameters, to which each new batch is added. A record is the digest of an
 * example's features and mask, the number of values, the values and a checksum; where the last one
 * is cut short, as by a program that was killed, it and what follows is dropped.
 */
final class SaidBefore {
  private static final byte[] HEAD =
      "dl4j-hardware teacher 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY = 16;
  private static final int MOST_VALUES = 1 << 26;

  private final Path file;

  /** Of an example: half of a SHA-256. */
  record Key(long high, long low) {}

  private final Map<Key, float[]> known = new HashMap<>();

  private SaidBefore(Path file) {
    this.file = file;
  }

  /** Opens the file of a teacher, or begins one. */
  static SaidBefore of(NeuralNetwork teacher, Path folder) {
    MessageDigest digest = Sha256.start();
    digest.update(HostNetwork.json(teacher).getBytes(StandardCharsets.UTF_8));
    digest.update(bytes(teacher.params()));
    String name = "teacher-" + Sha256.of(digest.digest()).substring(0, 16) + ".labels";
    SaidBefore said = new SaidBefore(folder.resolve(name));
    try {
      Files.createDirectories(folder);
      said.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return said;
  }

  private void read() throws IOException {
    if (!Files.exists(file)) {
      Files.write(file, HEAD);
      return;
    }
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer all = ByteBuffer.wrap(bytes);
    byte[] head = new byte[Math.min(HEAD.length, all.remaining())];
    all.get(head);
    if (!Arrays.equals(head, HEAD)) {
      throw new IOException(file + " is none of a teacher's labels; move it elsewhere");
    }
    int sound = all.position();
    while (record(all, bytes)) {
      sound = all.position();
    }
    if (sound < all.limit()) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(sound);
      }
    }
  }

  /** Reads one; false at the end, or where it is not whole. */
  private boolean record(ByteBuffer all, byte[] bytes) {
    int start = all.position();
    if (all.remaining() < KEY + Integer.BYTES) {
      return false;
    }
    Key key = new Key(all.getLong(), all.getLong());
    int count = all.getInt();
    if (count < 1 || count > MOST_VALUES || all.remaining() < (long) (count + 1) * Float.BYTES) {
      return false;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = all.getFloat();
    }
    CRC32 check = new CRC32();
    check.update(bytes, start, all.position() - start);
    if (all.getInt() != (int) check.getValue()) {
      return false;
    }
    known.put(key, values);
    return true;
  }

  /** A key for each example. */
  static Key[] keys(INDArray features, @Nullable INDArray mask) {
    int examples = (int) features.size(0);
    byte[] values = bytes(features);
    byte[] steps = mask == null ? new byte[0] : bytes(mask);
    Key[] keys = new Key[examples];
    byte[] form =
        (features.dataType() + Arrays.toString(features.shape()).replaceFirst("\\d+", ""))
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < examples; i++) {
      MessageDigest digest = Sha256.start();
      digest.update(form);
      digest.update(values, i * (values.length / examples), values.length / examples);
      digest.update(steps, i * (steps.length / examples), steps.length / examples);
      ByteBuffer half = ByteBuffer.wrap(digest.digest());
      keys[i] = new Key(half.getLong(), half.getLong());
    }
    return keys;
  }

  /** What was said of all of these examples; null if that of one is missing. */
  @Nullable INDArray find(Key[] keys, long[] shape) {
    int length = 1;
    for (int i = 1; i < shape.length; i++) {
      length *= (int) shape[i];
    }
    float[] all = new float[keys.length * length];
    for (int i = 0; i < keys.length; i++) {
      float[] own = known.get(keys[i]);
      if (own == null || own.length != length) {
        return null;
      }
      System.arraycopy(own, 0, all, i * length, length);
    }
    return Nd4j.create(all, shape, 'c');
  }

  /** Keeps what is new; of what was known, the first word stands. */
  void add(Key[] keys, INDArray said) {
    float[] values = said.dup('c').data().asFloat();
    int length = values.length / keys.length;
    int record = KEY + Integer.BYTES + (length + 1) * Float.BYTES;
    byte[] bytes = new byte[keys.length * record];
    ByteBuffer fresh = ByteBuffer.wrap(bytes);
    for (int i = 0; i < keys.length; i++) {
      float[] own = Arrays.copyOfRange(values, i * length, (i + 1) * length);
      if (known.putIfAbsent(keys[i], own) != null) {
        continue;
      }
      int start = fresh.position();
      fresh.putLong(keys[i].high()).putLong(keys[i].low()).putInt(length);
      for (float value : own) {
        fresh.putFloat(value);
      }
      CRC32 check = new CRC32();
      check.update(bytes, start, fresh.position() - start);
      fresh.putInt((int) check.getValue());
    }
    fresh.flip();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
      while (fresh.hasRemaining()) {
        channel.write(fresh);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(INDArray array) {
    double[] values = array.dup('c').data().asDouble();
    byte[] bytes = new byte[values.length * Double.BYTES];
    ByteBuffer.wrap(bytes).asDoubleBuffer().put(values);
    return bytes;
  }
}
