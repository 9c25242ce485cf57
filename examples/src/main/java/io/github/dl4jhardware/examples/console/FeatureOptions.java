package io.github.dl4jhardware.examples.console;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.Features;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.features.FeatureCache;
import io.github.dl4jhardware.examples.features.FeatureCache.Extracted;
import io.github.dl4jhardware.examples.features.FeatureExtractor;
import io.github.dl4jhardware.examples.features.FeatureScaling;
import io.github.dl4jhardware.examples.features.NetworkFeatures;
import io.github.dl4jhardware.examples.features.PatchFeatures;
import io.github.dl4jhardware.examples.model.SavedModels;
import io.github.dl4jhardware.files.Heap;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say what an analogue layer sees of colour images. */
public final class FeatureOptions {
  /** One for each quadrant of an image. */
  private static final int FEATURES_A_CENTROID = 4;

  private static final long SEED = 1;

  @Option(
      names = "--centroids",
      paramLabel = "N",
      description =
          "Of the built-in extractor; each gives four features. Default: ${DEFAULT-VALUE}, which are 2,048.")
  private int centroids = PatchFeatures.Settings.DEFAULT.centroids();

  @Option(
      names = "--patches",
      paramLabel = "N",
      description = "That the centroids are learnt from. Default: ${DEFAULT-VALUE}.")
  private int patches = PatchFeatures.Settings.DEFAULT.patches();

  @Option(
      names = "--whitening",
      paramLabel = "EPS",
      description =
          "Added to the eigenvalues of the features' covariance, in parts of their mean. Default: ${DEFAULT-VALUE}.")
  private double whitening = 0.1;

