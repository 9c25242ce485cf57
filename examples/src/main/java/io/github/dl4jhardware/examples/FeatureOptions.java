package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.examples.data.Features;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.features.FeatureCache;
import io.github.dl4jhardware.examples.features.FeatureCache.Extracted;
import io.github.dl4jhardware.examples.features.FeatureScaling;
import io.github.dl4jhardware.examples.features.PatchFeatures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say what an analogue layer sees of colour images. */
final class FeatureOptions {
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
  private double rootMeanSquare = 0.067;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "That extract features. Default: one for each processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where extracted features are kept. Default: features in --out.")
  private @Nullable Path cache;

  void check(CommandSpec spec) {
    Commands.check(spec, "--centroids", centroids, 100_000);
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
  record Sets(Features train, Features test) {}

  Sets extract(ImageData data, Path out, PrintStream console) throws IOException {
    PatchFeatures.Settings settings =
        new PatchFeatures.Settings(
            centroids, patches, PatchFeatures.Settings.DEFAULT.rounds(), SEED);
    FeatureCache store = new FeatureCache(cache == null ? out.resolve("features") : cache);
    String identity = settings + " of " + FeatureCache.identity(data.train());
    Progress progress = new Progress(console);
    Supplier<PatchFeatures> learn = () -> PatchFeatures.learn(data.train(), settings);
    PatchFeatures[] learnt = new PatchFeatures[1];
    Extracted[] both = new Extracted[2];
    for (int set = 0; set < 2; set++) {
      String name = data.name() + (set == 0 ? "-train" : "-test");
      var images = set == 0 ? data.train() : data.test();
      long start = System.nanoTime();
      both[set] =
          store.of(
              name,
              images,
              identity,
              () -> {
                if (learnt[0] == null) {
                  learnt[0] = learn.get();
                }
                PatchFeatures made = learnt[0];
                return (some, heard) -> made.of(some, threads, heard);
              },
              done ->
                  progress.show(
                      name + " features",
                      done,
                      images.count(),
                      (System.nanoTime() - start) * 1e-9,
                      0));
      progress.clear();
    }
    report(data.name(), both, console);
    return scaled(both[0].features(), both[1].features());
  }

  private void report(String name, Extracted[] both, PrintStream console) {
    double seconds = both[0].seconds() + both[1].seconds();
    long images = 0;
    for (Extracted each : both) {
      images += each.seconds() > 0 ? each.features().count() : 0;
    }
    if (images > 0) {
      console.printf(
          Locale.ROOT,
          "%s: %,d features of %,d images in %.1f s, %,.0f images/s on %d thread(s)%n",
          name,
          both[0].features().width(),
          images,
          seconds,
          images / seconds,
          threads);
    } else {
      console.printf("%s: features taken from the cache%n", name);
    }
  }

  private Sets scaled(Features train, Features test) {
    FeatureScaling scaling =
        FeatureScaling.of(
            train.values(), new FeatureScaling.Settings(whitening, rootMeanSquare, SEED));
    return new Sets(train.with(scaling.of(train.values())), test.with(scaling.of(test.values())));
  }
}
