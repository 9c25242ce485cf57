package io.github.dl4jhardware.examples.console;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.DataFolders;
import io.github.dl4jhardware.examples.data.OwnData;
import io.github.dl4jhardware.examples.data.PublishedData;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say where published data sets lie, and whether to fetch those that do not. */
public final class FolderOptions {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Holds the data sets' folders; or one set of your own: IDX files, train/CLASS and test/CLASS with images, train.csv and test.csv, or train-features.npy and so on. Default: $HARDWARE_DATA, then DL4J's own data folder.")
  private @Nullable Path directory;

  @Option(
      names = "--download",
      description =
          "Fetch data sets that are missing from where they are published, into the first of these folders.")
  private boolean download;

  @Option(
      names = "--mirror",
      paramLabel = "URL",
      converter = WebAddress.class,
      description = "Tried before the known mirrors; has the files under their published names.")
  private @Nullable URI mirror;

  @Option(
      names = "--allow-http",
      description =
          "Let --mirror be an address of plain http, on which anyone between can read what is fetched; digests are checked all the same.")
  private boolean allowHttp;

  @Option(
      names = "--download-minutes",
      paramLabel = "N",
      description = "The time that a download may take. Default: ${DEFAULT-VALUE}.")
  private double downloadMinutes = 60;

  /** Reads http and https addresses. */
  public static final class WebAddress implements ITypeConverter<URI> {
    @Override
    public URI convert(String value) {
      try {
        URI uri = new URI(value);
        if (uri.getHost() != null && value.matches("(?i)https?://.*")) {
          return uri;
        }
      } catch (URISyntaxException e) {
        // Falls through to the error below.
      }
      throw new TypeConversionException(
          "it must be an address that begins with http:// or https://, but is " + value);
    }
  }

  /**
   * The set of the user's own in the folder that was named.
   *
   * @return null if none was named, or if it holds none, or data sets' folders
   */
  public @Nullable OwnData own() throws IOException {
    Path named = directory;
    if (named == null) {
      return null;
    }
    for (PublishedData data : PublishedData.values()) {
      if (Files.isDirectory(named.resolve(data.folder()))) {
        return null;
      }
    }
    return OwnData.find(named);
  }

  /** Whether {@link #find} will have it. */
  public boolean isThere(PublishedData data) {
    return download || DataFolders.of(directory).find(data) != null;
  }

  /** The folder of a data set, fetched if it is missing and that was asked for. */
  public Path find(PublishedData data, PrintStream console) throws IOException {
    DataFolders folders = DataFolders.of(directory);
    Path found = folders.find(data);
    if (found != null && (!download || DataFolders.isWhole(data, found))) {
      return found;
    }
    if (!download) {
      throw new BadDataException(
          data
              + " was not found in "
              + folders.roots()
              + ": name the folder that holds its "
              + data.folder()
              + " with --data-dir or "
              + DataFolders.VARIABLE
              + ", or fetch it with --download");
    }
    URI first = mirror;
    if (first != null && "http".equalsIgnoreCase(first.getScheme()) && !allowHttp) {
      throw new BadDataException(
          "--mirror " + first + " is plain http; give its https address, or --allow-http as well");
    }
    if (!(downloadMinutes > 0)) {
      throw new BadDataException("--download-minutes must be above 0, but is " + downloadMinutes);
    }
    Progress progress = new Progress(console);
    long start = System.nanoTime();
    try {
      return data.download(
          folders.roots().get(0),
          first,
          downloadMinutes,
          (file, bytes, total) ->
              progress.show(
                  "fetching " + file,
                  "bytes",
                  bytes,
                  Math.max(bytes, total),
                  (System.nanoTime() - start) * 1e-9,
                  0));
    } finally {
      progress.clear();
    }
  }
}
