package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.examples.data.BackgroundImageTransform;
import io.github.dl4jhardware.examples.data.FeatureFiles;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageBatches.Layout;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.ImageFolder;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.data.PublishedData;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The claim of S. Ambrogio et al. (2018), data set by data set: training on 2PCM+3T1C cells with
 * polarity inversion gives the accuracy of software. Digits go through 528-250-125-10; colour
 * images through fixed features and one analogue layer.
 */
@Command(
    name = "EquivalentAccuracy",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains each data set in software and on analogue cells with and without polarity inversion, on several chips; prints a table and goes on where it stopped.")
public final class EquivalentAccuracy implements Callable<Integer> {
  private static final int BATCH = 500;
  private static final int TEST_BATCH = 1000;

  /** Not "features", which is the cache's folder. */
  private static final String OWN_FEATURES = "own-features";

  /** The paper's data sets, and what stands in for them. */
  enum Source {
    MNIST("mnist", 20, 0.01),
    MNIST_BACKRAND("mnist-backrand", 6, 0.01),
    CIFAR10("cifar10", 20, 0.0175),
    CIFAR100("cifar100", 10, 0.0175),
    SYNTHETIC("synthetic", 5, 0.01),
    SYNTHETIC_BACKRAND("synthetic-backrand", 5, 0.01),
    SYNTHETIC_FEATURES("synthetic-features", 5, 0.0175);

    private final String id;
    private final int epochs;
    private final double learningRate;

    Source(String id, int epochs, double learningRate) {
      this.id = id;
      this.epochs = epochs;
      this.learningRate = learningRate;
    }

    @Override
    public String toString() {
      return id;
    }

    @Nullable PublishedData published() {
      return switch (this) {
        case MNIST, MNIST_BACKRAND -> PublishedData.MNIST;
        case CIFAR10 -> PublishedData.CIFAR10;
        case CIFAR100 -> PublishedData.CIFAR100;
        default -> null;
      };
    }

    boolean background() {
      return this == MNIST_BACKRAND || this == SYNTHETIC_BACKRAND;
    }

    PcmCapacitorSynapse cell() {
      return throughFeatures()
          ? EqualityTask.featureCell()
          : EqualityTask.cell(background() ? 160 : 80);
    }

    boolean throughFeatures() {
      return this == CIFAR10 || this == CIFAR100 || this == SYNTHETIC_FEATURES;
    }
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      split = ",",
      paramLabel = "NAME",
      description =
          "Any of ${COMPLETION-CANDIDATES}, with commas. Default: those of the first four that are found, all four with --download, else the others.")
  private @Nullable Set<Source> sources;

  @Mixin private FolderOptions folders = new FolderOptions();

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "Instead of --data: your own images, in DIR/train/CLASS and DIR/test/CLASS, through the extractor.")
  private @Nullable Path images;

  @Option(
      names = "--features",
      paramLabel = "DIR",
      description =
          "Instead of --data: your own features, as train.csv and test.csv with a column label, or as train-features.npy, train-labels.npy, test-features.npy, test-labels.npy.")
  private @Nullable Path featureFiles;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Chips, each with its seed. Default: ${DEFAULT-VALUE}.")
  private int seeds = 5;

  @Option(
      names = "--dl4j-seeds",
      paramLabel = "N",
      description =
          "Of them, those whose software is trained by DL4J's own fit, ten times slower; the others' runs on ideal devices, which are equal. Default: ${DEFAULT-VALUE}.")
  private int dl4jSeeds;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the examples. Default: its own for each data set.")
  private int epochs;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Training examples of an epoch at the most. Default: all.")
  private int examples = Integer.MAX_VALUE;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "For all variants. Default: one for each data set.")
  private double learningRate;

  @Mixin private FeatureOptions features = new FeatureOptions();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go, a folder for each data set. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out", "equivalent-accuracy");

  private final PrintStream console;

  EquivalentAccuracy(PrintStream console) {
    this.console = console;
  }

  /**
   * Runs the comparison and ends the program: 0 after success, 1 for data or files that are not as
   * they should be, 2 for options that are not.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    return Commands.run(new EquivalentAccuracy(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    Commands.check(spec, "--seeds", seeds, 1000);
    if (dl4jSeeds < 0 || dl4jSeeds > seeds) {
      throw Commands.wrong(
          spec, "--dl4j-seeds must be 0…" + seeds + " (--seeds), but is " + dl4jSeeds);
    }
    if (epochs != 0) {
      Commands.check(spec, "--epochs", epochs, 10_000);
    }
    if (learningRate != 0) {
      Commands.checkAboveZero(spec, "--learning-rate", learningRate, 10);
    }
    Commands.check(spec, "--examples", examples, Integer.MAX_VALUE);
    features.check(spec);
    int ways =
        (sources == null ? 0 : 1) + (images == null ? 0 : 1) + (featureFiles == null ? 0 : 1);
    if (ways > 1) {
      throw Commands.wrong(spec, "--data, --images and --features exclude each other");
    }
    Commands.makeDirectory(spec, out);
    Commands.oneNativeThread();
    List<ComparisonResult> results = new ArrayList<>();
    for (Callable<EqualityTask> each : asked()) {
      EqualityTask task = read(each);
      console.printf(
          Locale.ROOT,
          "%s: %s, %,d synapses, %d epoch(s), %d chip(s), one example at a time, learning rate %s%n",
          task.data(),
          task.network(),
          task.synapses(),
          task.epochs(),
          seeds,
          task.learningRate());
      results.add(
          task.run(
              seeds,
              dl4jSeeds,
              out.resolve(task.data()),
              ComparisonConsole.command("EquivalentAccuracy", spec),
              new ComparisonConsole(console)));
      EqualityFiles.write(results, out);
    }
    EqualityFiles.print(results, console);
    console.println("Wrote equivalent-accuracy.csv and equivalent-accuracy.png into " + out);
    return 0;
  }

  private static EqualityTask read(Callable<EqualityTask> task) throws IOException {
    try {
      return task.call();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Callable<EqualityTask>> asked() throws IOException {
    if (images != null) {
      Path directory = images;
      return List.of(() -> featureTask(Source.CIFAR10, ImageFolder.read(directory, "images")));
    }
    if (featureFiles != null) {
      Path directory = featureFiles;
      return List.of(
          () -> {
            FeatureFiles.Pair pair = FeatureFiles.read(directory);
            return featureTask(
                Source.CIFAR10,
                OWN_FEATURES,
                features.scaled(OWN_FEATURES, pair.train(), pair.test()));
          });
    }
    Set<Source> wanted = sources == null ? found() : sources;
    for (Source source : wanted) {
      PublishedData published = source.published();
      if (published != null) {
        // What is missing is missed now, and not after hours with the other sets.
        folders.find(published, console);
      }
    }
    return wanted.stream().<Callable<EqualityTask>>map(source -> () -> task(source)).toList();
  }

  private Set<Source> found() {
    Set<Source> found = EnumSet.noneOf(Source.class);
    for (Source source : EnumSet.range(Source.MNIST, Source.CIFAR100)) {
      PublishedData published = source.published();
      if (published != null && folders.isThere(published)) {
        found.add(source);
      }
    }
    return found.isEmpty() ? EnumSet.range(Source.SYNTHETIC, Source.SYNTHETIC_FEATURES) : found;
  }

  private EqualityTask task(Source source) throws IOException {
    PublishedData published = source.published();
    ImageData read =
        published == null
            ? ImageData.synthetic()
            : ImageData.read(published, folders.find(published, console));
    ImageData data = new ImageData(source.toString(), read.train(), read.test());
    return source.throughFeatures() ? featureTask(source, data) : digitTask(source, data);
  }

  private EqualityTask digitTask(Source source, ImageData data) {
    ImageData middle = data.centre(Comparison.ROWS, Comparison.COLUMNS);
    ImageData seen =
        source.background()
            ? new ImageData(
                middle.name(), background(middle.train(), 1), background(middle.test(), 2))
            : middle;
    int most = Math.min(examples, seen.train().count());
    return task(
        source,
        source.toString(),
        EqualityTask.widths(Comparison.ROWS * Comparison.COLUMNS, 250, 125, seen.train().classes()),
        most,
        TrainingDigest.of(seen.train()),
        seed ->
            centred(
                source,
                new ImageBatches(seen.train(), List.of(), seed)
                    .training(batch(most), most, Layout.FLAT)),
        centred(
            source,
            new ImageBatches(seen.test(), List.of(), 0)
                .testing(TEST_BATCH, Integer.MAX_VALUE, Layout.FLAT)));
  }

  private static Images background(Images images, long seed) {
    return ImageBatches.transformed(images, new BackgroundImageTransform(seed), seed);
  }

  /** Noise from black to white is grey on average: inputs go from −0.5 to 0.5. */
  private static DataSetIterator centred(Source source, DataSetIterator iterator) {
    if (source.background()) {
      iterator.setPreProcessor(batch -> batch.getFeatures().subi(0.5));
    }
    return iterator;
  }

  private EqualityTask featureTask(Source source, ImageData data) throws IOException {
    return featureTask(source, data.name(), features.extract(data, out, console));
  }

  private EqualityTask featureTask(Source source, String name, FeatureOptions.Sets sets) {
    int most = Math.min(examples, sets.train().count());
    return task(
        source,
        name,
        EqualityTask.widths(sets.train().width(), sets.train().classes()),
        most,
        TrainingDigest.of(sets.train()),
        seed -> sets.train().training(batch(most), most, seed),
        sets.test().testing(TEST_BATCH));
  }

  private static int batch(int most) {
    return Math.min(BATCH, most);
  }

  private EqualityTask task(
      Source source,
      String name,
      List<Integer> widths,
      int most,
      String digest,
      LongFunction<DataSetIterator> train,
      DataSetIterator test) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("training data", digest);
    settings.put("examples an epoch", String.valueOf(most / batch(most) * batch(most)));
    return new EqualityTask(
        name,
        widths,
        learningRate == 0 ? source.learningRate : learningRate,
        source.cell(),
        epochs == 0 ? source.epochs : epochs,
        train,
        test,
        settings);
  }
}
