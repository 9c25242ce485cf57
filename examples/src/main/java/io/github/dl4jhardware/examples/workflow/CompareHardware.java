package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.inference.DriftProbe;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.readout.ArrayProbe;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonVariant;
import io.github.dl4jhardware.compare.HardwareComparison;
import io.github.dl4jhardware.compare.Trainer;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.console.ComparisonConsole;
import io.github.dl4jhardware.examples.console.DataOptions;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageBatches.Layout;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.model.Comparison;
import io.github.dl4jhardware.examples.model.Perceptrons;
import io.github.dl4jhardware.examples.model.Variant;
import io.github.dl4jhardware.neuromorphic.deploy.CoreCost;
import io.github.dl4jhardware.neuromorphic.network.EednNetwork;
import io.github.dl4jhardware.neuromorphic.train.RunningStatistics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Trains one network in software, on 2PCM+3T1C cells with and without polarity inversion, and on
 * PCM alone, and a trinary spiking one; prints a table and writes {@code report.html}, {@code
 * results.csv}, {@code results.json} and {@code accuracy.png}.
 */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains 528-250-125-10 in software and on simulated analogue memory, one example at a time, and a trinary spiking network; goes on where it stopped.")
public final class CompareHardware implements Callable<Integer> {
  private static final int[] WIDTHS = {Comparison.ROWS * Comparison.COLUMNS, 250, 125, 10};
  private static final String SPIKING = "T-8, P4-32(1), S-64(4), P2-64(2), N-250(1)";
  private static final String SMALL_SPIKING = "T-8, P4-32(1), P4-64(4), N-120(1)";
  private static final double FINAL_RATE = 0.5;
  private static final int BATCH = 50;
  private static final int TEST_BATCH = 1000;
  private static final int CURVE_EXAMPLES = 2000;

  // Fast learning with coarse weights and a transfer each 2,000 examples: enough to see within two
  // minutes what polarity inversion is for. Tried on chip 1; the recorded figures are of --full.
  private static final int FIRST_LOOK_EXAMPLES = 24_000;

  private static final double FIRST_LOOK_RATE = 0.02;
  private static final double FIRST_LOOK_SCALE = 80;
  private static final int FIRST_LOOK_TRANSFER_EXAMPLES = 2000;

