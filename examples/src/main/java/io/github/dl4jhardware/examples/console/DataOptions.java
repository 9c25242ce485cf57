package io.github.dl4jhardware.examples.console;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.DataFolders;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.PublishedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which digits a main trains on. */
public final class DataOptions {
  public enum Source {
    SYNTHETIC,
    MNIST
  }

  @Option(
      names = "--data",
      paramLabel = "synthetic|mnist",
      description =
          "Images to train on. Default: mnist where it is found, else synthetic (drawn digits).")
  private @Nullable Source source;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Where MNIST's four IDX files lie, or a folder mnist with them. Default: $HARDWARE_DATA, then DL4J's own data folder.")
  private @Nullable Path directory;

  public ImageData load() throws IOException {
    Path mnist = mnist();
    return mnist == null ? ImageData.synthetic() : ImageData.mnist(mnist);
  }

  /** Where MNIST lies, if it is to be used; null for drawn digits. */
  public @Nullable Path mnist() throws BadDataException {
    Path mnist = DataFolders.of(directory).find(PublishedData.MNIST);
    if (directory != null && source != Source.SYNTHETIC && mnist == null) {
      if (!Files.isDirectory(directory)) {
        throw new BadDataException("--data-dir " + directory + " is not a directory");
      }
      throw new BadDataException(
          "--data-dir "
              + directory
              + " holds no train-images-idx3-ubyte.gz, nor does its folder mnist");
    }
    if (source == Source.MNIST && mnist == null) {
      throw new BadDataException(
          "MNIST was not found: name its folder with --data-dir or HARDWARE_DATA, or use --data synthetic");
    }
    return source == Source.SYNTHETIC ? null : mnist;
  }
}
