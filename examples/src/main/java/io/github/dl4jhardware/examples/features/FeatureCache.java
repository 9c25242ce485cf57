package io.github.dl4jhardware.examples.features;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.Features;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.data.Npy;
import io.github.dl4jhardware.files.Sha256;
import io.github.dl4jhardware.files.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Features on disk, as NPY files whose names end in a digest of all that they depend on: every
 * pixel, the size of the images, and what the extractor says it is. A second file beside each holds
 * the digest of its content.
 */
public final class FeatureCache {
  private static final int DIGITS = 32;

  private final Path folder;

  /**
   * A cache.
   *
   * @param folder made where it is missing
   */
  public FeatureCache(Path folder) {
    this.folder = folder;
  }

  /**
   * How long something took.
   *
   * @param features of all images
   * @param seconds of extraction; 0 if they were in the cache
   */
  public record Extracted(Features features, double seconds) {}

  /**
   * Features from the cache, or from the extractor and then in the cache. A file in the cache that
   * is damaged counts as none.
   *
   * @param name for people: the beginning of the file's name
   * @param images whose features
   * @param identity of the extractor: everything that its features depend on, as text
   * @param extractor made if it is needed
   * @param progress hears how many images are done
   * @return a row for each image
   * @throws IOException if the folder cannot be written
   */
  public Extracted of(
      String name,
      Images images,
      String identity,
      Supplier<FeatureExtractor> extractor,
      LongConsumer progress)
      throws IOException {
    Path file = folder.resolve(name + "-" + digest(images, identity) + ".npy");
    Path seal = folder.resolve(file.getFileName() + ".sha256");
    if (Files.isRegularFile(file) && isSealed(file, seal)) {
      try {
        float[][] rows = Npy.rows(file);
        if (rows.length == images.count()) {
          return new Extracted(new Features(rows, images.labels(), images.classes()), 0);
        }
      } catch (BadDataException e) {
        // Extracted anew, and the file replaced.
      }
    }
    Files.createDirectories(folder);
    FeatureExtractor made = extractor.get();
    long start = System.nanoTime();
    float[][] rows = made.of(images, progress);
    double seconds = (System.nanoTime() - start) * 1e-9;
    Features features = new Features(rows, images.labels(), images.classes());
    Npy.write(rows, file);
    WholeFile.write(seal, seal(file).getBytes(StandardCharsets.UTF_8));
    return new Extracted(features, seconds);
  }

  /** As the command sha256sum writes and checks it. */
  private static String seal(Path file) throws IOException {
    MessageDigest digest = Sha256.start();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest()) + "  " + file.getFileName() + "\n";
  }

  private static boolean isSealed(Path file, Path seal) throws IOException {
    return Files.isRegularFile(seal)
        && Arrays.equals(Files.readAllBytes(seal), seal(file).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A text that any other pixel would change.
   *
   * @param images all of them count, their labels do not
   * @return hexadecimal digits
   */
  public static String identity(Images images) {
    return digest(images, "");
  }

  /**
   * A text that any other byte would change.
   *
   * @param bytes of a file
   * @return hexadecimal digits
   */
  public static String digest(byte[] bytes) {
    return Sha256.of(bytes).substring(0, DIGITS);
  }

  private static String digest(Images images, String identity) {
    MessageDigest digest = Sha256.start();
    String size =
        String.format(
            Locale.ROOT,
            "%s%n%d %d %d %d%n",
            identity,
            images.count(),
            images.channels(),
            images.height(),
            images.width());
    digest.update(size.replace("\r", "").getBytes(StandardCharsets.UTF_8));
    for (byte[] pixels : images.pixels()) {
      digest.update(ByteBuffer.wrap(pixels));
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }
}
