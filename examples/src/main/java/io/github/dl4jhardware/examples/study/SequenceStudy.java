package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.inference.DriftProbe;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.readout.ArrayProbe;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonVariant;
import io.github.dl4jhardware.compare.HardwareComparison;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.console.ComparisonConsole;
import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.DataFolders;
import io.github.dl4jhardware.examples.data.Examples;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.data.LogMel;
import io.github.dl4jhardware.examples.data.PublishedData;
import io.github.dl4jhardware.examples.data.SequenceFolder;
import io.github.dl4jhardware.examples.data.SpokenDigits;
import io.github.dl4jhardware.examples.model.ModelData;
import io.github.dl4jhardware.examples.model.Normalisation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * An LSTM on arrays beside the same one in software, all of them trained from the same first
 * weights: MNIST's images as sequences of rows, or spoken digits as frames of log-mel energies.
 */
@Command(
    name = "sequences",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Accuracy of an LSTM trained on arrays and in software, on rows of MNIST or on spoken digits.")
public final class SequenceStudy implements Callable<Integer> {
  private static final int BATCH = 64;
  private static final int TEST_BATCH = 300;

  /** Where sequences are from. */
  public enum Source {
    /** 28 steps of 28 pixels. */
    MNIST_ROWS,
    /** The same of drawn digits. */
    SYNTHETIC_ROWS,
    /** Log-mel frames. */
    SPOKEN_DIGITS
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "SET",
      description =
          "One of mnist-rows, spoken-digits, synthetic-rows. Default: mnist-rows where MNIST is found, else synthetic-rows.")
  private @Nullable String set;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Where the files lie, or the folder mnist or free-spoken-digit-dataset with them. Default: $HARDWARE_DATA, then DL4J's own data folder.")
  private @Nullable Path directory;

  @Option(
      names = "--cells",
      paramLabel = "NAME",
      split = ",",
      description = "Names of Synapses.byName(). Default: ${DEFAULT-VALUE}.")
  private List<String> cells = List.of("pcm-inference", "pcm-capacitor-2018");

  @Option(
      names = "--hidden",
      paramLabel = "N",
      description = "Units of the LSTM. Default: ${DEFAULT-VALUE}.")
  private int hidden = 64;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the training set. Default: ${DEFAULT-VALUE}.")
  private int epochs = 10;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Training sequences of a pass. Default: all.")
  private int examples = Integer.MAX_VALUE;

  @Option(
      names = "--test-examples",
      paramLabel = "N",
      description = "Test sequences. Default: all.")
  private int testExamples = Integer.MAX_VALUE;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Of Adam's first step, falling to 0 linearly. Default: ${DEFAULT-VALUE}.")
  private double rate = 0.003;

  @Option(
      names = "--chips",
      paramLabel = "N",
      description = "Chips, and seeds of the software's network. Default: ${DEFAULT-VALUE}.")
  private int chips = 5;

  @Option(
      names = "--validation",
      description =
          "Test on a tenth of the training set, which is not trained on, to choose settings by.")
  private boolean validation;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go, and are gone on with. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out", "sequences");

  private final PrintStream console;

  SequenceStudy(PrintStream console) {
    this.console = console;
  }

  /**
   * Runs the study and ends the program: 0 after success, 1 for data or files that are not as they
   * should be, 2 for options that are not.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args, Commands.console(), System.err));
  }

  /** The same for a program: see {@link Commands#run}. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return Commands.run(new SequenceStudy(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    Commands.check(spec, "--hidden", hidden, 4096);
    Commands.check(spec, "--epochs", epochs, 10_000);
    Commands.check(spec, "--examples", examples, Integer.MAX_VALUE);
    Commands.check(spec, "--test-examples", testExamples, Integer.MAX_VALUE);
    Commands.check(spec, "--chips", chips, 1000);
    Commands.checkAboveZero(spec, "--rate", rate, 1);
    for (String each : cells) {
      if (!Synapses.byName().containsKey(each)) {
        throw Commands.wrong(
            spec,
            "--cells " + each + " is none of " + String.join(", ", Synapses.byName().keySet()));
      }
    }
    ModelData data = data(source());
    int batch = Math.min(BATCH, data.train().count());
    int shown = Math.min(examples, data.train().count()) / batch * batch;
    Commands.makeDirectory(spec, out);
    Commands.oneNativeThread();
    console.println(data.summary());
    HardwareComparison comparison =
        new HardwareComparison(
                out,
                data.name(),
                chip -> data.train().training(batch, shown, chip),
                data.test().testing(TEST_BATCH, testExamples))
            .epochs(epochs)
            .chipSeeds(LongStream.rangeClosed(1, chips).toArray())
            .setting("data", data.summary())
            .setting("sequences an epoch", String.valueOf(shown))
            .setting("units", String.valueOf(hidden))
            .setting("rate", String.valueOf(rate))
            .command(ComparisonConsole.command(spec))
            .listener(new ComparisonConsole(console))
            .baseline(
                ComparisonVariant.of(
                    "software", "DL4J's LSTM", chip -> network(data, chip, shown / batch)));
    for (String each : cells) {
      Synapse synapse = Objects.requireNonNull(Synapses.byName().get(each));
      comparison.variant(
          ComparisonVariant.converted(
                  each,
                  "every weight on " + each,
                  chip ->
                      HardwareConversion.of(network(data, chip, shown / batch))
                          .all(Analog.on(synapse).chipSeed(chip))
                          .convert())
              .costs(ArrayCost.calibrated2018())
              .probes(ArrayProbe.COUNTS, DriftProbe.overAYear()));
    }
    ComparisonResult result = comparison.run();
    ComparisonConsole.table(console, result);
    if (ComparisonConsole.failed(result)) {
      console.println("No variant could be trained and tested; see results.csv in " + out);
      return 1;
    }
    console.println("Wrote report.html, results.csv and results.json into " + out);
    return 0;
  }

  private MultiLayerNetwork network(ModelData data, long seed, int stepsOfAnEpoch) {
    int inputs = (int) data.train().first(1).getFeatures().size(1);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(
                    new Adam(
                        new PolySchedule(ScheduleType.ITERATION, rate, 1, epochs * stepsOfAnEpoch)))
                .list()
                .layer(
                    new LastTimeStep(
                        new LSTM.Builder().nOut(hidden).activation(Activation.TANH).build()))
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(data.train().classes())
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(inputs))
                .build());
    network.init();
    return network;
  }

  // ---- Data ----

  private Source source() {
    if (set == null) {
      boolean there = DataFolders.of(directory).find(PublishedData.MNIST) != null;
      return there ? Source.MNIST_ROWS : Source.SYNTHETIC_ROWS;
    }
    for (Source each : Source.values()) {
      if (each.name().replace('_', '-').equals(set.toUpperCase(Locale.ROOT).replace('_', '-'))) {
        return each;
      }
    }
    throw Commands.wrong(
        spec, "--data " + set + " is none of mnist-rows, spoken-digits, synthetic-rows");
  }

  private ModelData data(Source source) throws IOException {
    if (source == Source.SPOKEN_DIGITS) {
      Path recordings = SpokenDigits.find(DataFolders.of(directory));
      if (recordings == null) {
        throw new BadDataException(
            "The spoken digits were not found: name the folder that holds "
                + SpokenDigits.FOLDER
                + " with --data-dir or HARDWARE_DATA");
      }
      SequenceFolder.Pair pair = SpokenDigits.read(recordings, LogMel.telephone());
      Examples train = Examples.of(pair.train());
      ModelData all =
          validation
              ? new ModelData("spoken-digits", "", train.part(0, 9, 10), train.part(9, 10, 10))
              : new ModelData("spoken-digits", "", train, Examples.of(pair.test()));
      return new ModelData(
              all.name(),
              "up to "
                  + Math.max(pair.train().longest(), pair.test().longest())
                  + " frames of "
                  + pair.train().width()
                  + " log-mel energies",
              all.train(),
              all.test())
          .normalised(Normalisation.STANDARD, false, null);
    }
    Path mnist = DataFolders.of(directory).find(PublishedData.MNIST);
    if (source == Source.MNIST_ROWS && mnist == null) {
      throw new BadDataException(
          "MNIST was not found: name its folder with --data-dir or HARDWARE_DATA, or use --data synthetic-rows");
    }
    ImageData images =
        source == Source.SYNTHETIC_ROWS || mnist == null
            ? ImageData.synthetic()
            : ImageData.mnist(mnist);
    Examples train = rows(images.train());
    String name = images.name() + "-rows";
    String what = images.train().height() + " rows of " + images.train().width() + " pixels";
    return validation
        ? new ModelData(name, what, train.part(0, 9, 10), train.part(9, 10, 10))
        : new ModelData(name, what, train, rows(images.test()));
  }

  /** A step for each row of pixels, from above to below. */
  private static Examples rows(Images images) {
    return Examples.of(images)
        .with(
            batch -> {
              batch.setFeatures(
                  batch
                      .getFeatures()
                      .reshape('c', batch.numExamples(), images.height(), images.width())
                      .permute(0, 2, 1)
                      .dup('c'));
              return batch;
            });
  }
}
