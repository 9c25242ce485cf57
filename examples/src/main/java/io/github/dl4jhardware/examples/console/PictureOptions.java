package io.github.dl4jhardware.examples.console;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.DataFolders;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.ImageFolder;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.data.LogMel;
import io.github.dl4jhardware.examples.data.OwnData;
import io.github.dl4jhardware.examples.data.PublishedData;
import io.github.dl4jhardware.examples.data.SequenceFolder;
import io.github.dl4jhardware.examples.data.SoundFolder;
import io.github.dl4jhardware.examples.data.Spectrograms;
import io.github.dl4jhardware.examples.data.SpokenDigits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say which pictures a main trains on, all brought to one size. */
public final class PictureOptions {
  private static final int SIDE = 32;

  /** Where pictures are from. */
  public enum Source {
    SYNTHETIC,
    MNIST,
    CIFAR10,
    CIFAR100,
    FOLDER,
    IDX,
    SPEECH
  }

  /** How they are brought to the size. */
  public enum Fit {
    PAD,
    CROP,
    RESIZE
  }

  @Option(
      names = "--data",
      paramLabel = "SET",
      description =
          "Images to train on: synthetic (drawn digits), mnist, cifar10, cifar100; folder: train/CLASS and test/CLASS of --data-dir, images or WAV recordings; idx: four IDX files of --data-dir; speech: the spoken digits. Default: what --data-dir holds, else mnist where it is found, else synthetic.")
  private @Nullable Source source;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Your own set, or where the published ones lie. Default: $HARDWARE_DATA, then DL4J's own data folder.")
  private @Nullable Path directory;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      description = "Size of the network's images. Default: 32x32.")
  private @Nullable String size;

  @Option(
      names = "--fit",
      paramLabel = "pad|crop|resize",
      description =
          "How images of another size are brought to it. Default: pad where they are smaller, else resize; those of folders are resized. Recordings are drawn in that size.")
  private @Nullable Fit fit;

  /**
   * Reads the pictures.
   *
   * @param spec the command's
   * @return both sets, of one size
   * @throws IOException if they are not found or damaged; the message names the file
   */
  public ImageData load(CommandSpec spec) throws IOException {
    int[] wanted = size(spec);
    ImageData images = read(wanted);
    return new ImageData(
        images.name(), fitted(images.train(), wanted), fitted(images.test(), wanted));
  }

  /** What runs are told apart by, where it was said. */
  public String fitText() {
    return fit == null ? "" : String.format("fit %s%n", fit);
  }

  /** Of the option {@code --size}; 32×32 by default. */
  public int[] size(CommandSpec spec) {
    int @Nullable [] asked = ImageSize.of(spec, size);
    return asked == null ? new int[] {SIDE, SIDE} : asked;
  }

  private ImageData read(int[] wanted) throws IOException {
    if (source == Source.SYNTHETIC) {
      return ImageData.synthetic();
    }
    if (source == Source.SPEECH) {
      return speech(wanted);
    }
    OwnData own = own();
    if (own != null) {
      return own(own, wanted);
    }
    PublishedData wantedSet = source == null ? null : PublishedData.valueOf(source.name());
    return PublishedImages.read(wantedSet, directory);
  }

  private void refuseFit() throws BadDataException {
    if (fit != null) {
      throw new BadDataException(
          "--fit is of images; recordings are drawn in the size that is asked for");
    }
  }

  private ImageData speech(int[] wanted) throws IOException {
    refuseFit();
    Path recordings = SpokenDigits.find(DataFolders.of(directory));
    if (recordings == null) {
      throw new BadDataException(
          "The spoken digits were not found: name the folder that holds "
              + SpokenDigits.FOLDER
              + " with --data-dir or HARDWARE_DATA");
    }
    SequenceFolder.Pair digits = SpokenDigits.read(recordings, LogMel.telephone());
    return Spectrograms.of("spoken-digits", digits, wanted[0], wanted[1]);
  }

  // ---- A user's own ----

  private @Nullable OwnData own() throws IOException {
    Path named = directory;
    boolean wanted = source == Source.FOLDER || source == Source.IDX;
    if (named == null || (source != null && !wanted)) {
      if (wanted) {
        throw new BadDataException(
            "--data " + name(source) + " needs a --data-dir, and none was named");
      }
      return null;
    }
    if (source == null
        && Arrays.stream(PublishedData.values())
            .anyMatch(data -> DataFolders.of(named).find(data) != null)) {
      return null;
    }
    OwnData own = OwnData.find(named);
    boolean idx = own != null && own.kind() == OwnData.Kind.IDX;
    if (wanted && (own == null || idx != (source == Source.IDX))) {
      throw new BadDataException(
          "--data "
              + name(source)
              + ": "
              + named
              + (source == Source.IDX
                  ? " holds no IDX files"
                  : " holds no train/CLASS and test/CLASS with images or recordings"));
    }
    return own;
  }

  private static String name(@Nullable Source source) {
    return source == Source.IDX ? "idx" : "folder";
  }

  private ImageData own(OwnData own, int[] wanted) throws IOException {
    return switch (own.kind()) {
      case IDX -> own.idx();
      case IMAGES ->
          fit == null || fit == Fit.RESIZE
              ? ImageFolder.read(own.directory(), own.name(), wanted[0], wanted[1])
              : ImageFolder.read(own.directory(), own.name());
      case SOUNDS -> {
        refuseFit();
        yield Spectrograms.of(own.name(), SoundFolder.read(own.directory()), wanted[0], wanted[1]);
      }
      case SEQUENCES, FEATURES ->
          throw new BadDataException(
              own.directory()
                  + " holds "
                  + (own.kind() == OwnData.Kind.SEQUENCES ? "sequences" : "rows of numbers")
                  + "; a spiking network is trained on images or recordings");
    };
  }

  // ---- To one size ----

  private Images fitted(Images images, int[] wanted) throws BadDataException {
    int rows = wanted[0];
    int columns = wanted[1];
    if (images.height() == rows && images.width() == columns) {
      return images;
    }
    boolean smaller = images.height() <= rows && images.width() <= columns;
    boolean larger = images.height() >= rows && images.width() >= columns;
    Fit how = fit == null ? (smaller ? Fit.PAD : Fit.RESIZE) : fit;
    if ((how == Fit.PAD && !smaller) || (how == Fit.CROP && !larger)) {
      throw new BadDataException(
          "Images of "
              + images.height()
              + "×"
              + images.width()
              + " cannot be "
              + (how == Fit.PAD ? "padded" : "cropped")
              + " to "
              + rows
              + "×"
              + columns
              + "; use --fit resize, or another --size");
    }
    return switch (how) {
      case PAD -> images.pad(rows, columns);
      case CROP -> images.centre(rows, columns);
      case RESIZE -> images.resized(rows, columns);
    };
  }
}
