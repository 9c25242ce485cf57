package io.github.dl4jhardware.examples.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A data set of the user's own in a folder, told by what lies in it: IDX files, folders of images
 * or sequences, or features as CSV or NPY.
 *
 * @param kind what it is
 * @param directory where it is
 * @param name for files: the folder's
 */
public record OwnData(Kind kind, Path directory, String name) {
  private static final int MAX_CLASSES = 256;

  /** What a folder holds. */
  public enum Kind {
    /** Four IDX files: images and labels to train on and to test on. */
    IDX,
    /** {@code train/CLASS} and {@code test/CLASS} with images. */
    IMAGES,
    /** The same with a CSV file for each sequence. */
    SEQUENCES,
    /** The same with a WAV file for each recording. */
    SOUNDS,
    /** What {@link FeatureFiles} reads. */
    FEATURES
  }

  /**
   * Looks into a folder.
   *
   * @param directory where
   * @return what is there, or null if nothing of the kind is
   * @throws IOException if the folder cannot be read
   */
  public static @Nullable OwnData find(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return null;
    }
    Path last = directory.toAbsolutePath().normalize().getFileName();
    String name = last == null ? "own" : last.toString().replaceAll("[^A-Za-z0-9._-]", "-");
    if (file(directory, "train", "images") != null) {
      return new OwnData(Kind.IDX, directory, name);
    }
    if (Files.isDirectory(directory.resolve("train"))
        && Files.isDirectory(directory.resolve("test"))) {
      return new OwnData(ofFolders(directory.resolve("train")), directory, name);
    }
    boolean features =
        Files.exists(directory.resolve("train.csv"))
            || Files.exists(directory.resolve("train-features.npy"));
    return features ? new OwnData(Kind.FEATURES, directory, name) : null;
  }

  /** By the first file of the first class. */
  private static Kind ofFolders(Path train) throws IOException {
    try (Stream<Path> files = Files.walk(train, 2)) {
      Path first =
          files
              .filter(Files::isRegularFile)
              .filter(file -> !file.getFileName().toString().startsWith("."))
              .sorted()
              .findFirst()
              .orElse(null);
      if (first == null) {
        return Kind.IMAGES;
      }
      boolean sound = SoundFolder.named(first);
      return sound ? Kind.SOUNDS : SequenceFolder.named(first) ? Kind.SEQUENCES : Kind.IMAGES;
    }
  }

  /**
   * Reads the IDX files, whatever comes before and after {@code train} or {@code t10k} or {@code
   * test}, {@code images} and {@code labels} in their names.
   *
   * @return both sets, with as many classes as the largest label of the training set says
   * @throws IOException if a file is missing or damaged; the message names it and the place
   */
  public ImageData idx() throws IOException {
    Images train = Idx.read(needed("train", "images"), needed("train", "labels"), MAX_CLASSES);
    String other = file(directory, "t10k", "images") != null ? "t10k" : "test";
    Images test = Idx.read(needed(other, "images"), needed(other, "labels"), MAX_CLASSES);
    int classes = 0;
    for (int label : train.labels()) {
      classes = Math.max(classes, label + 1);
    }
    for (int label : test.labels()) {
      if (label >= classes) {
        throw new BadDataException(
            needed(other, "labels")
                + ": label "
                + label
                + "; the labels to train on are 0…"
                + (classes - 1));
      }
    }
    if (train.height() != test.height() || train.width() != test.width()) {
      throw new BadDataException(
          directory
              + ": images to train on have "
              + train.height()
              + "×"
              + train.width()
              + " pixels, images to test on "
              + test.height()
              + "×"
              + test.width());
    }
    return new ImageData(name, of(train, classes), of(test, classes));
  }

  private static Images of(Images images, int classes) {
    return new Images(images.pixels(), images.labels(), images.height(), images.width(), classes);
  }

  private Path needed(String set, String what) throws IOException {
    Path found = file(directory, set, what);
    if (found == null) {
      throw new BadDataException(
          directory
              + " has no IDX file of "
              + set
              + " "
              + what
              + ", such as "
              + set
              + "-"
              + what
              + "-idx"
              + (what.equals("images") ? "3" : "1")
              + "-ubyte.gz");
    }
    return found;
  }

  private static @Nullable Path file(Path directory, String set, String what) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      List<Path> found =
          children
              .filter(
                  child -> {
                    String file = child.getFileName().toString().toLowerCase(Locale.ROOT);
                    return file.contains("idx") && file.contains(set) && file.contains(what);
                  })
              .filter(Files::isRegularFile)
              .sorted()
              .toList();
      return found.isEmpty() ? null : found.get(0);
    }
  }
}
