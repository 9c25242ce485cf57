package io.github.dl4jhardware.examples.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Images to train on and to test on.
 *
 * @param name {@code mnist}, {@code cifar10}, {@code cifar100} or {@code synthetic}
 * @param train for training
 * @param test for testing
 */
public record ImageData(String name, Images train, Images test) {
  private static final int CLASSES = 10;
  private static final int FINE_CLASSES = 100;
  private static final int GENERATED_TRAIN = 60_000;
  private static final int GENERATED_TEST = 10_000;
  private static final int CIFAR_BATCHES = 5;
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";

  /**
   * Reads MNIST.
   *
   * @param directory holds the four original files, packed or not
   * @return 60,000 and 10,000 images of 28×28
   * @throws IOException if a file is missing or damaged; the message names it and the place
   */
  public static ImageData mnist(Path directory) throws IOException {
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
    return new ImageData("mnist", train, test);
  }

  /**
   * Reads a published data set.
   *
   * @param data which
   * @param directory holds its files
   * @return what {@link #mnist}, {@link #cifar10} or {@link #cifar100} read
   * @throws IOException if a file is missing or damaged; the message names it and the place
   */
  public static ImageData read(PublishedData data, Path directory) throws IOException {
    return switch (data) {
      case MNIST -> mnist(directory);
      case CIFAR10 -> cifar10(directory);
      case CIFAR100 -> cifar100(directory);
    };
  }

  /**
   * Draws digits.
   *
   * @return 60,000 and 10,000 images of 28×28, the same on every call
   */
  public static ImageData synthetic() {
    return Drawn.DIGITS;
  }

  /** Drawing takes seconds; several data sets are made of the same digits. */
  private static final class Drawn {
    static final ImageData DIGITS =
        new ImageData(
            "synthetic",
            GeneratedDigits.draw(GENERATED_TRAIN, 1),
            GeneratedDigits.draw(GENERATED_TEST, 2));
  }

  /**
   * Cuts the middle out of every image.
   *
   * @param rows height of the part
   * @param columns width of the part
   * @return the same images, smaller
   */
  public ImageData centre(int rows, int columns) {
    return new ImageData(name, train.centre(rows, columns), test.centre(rows, columns));
  }

  /**
   * Puts black around every image, so that it stands in the middle.
   *
   * @param rows new height
   * @param columns new width
   * @return the same images, larger
   */
  public ImageData pad(int rows, int columns) {
    return new ImageData(name, train.pad(rows, columns), test.pad(rows, columns));
  }

  /**
   * Reads CIFAR-10 in its binary version.
   *
   * @param directory holds data_batch_1.bin to data_batch_5.bin and test_batch.bin
   * @return 50,000 and 10,000 images of 3×32×32
   * @throws IOException if a file is missing or damaged; the message names it and the place
   */
  public static ImageData cifar10(Path directory) throws IOException {
    List<Path> batches = new ArrayList<>();
    for (int batch = 1; batch <= CIFAR_BATCHES; batch++) {
      batches.add(directory.resolve("data_batch_" + batch + ".bin"));
    }
    return new ImageData(
        "cifar10",
        CifarBatches.read(batches, CLASSES),
        CifarBatches.read(List.of(directory.resolve("test_batch.bin")), CLASSES));
  }

  /**
   * Reads CIFAR-100 in its binary version, by its fine labels.
   *
   * @param directory holds train.bin and test.bin
   * @return images of 3×32×32 in 100 classes, as many as there are
   * @throws IOException if a file is missing or damaged; the message names it and the place
   */
  public static ImageData cifar100(Path directory) throws IOException {
    return new ImageData(
        "cifar100",
        CifarBatches.read(List.of(directory.resolve("train.bin")), FINE_CLASSES, 2),
        CifarBatches.read(List.of(directory.resolve("test.bin")), FINE_CLASSES, 2));
  }

  private static Path file(Path directory, String name) {
    Path packed = directory.resolve(name + ".gz");
    return Files.exists(packed) || !Files.exists(directory.resolve(name))
        ? packed
        : directory.resolve(name);
  }
}
