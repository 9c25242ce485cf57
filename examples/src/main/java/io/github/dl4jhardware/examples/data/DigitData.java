package io.github.dl4jhardware.examples.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Digits to train on and to test on.
 *
 * @param name {@code mnist} or {@code synthetic}
 * @param train for training
 * @param test for testing
 */
public record DigitData(String name, Images train, Images test) {
  private static final int CLASSES = 10;
  private static final int GENERATED_TRAIN = 60_000;
  private static final int GENERATED_TEST = 10_000;
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";

  /**
   * Where MNIST lies.
   *
   * @param option a directory that the user named, or null
   * @param environment the value of {@code HARDWARE_DATA}, or null
   * @return the directory that holds the four files, or null if there is none
   */
  public static @Nullable Path findMnist(@Nullable Path option, @Nullable String environment) {
    Path root =
        option != null
            ? option
            : environment == null || environment.isBlank() ? null : Path.of(environment);
    if (root == null) {
      return null;
    }
    for (Path candidate : new Path[] {root.resolve("mnist"), root}) {
      if (Files.isRegularFile(file(candidate, TRAIN_IMAGES))) {
        return candidate;
      }
    }
    return null;
  }

  /**
   * Reads MNIST.
   *
   * @param directory holds the four original files, packed or not
   * @return 60,000 and 10,000 images of 28×28
   * @throws IOException if a file is missing or damaged; the message names it and the place
   */
  public static DigitData mnist(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new BadDataException(
          directory + " is not a directory; MNIST's four IDX files are expected in it");
    }
    Images train =
        Idx.read(
            file(directory, TRAIN_IMAGES), file(directory, "train-labels-idx1-ubyte"), CLASSES);
    Images test =
        Idx.read(
            file(directory, "t10k-images-idx3-ubyte"),
            file(directory, "t10k-labels-idx1-ubyte"),
            CLASSES);
    return new DigitData("mnist", train, test);
  }

  /**
   * Draws digits.
   *
   * @return 60,000 and 10,000 images of 28×28, the same on every call
   */
  public static DigitData synthetic() {
    return new DigitData(
        "synthetic",
        GeneratedDigits.draw(GENERATED_TRAIN, 1),
        GeneratedDigits.draw(GENERATED_TEST, 2));
  }

  /**
   * Cuts the middle out of every image.
   *
   * @param rows height of the part
   * @param columns width of the part
   * @return the same digits, smaller
   */
  public DigitData centre(int rows, int columns) {
    return new DigitData(name, train.centre(rows, columns), test.centre(rows, columns));
  }

  private static Path file(Path directory, String name) {
    Path packed = directory.resolve(name + ".gz");
    return Files.exists(packed) || !Files.exists(directory.resolve(name))
        ? packed
        : directory.resolve(name);
  }
}
