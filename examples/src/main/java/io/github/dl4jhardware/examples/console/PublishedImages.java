package io.github.dl4jhardware.examples.console;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.DataFolders;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.PublishedData;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Published images, for options that name a set or leave it open. */
final class PublishedImages {
  private PublishedImages() {}

  /**
   * Reads a set.
   *
   * @param data which; null for MNIST where it is found or a directory is named, else drawn digits
   * @param directory where it lies; null for the usual places
   */
  static ImageData read(@Nullable PublishedData data, @Nullable Path directory) throws IOException {
    DataFolders folders = DataFolders.of(directory);
    PublishedData wanted = data == null ? PublishedData.MNIST : data;
    Path place = folders.find(wanted);
    if (place != null) {
      return ImageData.read(wanted, place);
    }
    if (data == null && directory == null) {
      return ImageData.synthetic();
    }
    String name = wanted.name().replaceFirst("CIFAR", "CIFAR-");
    // The first file that its reader would open: an archive's content, or a file by itself.
    String file = wanted.files().get(0);
    throw new BadDataException(
        directory == null
            ? name
                + " was not found: name its folder with --data-dir or HARDWARE_DATA, or use --data synthetic"
            : "--data-dir " + directory + " holds no " + file + " of " + name);
  }
}
