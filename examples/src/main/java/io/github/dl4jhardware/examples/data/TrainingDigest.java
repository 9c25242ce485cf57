package io.github.dl4jhardware.examples.data;

import io.github.dl4jhardware.files.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A text that changes with any number or label of a training set, so that results go with it. */
public final class TrainingDigest {
  private static final int DIGITS = 16;

  private TrainingDigest() {}

  public static String of(Images images) {
    MessageDigest digest = Sha256.start();
    for (byte[] pixels : images.pixels()) {
      digest.update(pixels);
    }
    return withLabels(digest, images.labels());
  }

  public static String of(Features features) {
    MessageDigest digest = Sha256.start();
    ByteBuffer bytes = ByteBuffer.allocate(features.width() * Float.BYTES);
    for (float[] row : features.values()) {
      bytes.asFloatBuffer().put(row);
      digest.update(bytes.array());
    }
    return withLabels(digest, features.labels());
  }

  private static String withLabels(MessageDigest digest, int[] labels) {
    ByteBuffer bytes = ByteBuffer.allocate(labels.length * Integer.BYTES);
    bytes.asIntBuffer().put(labels);
    digest.update(bytes.array());
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }
}
