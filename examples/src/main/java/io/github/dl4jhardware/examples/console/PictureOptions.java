package io.github.dl4jhardware.examples.console;

import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.PublishedData;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which pictures a main trains on: all of 32×32. */
public final class PictureOptions {
  private static final int SIDE = 32;

  public enum Source {
    SYNTHETIC,
    MNIST,
    CIFAR10
  }

  @Option(
      names = "--data",
      paramLabel = "synthetic|mnist|cifar10",
      description =
          "Images to train on. Default: mnist where it is found, else synthetic (drawn digits).")
  private @Nullable Source source;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Where the files lie, or the folder mnist or cifar-10-batches-bin with them. Default: $HARDWARE_DATA, then DL4J's own data folder.")
  private @Nullable Path directory;

  public ImageData load() throws IOException {
    if (source == Source.SYNTHETIC) {
      return ImageData.synthetic().pad(SIDE, SIDE);
    }
    PublishedData wanted = source == null ? null : PublishedData.valueOf(source.name());
    return PublishedImages.read(wanted, directory).pad(SIDE, SIDE);
  }
}
