package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.readout.ArrayProbe;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonVariant;
import io.github.dl4jhardware.compare.HardwareComparison;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.console.ComparisonConsole;
import io.github.dl4jhardware.examples.console.DataOptions;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageBatches.Layout;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.model.Comparison;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A small convolutional network trained one image at a time in software and on full 2PCM+3T1C
 * cells, with and without polarity inversion: two convolutions of 5×5 with greatest pooling behind
 * each, a dense layer, tanh; after T. Gokmen, M. Onen, W. Haensch, Frontiers in Neuroscience 11,
 * 538 (2017), who have 16 and 32 kernels and 128 units.
 */
@Command(
    name = "in-situ",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Accuracy of a small convolutional network trained one image at a time, in software and on cells.")
public final class InSituStudy implements Callable<Integer> {
  private static final String SOFTWARE = "software";

  /** Images of a batch in the iterator; the trainer takes them apart. */
  private static final int BATCH = 50;

  private static final int TEST_BATCH = 500;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--cells",
      paramLabel = "NAME",
      split = ",",
      description =
          "Of software, inversion, no-inversion, and names of Synapses.byName(). Default: ${DEFAULT-VALUE}.")
  private List<String> cells = List.of(SOFTWARE, "inversion", "no-inversion");

  @Option(
      names = "--kernels",
      paramLabel = "N",
      description =
          "Of the first convolution; the second has twice as many. Default: ${DEFAULT-VALUE}.")
  private int kernels = 16;

  @Option(
      names = "--hidden",
      paramLabel = "N",
      description = "Units of the dense layer. Default: ${DEFAULT-VALUE}.")
  private int hidden = 128;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the training images. Default: ${DEFAULT-VALUE}.")
  private int epochs = 3;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Training images of a pass. Default: all.")
  private int examples = Integer.MAX_VALUE;

  @Option(names = "--test-examples", paramLabel = "N", description = "Test images. Default: all.")
  private int testExamples = Integer.MAX_VALUE;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Learning rate at the start, for all. Default: ${DEFAULT-VALUE}.")
  private double rate = 0.01;

  @Option(
      names = "--final-rate",
      paramLabel = "PART",
      description =
          "What is left of the learning rate at the end; it falls exponentially. Default: ${DEFAULT-VALUE}.")
  private double finalRate = 0.1;

  @Option(
      names = "--scale",
      paramLabel = "MICROSIEMENS",
      description = "A weight of 1 on 2PCM+3T1C cells. Default: ${DEFAULT-VALUE}.")
  private double scale = 160;

  @Option(
      names = "--chips",
      paramLabel = "N",
      description = "Chips, and seeds of first weights. Default: ${DEFAULT-VALUE}.")
  private int chips = 3;

  @Option(
      names = "--first-chip",
      paramLabel = "N",
      description = "Number of the first of them. Default: ${DEFAULT-VALUE}.")
  private int firstChip = 1;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "That share each image's work. Default: ${DEFAULT-VALUE}.")
  private int threads = 1;

  @Option(
      names = "--validation",
      description =
          "Test on a tenth of the training set, which is not trained on, to choose settings by.")
  private boolean validation;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go, and are gone on with. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out", "in-situ");

  private final PrintStream console;

  InSituStudy(PrintStream console) {
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
    return Commands.run(new InSituStudy(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    Commands.check(spec, "--kernels", kernels, 1024);
    Commands.check(spec, "--hidden", hidden, 4096);
    Commands.check(spec, "--epochs", epochs, 10_000);
    Commands.check(spec, "--examples", examples, Integer.MAX_VALUE);
    Commands.check(spec, "--test-examples", testExamples, Integer.MAX_VALUE);
    Commands.check(spec, "--chips", chips, 1000);
    Commands.check(spec, "--first-chip", firstChip, Integer.MAX_VALUE);
    Commands.check(spec, "--threads", threads, 256);
    Commands.checkAboveZero(spec, "--rate", rate, 10);
    Commands.checkAboveZero(spec, "--final-rate", finalRate, 1);
    Commands.checkAboveZero(spec, "--scale", scale, 10_000);
    Map<String, Synapse> known = known();
    for (String each : cells) {
      if (!known.containsKey(each)) {
        throw Commands.wrong(
            spec, "--cells " + each + " is none of " + String.join(", ", known.keySet()));
      }
    }
    ImageData images = data.load();
    Images train = images.train();
    int kept = validation ? train.count() / 10 * 9 : train.count();
    Images test = validation ? train.range(kept, train.count()) : images.test();
    ComparisonResult result = comparison(images.name(), train.range(0, kept), test, known).run();
    ComparisonConsole.table(console, result);
    if (ComparisonConsole.failed(result)) {
      console.println("No variant could be trained and tested; see results.csv in " + out);
      return 1;
    }
    console.println("Wrote report.html, results.csv and results.json into " + out);
    return 0;
  }

  private Map<String, Synapse> known() {
    PcmCapacitorSynapse cell = Synapses.pcmCapacitor2018().withMicroSiemensPerWeight(scale);
    Map<String, Synapse> known = new LinkedHashMap<>();
    known.put(SOFTWARE, Synapses.ideal());
    known.put("inversion", cell);
    known.put("no-inversion", cell.withoutPolarityInversion());
    known.putAll(Synapses.byName());
    return known;
  }

  private HardwareComparison comparison(
      String name, Images train, Images test, Map<String, Synapse> known) throws IOException {
    int shown = Math.min(examples, train.count()) / BATCH * BATCH;
    if (shown == 0) {
      throw Commands.wrong(spec, "--examples must be at least " + BATCH + ", but is " + examples);
    }
    Commands.makeDirectory(spec, out);
    Commands.oneNativeThread();
    console.printf(
        Locale.ROOT,
        "Training on %s: %,d images x %d epoch(s), %d chip(s), one at a time; %d and %d kernels of 5x5, %d units; learning rate %s, falling to %s of it%n",
        name,
        shown,
        epochs,
        chips,
        kernels,
        2 * kernels,
        hidden,
        rate,
        finalRate);
    HardwareComparison comparison =
        new HardwareComparison(
                out,
                name,
                chip ->
                    new ImageBatches(train, List.of(), chip).training(BATCH, shown, Layout.FLAT),
                new ImageBatches(test, List.of(), 0).testing(TEST_BATCH, testExamples, Layout.FLAT))
            .epochs(epochs)
            .chipSeeds(LongStream.range(firstChip, (long) firstChip + chips).toArray())
            .setting("images an epoch", String.valueOf(shown))
            .setting("kernels", kernels + ", " + 2 * kernels)
            .setting("units", String.valueOf(hidden))
            .setting("learning rate", rate + ", falling to " + finalRate + " of it")
            .setting("scale_us_per_weight", String.valueOf(scale))
            .command(ComparisonConsole.command(spec))
            .listener(new ComparisonConsole(console));
    long steps = (long) shown * epochs;
    for (String each : cells) {
      Synapse synapse = Objects.requireNonNull(known.get(each));
      ComparisonVariant variant =
          ComparisonVariant.of(
                  each,
                  each.equals(SOFTWARE) ? "the same on ideal devices" : synapse.toString(),
                  chip -> network(each, synapse, train, chip, steps))
              .trainer(network -> InSituTrainer.of(network).threads(threads)::fit);
      if (each.equals(SOFTWARE)) {
        comparison.baseline(variant);
      } else {
        comparison.variant(variant.costs(ArrayCost.calibrated2018()).probes(ArrayProbe.COUNTS));
      }
    }
    return comparison;
  }

  /** Software is what ideal devices are: a test shows that they are DL4J's own layers. */
  private MultiLayerNetwork network(
      String cell, Synapse synapse, Images train, long seed, long steps) {
    ISchedule falling =
        new ExponentialSchedule(ScheduleType.ITERATION, rate, Math.pow(finalRate, 1.0 / steps));
    PulseScheme scheme = cell.equals(SOFTWARE) ? PulseScheme.EXPECTED : Comparison.PULSES;
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new AnalogSgd(falling, scheme))
                .activation(Activation.TANH)
                .list()
                .layer(convolution(synapse, kernels))
                .layer(pooling())
                .layer(convolution(synapse, 2 * kernels))
                .layer(pooling())
                .layer(new AnalogDenseLayer.Builder().nOut(hidden).synapse(synapse).build())
                .layer(
                    new AnalogOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(train.classes())
                        .activation(Activation.SOFTMAX)
                        .synapse(synapse)
                        .build())
                .setInputType(InputType.convolutionalFlat(train.height(), train.width(), 1))
                .build());
    network.init();
    return network;
  }

  private static AnalogConvolutionLayer convolution(Synapse synapse, int outputs) {
    return new AnalogConvolutionLayer.Builder(5, 5).nOut(outputs).synapse(synapse).build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(
            SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}, new int[] {2, 2})
        .build();
  }
}