  @Option(
      names = "--input-rms",
      paramLabel = "X",
      description =
          "Root mean square of the layer's inputs, of which ±1 is the range. Default: ${DEFAULT-VALUE}.")
  private double rootMeanSquare = 0.08;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "That extract features. The built-in extractor's do not depend on their number, a network's may in the last bit. Default: one for each processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where extracted features are kept. Default: features in --out.")
  private @Nullable Path cache;

  @Option(
      names = "--extractor",
      paramLabel = "FILE",
      description =
          "A trained network whose activations are the features: a zip of DL4J's, or an .h5 of Keras's. Default: the built-in extractor.")
  private @Nullable Path extractor;

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description = "Of the extractor. Default: the layer before its output.")
  private @Nullable String layer;

  @Option(
      names = "--side",
      paramLabel = "N",
      description =
          "Of the squares to which the extractor's images are resized. Default: as they are.")
  private int side;

  public void check(CommandSpec spec) {
    if (extractor != null && !Files.isRegularFile(extractor)) {
      throw Commands.wrong(spec, "--extractor " + extractor + " is no file");
    }
    if (side != 0) {
      Commands.check(spec, "--side", side, 1024);
    }
    if (extractor == null && (layer != null || side != 0)) {
      throw Commands.wrong(spec, "--layer and --side belong to an --extractor, which is missing");
    }
    Commands.check(
        spec, "--centroids", centroids, FeatureScaling.MOST_FEATURES / FEATURES_A_CENTROID);
    Commands.check(spec, "--patches", patches, 10_000_000);
    if (patches < centroids) {
      throw Commands.wrong(
          spec, "--patches must be at least --centroids, " + centroids + ", but is " + patches);
    }
    Commands.checkAboveZero(spec, "--whitening", whitening, 1000);
    Commands.checkAboveZero(spec, "--input-rms", rootMeanSquare, 1);
    Commands.check(spec, "--threads", threads, 1024);
  }

  /** Training and test examples, scaled. */
  public record Sets(Features train, Features test) {}

  /** What the layer sees of images: from the cache, or extracted and then in the cache. */
  public Sets extract(ImageData data, Path out, PrintStream console) throws IOException {
    FeatureCache store = new FeatureCache(cache == null ? out.resolve("features") : cache);
    Kind kind = extractor == null ? patches(data.train()) : network(extractor);
    if (extractor == null) {
      long images = (long) data.train().count() + data.test().count();
      // As they come, and scaled.
      Heap.need(
          "Features of " + data.name(), 2 * images * FEATURES_A_CENTROID * centroids * Float.BYTES);
    }
    Extracted train = extract(store, data.name() + "-train", data.train(), kind, console);
    Extracted test = extract(store, data.name() + "-test", data.test(), kind, console);
    report(data.name(), List.of(train, test), console);
    return scaled(data.name(), train.features(), test.features());
  }

  /** An extractor, made when it is first needed, and all that its features depend on. */
  private static final class Kind {
    private final String identity;
    private final Supplier<FeatureExtractor> maker;
    private @Nullable FeatureExtractor made;

    Kind(String identity, Supplier<FeatureExtractor> maker) {
      this.identity = identity;
      this.maker = maker;
    }

    FeatureExtractor extractor() {
      FeatureExtractor known = made;
      if (known == null) {
        known = maker.get();
        made = known;
      }
      return known;
    }
  }

  private Kind patches(Images train) {
    PatchFeatures.Settings settings =
        new PatchFeatures.Settings(
            centroids, patches, PatchFeatures.Settings.DEFAULT.rounds(), SEED);
    return new Kind(
        PatchFeatures.method() + ", " + settings + " of " + FeatureCache.identity(train),
        () -> {
          PatchFeatures learnt = PatchFeatures.learn(train, settings);
          return (images, progress) -> learnt.of(images, threads, progress);
        });
  }

  private Kind network(Path file) throws IOException {
    NetworkFeatures features;
    try {
      features = new NetworkFeatures(SavedModels.read(file), layer, side);
    } catch (IllegalArgumentException e) {
      throw new BadDataException(file + ": " + e.getMessage());
    }
    String identity =
        "network 1: layer "
            + features.layer()
            + ", side "
            + side
            + ", threads "
            + threads
            + ", of a network with digest "
            + FeatureCache.digest(Files.readAllBytes(file));
    return new Kind(identity, () -> features);
  }

  private Extracted extract(
      FeatureCache store, String name, Images images, Kind kind, PrintStream console)
      throws IOException {
    Progress progress = new Progress(console);
    long start = System.nanoTime();
    try {
      // The built-in extractor has threads of its own.
      Commands.nativeThreads(extractor == null ? 1 : threads);
      return store.of(
          name,
          images,
          kind.identity,
          kind::extractor,
          done ->
              progress.show(
                  name + " features",
                  "images",
                  done,
                  images.count(),
                  (System.nanoTime() - start) * 1e-9,
                  0));
    } catch (IllegalArgumentException e) {
      throw new BadDataException("Features of " + name + ": " + e.getMessage());
    } finally {
      Commands.nativeThreads(1);
      progress.clear();
    }
  }

  private void report(String name, List<Extracted> sets, PrintStream console) {
    double seconds = sets.stream().mapToDouble(Extracted::seconds).sum();
    long images =
        sets.stream()
            .filter(set -> set.seconds() > 0)
            .mapToLong(set -> set.features().count())
            .sum();
    if (images == 0) {
      console.printf("%s: features taken from the cache%n", name);
      return;
    }
    console.printf(
        Locale.ROOT,
        "%s: %,d features of %,d images in %.1f s, %,.0f images/s on %d thread(s)%n",
        name,
        sets.get(0).features().width(),
        images,
        seconds,
        images / seconds,
        threads);
  }

  /** Into the range of the layer's inputs. */
  public Sets scaled(String name, Features train, Features test) throws BadDataException {
    FeatureScaling scaling;
    try {
      scaling =
          FeatureScaling.of(
              train.values(), new FeatureScaling.Settings(whitening, rootMeanSquare, SEED));
    } catch (IllegalArgumentException e) {
      throw new BadDataException("Features of " + name + ": " + e.getMessage());
    }
    return new Sets(train.with(scaling.of(train.values())), test.with(scaling.of(test.values())));
  }
}
