package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonRun;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.console.ComparisonConsole;
import io.github.dl4jhardware.examples.console.FeatureOptions;
import io.github.dl4jhardware.examples.console.FolderOptions;
import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.FeatureFiles;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.ImageFolder;
import io.github.dl4jhardware.examples.data.OwnData;
import io.github.dl4jhardware.examples.data.PublishedData;
import io.github.dl4jhardware.examples.model.Comparison;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
    name = "equality",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains each data set in software and on analogue cells with and without polarity inversion, on several chips; prints a table and goes on where it stopped.")
public final class EquivalentAccuracy implements Callable<Integer> {
  private static final int DEFAULT_WITHOUT_INVERSION = 5;

  /** Not "features", which is the cache's folder. */
  private static final String OWN_FEATURES = "own-features";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      split = ",",
      paramLabel = "NAME",
      description =
          "Any of ${COMPLETION-CANDIDATES}, with commas. Default: those of the first four that are found, all four with --download, else the others.")
  private @Nullable Set<EqualitySource> sources;

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
      names = "--no-inversion-seeds",
      paramLabel = "N",
      description =
          "Of them, those on which cells without inversion are trained, whose difference is large. Default: 5, or all if there are fewer.")
  private int withoutInversionSeeds;

  @Option(
      names = "--tune",
      description =
          "First choose learning rates, and the cells' scale, on a sixth of the training examples and on chips of its own, the same way for software and cells.")
  private boolean tune;

  @Option(
      names = "--tune-epochs",
      paramLabel = "N",
      description = "Passes over the examples in that search. Default: a quarter of --epochs.")
  private int tuneEpochs;

  @Option(
      names = "--tune-seeds",
      paramLabel = "N",
      description = "Chips of each candidate. Default: ${DEFAULT-VALUE}.")
  private int tuneSeeds = 2;

  @Option(
      names = "--pulses",
      paramLabel = "SCHEME",
      description =
          "How the cells' pulses are made: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private PulseScheme scheme = PulseScheme.LOW_DISCREPANCY;

  @Option(
      names = "--scale",
      paramLabel = "US",
      description =
          "Conductance that stands for a weight of 1, in uS. Default: one for each data set.")
  private double scale;

  @Option(
      names = "--gain",
      paramLabel = "F",
      description = "Of the cells. Default: one for each data set.")
  private double gain;

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
    System.exit(run(args, Commands.console(), System.err));
  }

  /** The same for a program: see {@link Commands#run}. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
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
    if (scale != 0) {
      Commands.checkAboveZero(spec, "--scale", scale, 1e6);
    }
    if (gain != 0) {
      Commands.checkAboveZero(spec, "--gain", gain, 1000);
    }
    if (withoutInversionSeeds != 0) {
      Commands.check(spec, "--no-inversion-seeds", withoutInversionSeeds, seeds);
    }
    if (tuneEpochs != 0) {
      Commands.check(spec, "--tune-epochs", tuneEpochs, 10_000);
    }
    Commands.check(spec, "--tune-seeds", tuneSeeds, 1000);
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
    for (Asked each : asked()) {
      EqualityData data = each.read().call();
      Path folder = out.resolve(data.name());
      int passes = epochs == 0 ? each.source().epochs() : epochs;
      EqualitySettings settings = settings(each.source());
      String command = ComparisonConsole.command(spec);
      if (tune) {
        settings = tuned(data, settings, passes, folder, command);
      }
      console.printf(
          Locale.ROOT,
          "%s: %s, %,d synapses, %d epoch(s), %d chip(s), one example at a time, learning rate %s in software and %s on cells, %s uS a weight, gain %s, transfers each %,d examples%n",
          data.name(),
          data.network(),
          data.synapses(),
          passes,
          seeds,
          settings.softwareRate(),
          settings.analogRate(),
          settings.microSiemensPerWeight(),
          settings.gain(),
          settings.transferExamples());
      results.add(
          new EqualityTask(data, settings, scheme, passes)
              .run(chips(), folder, command, new ComparisonConsole(console)));
      EqualityFiles.write(results, out);
    }
    EqualityFiles.print(results, console);
    if (results.stream().allMatch(ComparisonConsole::failed)) {
      console.println("No variant could be trained and tested; see results.csv in " + out);
      return 1;
    }
    console.println("Wrote equivalent-accuracy.csv and equivalent-accuracy.png into " + out);
    return 0;
  }

  private EqualityTask.Chips chips() {
    int without =
        withoutInversionSeeds == 0
            ? Math.min(seeds, DEFAULT_WITHOUT_INVERSION)
            : withoutInversionSeeds;
    return new EqualityTask.Chips(seeds, without, dl4jSeeds);
  }

  private EqualitySettings settings(EqualitySource source) {
    EqualitySettings chosen = source.settings();
    chosen = learningRate == 0 ? chosen : chosen.withRates(learningRate, learningRate);
    chosen = scale == 0 ? chosen : chosen.withScale(scale);
    return gain == 0 ? chosen : chosen.withGain(gain);
  }

  private EqualitySettings tuned(
      EqualityData data, EqualitySettings start, int passes, Path folder, String command)
      throws IOException {
    int most = tuneEpochs == 0 ? Math.max(1, passes / 4) : tuneEpochs;
    console.printf(
        Locale.ROOT,
        "%s: choosing rates and scale on validation examples, %d epoch(s), %d chip(s)%n",
        data.name(),
        most,
        tuneSeeds);
    return new EqualityTuning(
            data,
            scheme,
            most,
            tuneSeeds,
            folder.resolve("tuning"),
            command,
            // Each step of the search meets the runs of the steps before again.
            new ComparisonConsole(console) {
              private final Set<String> told = new HashSet<>();

              @Override
              public void finished(ComparisonRun run, boolean recorded) {
                if (told.add(run.variant() + run.seed())) {
                  super.finished(run, recorded);
                }
              }
            })
        .from(start);
  }

  /** Reads a data set. */
  private interface Read {
    EqualityData call() throws IOException;
  }

  /** A data set that is to be read when it is its turn, and whose settings it starts from. */
  private record Asked(EqualitySource source, Read read) {}

  private List<Asked> asked() throws IOException {
    if (images != null) {
      Path directory = images;
      return List.of(
          new Asked(
              EqualitySource.CIFAR10, () -> featureData(ImageFolder.read(directory, "images"))));
    }
    if (featureFiles != null) {
      Path directory = featureFiles;
      return List.of(new Asked(EqualitySource.CIFAR10, () -> ownFeatures(directory, OWN_FEATURES)));
    }
    if (sources == null) {
      OwnData own = folders.own();
      if (own != null) {
        return List.of(asked(own));
      }
    }
    Set<EqualitySource> wanted = sources == null ? found() : sources;
    for (EqualitySource source : wanted) {
      PublishedData published = source.published();
      if (published != null) {
        // Fails on a missing data set before training starts.
        folders.find(published, console);
      }
    }
    return wanted.stream().map(source -> new Asked(source, () -> data(source))).toList();
  }

  private Asked asked(OwnData own) throws BadDataException {
    return switch (own.kind()) {
      case IDX ->
          new Asked(
              EqualitySource.MNIST,
              () -> {
                ImageData read = own.idx();
                return digitData(read.name(), read, false);
              });
      case IMAGES ->
          new Asked(
              EqualitySource.CIFAR10,
              () -> featureData(ImageFolder.read(own.directory(), own.name())));
      case FEATURES ->
          new Asked(EqualitySource.CIFAR10, () -> ownFeatures(own.directory(), own.name()));
      case SEQUENCES, SOUNDS ->
          throw new BadDataException(
              own.directory() + " holds sequences; this study is of images and features");
    };
  }

  private EqualityData ownFeatures(Path directory, String name) throws IOException {
    FeatureFiles.Pair pair = FeatureFiles.read(directory);
    return featureData(name, features.scaled(name, pair.train(), pair.test()));
  }

  private Set<EqualitySource> found() {
    Set<EqualitySource> found = EnumSet.noneOf(EqualitySource.class);
    for (EqualitySource source : EnumSet.range(EqualitySource.MNIST, EqualitySource.CIFAR100)) {
      PublishedData published = source.published();
      if (published != null && folders.isThere(published)) {
        found.add(source);
      }
    }
    return found.isEmpty()
        ? EnumSet.range(EqualitySource.SYNTHETIC, EqualitySource.SYNTHETIC_FEATURES)
        : found;
  }

  private EqualityData data(EqualitySource source) throws IOException {
    PublishedData published = source.published();
    ImageData read =
        published == null
            ? ImageData.synthetic()
            : ImageData.read(published, folders.find(published, console));
    ImageData data = new ImageData(source.toString(), read.train(), read.test());
    return source.throughFeatures()
        ? featureData(data)
        : digitData(
            data.name(), data.centre(Comparison.ROWS, Comparison.COLUMNS), source.background());
  }

  private EqualityData digitData(String name, ImageData data, boolean withBackground) {
    return new EqualitySets(examples).digits(name, data, withBackground);
  }

  private EqualityData featureData(ImageData data) throws IOException {
    return featureData(data.name(), features.extract(data, out, console));
  }

  private EqualityData featureData(String name, FeatureOptions.Sets sets) {
    return new EqualitySets(examples).features(name, sets);
  }
}
