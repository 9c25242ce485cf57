package io.github.dl4jhardware.examples.console;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.DataFolders;
import io.github.dl4jhardware.examples.data.Examples;
import io.github.dl4jhardware.examples.data.FeatureFiles;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.ImageFolder;
import io.github.dl4jhardware.examples.data.Npy;
import io.github.dl4jhardware.examples.data.OwnData;
import io.github.dl4jhardware.examples.data.PublishedData;
import io.github.dl4jhardware.examples.data.SequenceFolder;
import io.github.dl4jhardware.examples.data.SoundFolder;
import io.github.dl4jhardware.examples.model.ModelData;
import io.github.dl4jhardware.examples.model.Normalisation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say what a user's model is trained and tested on, and how it sees that. */
public final class ModelDataOptions {

  /** Of the LeNet that is trained where there is no model. */
  private static final int SIDE = 32;

  /** Where examples are from. */
  public enum Source {
    SYNTHETIC,
    MNIST,
    CIFAR10,
    CIFAR100,
    OWN
  }

  @Option(
      names = "--data",
      paramLabel = "SET",
      description =
          "Examples to train and test on: ${COMPLETION-CANDIDATES}. Default: what --data-dir holds, else mnist where it is found, else synthetic (drawn digits).")
  private @Nullable Source source;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Your own set: four IDX files; train/CLASS and test/CLASS with images, with a CSV file for each sequence, or with WAV recordings; train.csv and test.csv with a column label; train-features.npy, train-labels.npy and so on. Or where the published sets lie. Default: $HARDWARE_DATA, then DL4J's own data folder.")
  private @Nullable Path directory;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      description =
          "Images are resized to this; rows of a CSV or NPY file are images of this size. Default: as they are.")
  private @Nullable String size;

  @Option(
      names = "--normalise",
      paramLabel = "HOW",
      description =
          "What the model was trained with: ${COMPLETION-CANDIDATES}. Default: zero-one for images, raw for other numbers.")
  private @Nullable Normalisation normalisation;

  @Option(
      names = "--mean-image",
      paramLabel = "NPY",
      description =
          "Of --normalise mean-image, height×width×channels or channels first, in 0…1 or 0…255. Default: the training set's own.")
  private @Nullable Path meanImage;

  /** Pictures for a network that is trained here. */
  public ImageData pictures(CommandSpec spec) throws IOException {
    int[] wanted = ImageSize.of(spec, size);
    OwnData own = own();
    if (own != null && own.kind() != OwnData.Kind.IDX && own.kind() != OwnData.Kind.IMAGES) {
      throw Commands.wrong(
          spec,
          "--data-dir "
              + directory
              + " holds no images; name the --model that takes what it holds");
    }
    ImageData images = own == null ? published() : images(own, wanted);
    if (wanted != null) {
      return resized(images, wanted);
    }
    boolean small = images.train().height() <= SIDE && images.train().width() <= SIDE;
    return small ? images.pad(SIDE, SIDE) : resized(images, new int[] {SIDE, SIDE});
  }

  /** Examples as a model takes them. */
  public ModelData of(CommandSpec spec, NeuralNetwork network, Path model) throws IOException {
    int[] wanted = ImageSize.of(spec, size);
    OwnData own = own();
    if (own != null
        && (own.kind() == OwnData.Kind.SEQUENCES || own.kind() == OwnData.Kind.SOUNDS)) {
      return prepared(spec, sequences(own), false).in(network, model);
    }
    if (own != null && own.kind() == OwnData.Kind.FEATURES) {
      return features(spec, own, wanted).in(network, model);
    }
    ImageData images = own == null ? published() : images(own, wanted);
    if (wanted != null) {
      return prepared(spec, data(resized(images, wanted)), true).in(network, model);
    }
    try {
      return prepared(spec, data(images), true).in(network, model);
    } catch (BadDataException e) {
      boolean digits = own == null && images.train().height() < SIDE;
      if (!digits) {
        throw new BadDataException(e.getMessage() + " (--size resizes images)");
      }
      // The digits of this project's own examples stand in the middle of 32×32.
      try {
        return prepared(spec, data(images.pad(SIDE, SIDE)), true).in(network, model);
      } catch (BadDataException padded) {
        e.addSuppressed(padded);
        throw e;
      }
    }
  }

  // ---- Sources ----

  private @Nullable OwnData own() throws IOException {
    Path named = directory;
    if (source != null && source != Source.OWN) {
      return null;
    }
    OwnData own = named == null || published(named) ? null : OwnData.find(named);
    if (source == Source.OWN && own == null) {
      throw new BadDataException(
          "--data own needs a --data-dir with IDX files, train/CLASS and test/CLASS, train.csv or train-features.npy; "
              + (named == null ? "none was named" : named + " has none of these"));
    }
    return own;
  }

  private static boolean published(Path named) {
    return Arrays.stream(PublishedData.values())
        .anyMatch(data -> DataFolders.of(named).find(data) != null);
  }

  private ImageData published() throws IOException {
    if (source == Source.SYNTHETIC) {
      return ImageData.synthetic();
    }
    PublishedData wanted = source == null ? null : PublishedData.valueOf(source.name());
    return PublishedImages.read(wanted, directory);
  }

  private static ImageData images(OwnData own, int @Nullable [] wanted) throws IOException {
    if (own.kind() == OwnData.Kind.IDX) {
      return own.idx();
    }
    return wanted == null
        ? ImageFolder.read(own.directory(), own.name())
        : ImageFolder.read(own.directory(), own.name(), wanted[0], wanted[1]);
  }

  private static ImageData resized(ImageData images, int[] wanted) {
    return new ImageData(
        images.name(),
        images.train().resized(wanted[0], wanted[1]),
        images.test().resized(wanted[0], wanted[1]));
  }

  private static ModelData data(ImageData images) {
    Examples train = Examples.of(images.train());
    long[] shape = {images.train().channels(), images.train().height(), images.train().width()};
    return new ModelData(
        images.name(), "images of " + ModelData.sizes(shape), train, Examples.of(images.test()));
  }

  private static ModelData sequences(OwnData own) throws IOException {
    boolean sounds = own.kind() == OwnData.Kind.SOUNDS;
    SequenceFolder.Pair pair =
        sounds ? SoundFolder.read(own.directory()) : SequenceFolder.read(own.directory());
    int longest = Math.max(pair.train().longest(), pair.test().longest());
    return new ModelData(
        own.name(),
        "sequences of up to "
            + longest
            + (sounds ? " frames of " : " steps of ")
            + pair.train().width()
            + (sounds ? " log-mel energies" : " numbers"),
        Examples.of(pair.train()),
        Examples.of(pair.test()));
  }

  private ModelData features(CommandSpec spec, OwnData own, int @Nullable [] wanted)
      throws IOException {
    FeatureFiles.Pair pair = FeatureFiles.read(own.directory());
    Examples train = Examples.of(pair.train());
    Examples test = Examples.of(pair.test());
    if (wanted == null) {
      long[] shape = Arrays.stream(pair.shape()).asLongStream().toArray();
      String what = (shape.length == 1 ? "rows of " : "arrays of ") + ModelData.sizes(shape);
      // Each number for itself: which of an array's sizes is that of channels is not known yet.
      ModelData rows = prepared(spec, new ModelData(own.name(), what, train, test), false);
      return new ModelData(
          rows.name(),
          rows.description(),
          shaped(rows.train(), shape, 1),
          shaped(rows.test(), shape, 1));
    }
    long pixels = (long) wanted[0] * wanted[1];
    long channels = pair.train().width() / pixels;
    if (channels * pixels != pair.train().width() || (channels != 1 && channels != 3)) {
      throw new BadDataException(
          own.directory()
              + " has rows of "
              + pair.train().width()
              + " numbers, which are no images of "
              + ModelData.sizes(new long[] {wanted[0], wanted[1]})
              + " with 1 or 3 channels");
    }
    float largest = 0;
    for (float[] row : pair.train().values()) {
      for (float value : row) {
        largest = Math.max(largest, value);
      }
    }
    float white = largest > 1 ? 255 : 1;
    long[] picture = {channels, wanted[0], wanted[1]};
    ModelData images =
        new ModelData(
            own.name(),
            "images of " + ModelData.sizes(picture) + " in 0…" + (int) white,
            shaped(train, picture, white),
            shaped(test, picture, white));
    return prepared(spec, images, true);
  }

  private static Examples shaped(Examples rows, long[] shape, float white) {
    return rows.with(
        batch -> {
          long[] all = new long[shape.length + 1];
          all[0] = batch.getFeatures().size(0);
          System.arraycopy(shape, 0, all, 1, shape.length);
          INDArray features = batch.getFeatures().reshape('c', all);
          return new DataSet(white == 1 ? features : features.divi(white), batch.getLabels());
        });
  }

  // ---- How it is seen ----

  private ModelData prepared(CommandSpec spec, ModelData data, boolean pictures)
      throws IOException {
    Normalisation how = normalisation;
    if (how == null) {
      how =
          meanImage != null
              ? Normalisation.MEAN_IMAGE
              : pictures ? Normalisation.ZERO_ONE : Normalisation.RAW;
    }
    if (how.ofPictures() && !pictures) {
      throw Commands.wrong(
          spec,
          "--normalise "
              + how
              + " is for images; rows of numbers can have raw and standard, or are images by --size");
    }
    if (meanImage != null && how != Normalisation.MEAN_IMAGE) {
      throw Commands.wrong(spec, "--mean-image belongs to --normalise mean-image, not to " + how);
    }
    return data.normalised(how, pictures, meanImage == null ? null : mean(meanImage));
  }

  /** Channels first, in 0…1. */
  private static INDArray mean(Path file) throws IOException {
    Npy.Values read = Npy.array(file);
    int[] shape = read.shape();
    if (shape.length != 2 && shape.length != 3) {
      throw new BadDataException(
          file
              + " has the shape "
              + Arrays.toString(shape)
              + "; a mean image has height×width, height×width×channels or channels first");
    }
    long[] three = shape.length == 2 ? new long[] {1, shape[0], shape[1]} : new long[3];
    if (shape.length == 3) {
      Arrays.setAll(three, i -> shape[i]);
    }
    INDArray mean = Nd4j.create(read.rows()).reshape('c', three);
    if (shape.length == 3 && shape[0] != 1 && shape[0] != 3) {
      mean = mean.permute(2, 0, 1).dup('c');
    }
    return mean.maxNumber().doubleValue() > 1 ? mean.divi(255) : mean;
  }
}