  private static final double FULL_RATE = 0.01;
  private static final int FULL_EXAMPLES = 40_000;
  private static final long FULL_TRANSFER_EXAMPLES =
      Synapses.pcmCapacitor2018().transfer().everyExamples();
  private static final int FULL_EPOCHS = 3;
  private static final int FULL_SEEDS = 3;
  private static final int STATISTICS_BATCH = 250;
  private static final int STATISTICS_EXAMPLES = 2000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--full",
      description =
          "The comparison whose results are recorded, instead of a first look of two minutes: 3 epochs of 40,000 images, 3 chips, software by DL4J's own fit for the first chip, a larger spiking network. Half an hour.")
  private boolean full;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the examples. Default: 1, or 3 with --full.")
  private int epochs;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Chips, each with its seed. Default: 1, or 3 with --full.")
  private int seeds;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description =
          "Training images of an epoch. Default: 24,000, which is twelve weight transfers, or 40,000 with --full, which is five.")
  private int examples;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "For all variants. Default: 0.02, or 0.01 with --full.")
  private double learningRate;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out");

  private final PrintStream console;

  CompareHardware(PrintStream console) {
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
    return Commands.run(new CompareHardware(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    epochs = given("--epochs") ? epochs : full ? FULL_EPOCHS : 1;
    seeds = given("--seeds") ? seeds : full ? FULL_SEEDS : 1;
    examples = given("--examples") ? examples : full ? FULL_EXAMPLES : FIRST_LOOK_EXAMPLES;
    Commands.check(spec, "--epochs", epochs, 10_000);
    Commands.check(spec, "--seeds", seeds, 1000);
    learningRate = given("--learning-rate") ? learningRate : full ? FULL_RATE : FIRST_LOOK_RATE;
    Commands.checkAboveZero(spec, "--learning-rate", learningRate, 10);
    ImageData digits = data.load().centre(Comparison.ROWS, Comparison.COLUMNS);
    Commands.check(spec, "--examples", examples, digits.train().count());
    if (examples % BATCH != 0) {
      throw Commands.wrong(
          spec, "--examples must be a multiple of " + BATCH + ", but is " + examples);
    }
    Commands.makeDirectory(spec, out);
    Commands.oneNativeThread();
    console.printf(
        Locale.ROOT,
        "Training on %s: %,d examples x %d epoch(s), %d chip(s); 528-250-125-10 one at a time, learning rate %s%n",
        digits.name(),
        examples,
        epochs,
        seeds,
        learningRate);
    ComparisonResult result = comparison(digits).run();
    ComparisonConsole.table(console, result);
    if (ComparisonConsole.failed(result)) {
      console.println("No variant could be trained and tested; see results.csv in " + out);
      return 1;
    }
    console.println("Wrote report.html, results.csv, results.json and accuracy.png into " + out);
    return 0;
  }

  private void explain(HardwareComparison comparison) {
    if (!full) {
      comparison.note(
          String.format(
              Locale.ROOT,
              "This is a first look: %,d examples, coarse weights and frequent weight transfers, so"
                  + " that it is over soon and shows what polarity inversion is for. The recorded"
                  + " comparison is made with --full.",
              (long) examples * epochs));
    }
    long interval = full ? FULL_TRANSFER_EXAMPLES : FIRST_LOOK_TRANSFER_EXAMPLES;
    if ((long) examples * epochs < interval) {
      comparison.note(
          String.format(
              Locale.ROOT,
              "Only %,d examples were shown, and weights are transferred each %,d: cells with and"
                  + " without polarity inversion did the same, and one curve hides the other.",
              (long) examples * epochs,
              interval));
    }
    comparison
        .explain(
            "2PCM+3T1C",
            "A weight is the difference of two cells of phase-change memory (2PCM), which keep it,"
                + " and the charge of a capacitor behind three transistors (3T1C), which takes the"
                + " small steps of training: S. Ambrogio et al., Nature 558, 60 (2018),"
                + " https://doi.org/10.1038/s41586-018-0180-5")
        .explain(
            "weight transfer, polarity inversion",
            "From time to time the whole weight is written into the two cells and the capacitor"
                + " starts anew; with inversion it then counts with the other sign, so that what is"
                + " uneven in its steps up and down cancels instead of adding up (same source).")
        .explain(
            "cores",
            "A neuromorphic core holds 256 inputs, 256 neurons and a crossbar between them; a chip"
                + " has 4,096. A spiking network of weights −1, 0 and 1 is counted in them: S. K."
                + " Esser et al., PNAS 113, 11441 (2016), https://doi.org/10.1073/pnas.1604850113");
  }

  private boolean given(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private HardwareComparison comparison(ImageData digits) {
    HardwareComparison comparison =
        new HardwareComparison(
                out,
                digits.name(),
                seed ->
                    new ImageBatches(digits.train(), List.of(), seed)
                        .training(BATCH, examples, Layout.FLAT),
                new ImageBatches(digits.test(), List.of(), 0)
                    .testing(TEST_BATCH, Integer.MAX_VALUE, Layout.FLAT))
            .epochs(epochs)
            .chipSeeds(LongStream.rangeClosed(1, seeds).toArray())
            .testEvery(full ? CURVE_EXAMPLES : 2 * CURVE_EXAMPLES)
            .setting("examples an epoch", String.valueOf(examples))
            .setting("learning rate", learningRate + ", falling to half of it")
            .command(ComparisonConsole.command(spec))
            .listener(new ComparisonConsole(console));
    explain(comparison);
    for (Variant variant : Variant.values()) {
      ComparisonVariant perceptron =
          ComparisonVariant.of(
                  variant.id(), variant.description(), seed -> perceptron(variant, seed))
              .trainer(
                  network ->
                      Perceptrons.isAnalog((MultiLayerNetwork) network)
                          ? InSituTrainer.of(network)::fit
                          : Trainer.oneByOne(network));
      comparison.variant(
          variant == Variant.SOFTWARE
              ? perceptron
              : perceptron
                  .costs(ArrayCost.calibrated2018())
                  .probes(ArrayProbe.COUNTS, DriftProbe.overAYear()));
    }
    return comparison.variant(spiking(digits.train()));
  }

  /**
   * The whole comparison has DL4J itself for the first seed of the software; the others run on
   * ideal devices, which a test shows to be equal, at twenty times the rate.
   */
  private MultiLayerNetwork perceptron(Variant variant, long seed) {
    long steps = (long) examples * epochs;
    ISchedule rate =
        new ExponentialSchedule(
            ScheduleType.ITERATION, learningRate, Math.pow(FINAL_RATE, 1.0 / steps));
    if (variant == Variant.SOFTWARE && seed == 1 && full) {
      return Perceptrons.software(WIDTHS, seed, new Sgd(rate));
    }
    PulseScheme scheme =
        variant == Variant.SOFTWARE ? PulseScheme.EXPECTED : PulseScheme.LOW_DISCREPANCY;
    return Perceptrons.analog(WIDTHS, seed, new AnalogSgd(rate, scheme), cell(variant));
  }

  private Synapse cell(Variant variant) {
    if (full || !(variant.synapse() instanceof PcmCapacitorSynapse cell)) {
      return variant.synapse();
    }
    return cell.withMicroSiemensPerWeight(FIRST_LOOK_SCALE)
        .withTransfer(cell.transfer().withEveryExamples(FIRST_LOOK_TRANSFER_EXAMPLES));
  }

  /** A convolutional network, as spiking neurons see little in an image without positions. */
  private ComparisonVariant spiking(Images train) {
    long steps = Math.max(1, (long) examples * epochs / BATCH);
    Adam adam = new Adam(new InverseSchedule(ScheduleType.ITERATION, 0.1, 100.0 / steps, 1));
    String notation = full ? SPIKING : SMALL_SPIKING;
    return ComparisonVariant.of(
            "trinary-spiking",
            notation + ", weights −1, 0, 1, batches of " + BATCH,
            seed -> {
              MultiLayerConfiguration configuration =
                  EednNetwork.parse(notation)
                      .configuration(
                          new InputTypeConvolutional(
                              Comparison.ROWS, Comparison.COLUMNS, 1, CNN2DFormat.NCHW),
                          train.classes(),
                          new NeuralNetConfiguration.Builder().seed(seed).updater(adam),
                          options -> options);
              configuration
                  .getInputPreProcessors()
                  .put(0, new FeedForwardToCnnPreProcessor(Comparison.ROWS, Comparison.COLUMNS, 1));
              MultiLayerNetwork network = new MultiLayerNetwork(configuration);
              network.init();
              return network;
            })
        .beforeTests(network -> measure((MultiLayerNetwork) network, train))
        .costs(CoreCost.average().flat(Comparison.ROWS, Comparison.COLUMNS));
  }

  private static void measure(MultiLayerNetwork network, Images train) {
    List<INDArray> some = new ArrayList<>();
    new ImageBatches(train, List.of(), 0)
        .testing(STATISTICS_BATCH, STATISTICS_EXAMPLES, Layout.FLAT)
        .forEachRemaining(batch -> some.add(batch.getFeatures()));
    RunningStatistics.measure(network, some);
  }
}
