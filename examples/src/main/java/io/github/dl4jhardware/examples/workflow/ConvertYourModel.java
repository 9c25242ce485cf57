package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.analog.cell.DriftCompensation;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.inference.DriftProbe;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.readout.ArrayProbe;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonVariant;
import io.github.dl4jhardware.compare.HardwareComparison;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.ConversionReport;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.console.ComparisonConsole;
import io.github.dl4jhardware.examples.console.PictureOptions;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageBatches.Layout;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.model.ImageLayout;
import io.github.dl4jhardware.examples.model.SavedModels;
import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.neuromorphic.convert.Trinary;
import io.github.dl4jhardware.neuromorphic.deploy.CoreCost;
import io.github.dl4jhardware.neuromorphic.train.RunningStatistics;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Takes a trained model to hardware: accuracy before, right after the conversion, and after
 * retraining, on one or several chips, in a report; writes the converted model and what was done to
 * each layer.
 */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Converts a model's dense layers to analogue memory, its convolutions too or to trinary spiking layers, and retrains it.")
public final class ConvertYourModel implements Callable<Integer> {
  private static final int BATCH = 64;
  private static final int TEST_BATCH = 500;
  private static final int STATISTICS_IMAGES = 3_000;
  private static final double FALL = 100;
  private static final DriftProbe DRIFT = DriftProbe.overAYear().with(DriftCompensation.values());

  enum Convolutions {
    KEEP,
    ANALOG,
    TRINARY,
    BOTH
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PictureOptions data = new PictureOptions();

  @Option(
      names = "--model",
      paramLabel = "ZIP|H5",
      description =
          "A network that classifies images of 32x32: a zip saved by DL4J, or an .h5 saved by Keras. Default: trains a small LeNet first.")
  private @Nullable Path model;

  @Option(
      names = "--dense",
      paramLabel = "SYNAPSE",
      description =
          "What dense and output layers become: a name of Synapses.byName(), or keep. Default: ${DEFAULT-VALUE}.")
  private String dense = "pcm-capacitor-2018";

  @Option(
      names = "--convolution",
      paramLabel = "keep|analog|trinary|both",
      description =
          "What convolutions become: analog puts them on the same cells as dense layers; both compares keep and trinary side by side. Default: keep.")
  private Convolutions convolutions = Convolutions.KEEP;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes of retraining; 0 for none. Default: ${DEFAULT-VALUE}.")
  private int epochs = 2;

  @Option(
      names = "--software-epochs",
      paramLabel = "N",
      description =
          "Passes of the LeNet's training, where there is no model. Default: ${DEFAULT-VALUE}.")
  private int softwareEpochs = 2;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Training images of an epoch. Default: all.")
  private int examples = Integer.MAX_VALUE;

  @Option(names = "--test-examples", paramLabel = "N", description = "Test images. Default: all.")
  private int testExamples = Integer.MAX_VALUE;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the LeNet and of the first chip. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--chips",
      paramLabel = "N",
      description = "Chips, with the seeds from --seed on. Default: ${DEFAULT-VALUE}.")
  private int chips = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out", "convert");

  private final PrintStream console;
  private Layout layout = Layout.NCHW;

  ConvertYourModel(PrintStream console) {
    this.console = console;
  }

  /**
   * Converts and ends the program: 0 after success, 1 for data or files that are not as they should
   * be, 2 for options that are not.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args, Commands.console(), System.err));
  }

  /** The same for a program: see {@link Commands#run}. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return Commands.run(new ConvertYourModel(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    if (epochs < 0 || epochs > 10_000) {
      throw Commands.wrong(spec, "--epochs must be 0…10000, but is " + epochs);
    }
    Commands.check(spec, "--software-epochs", softwareEpochs, 10_000);
    Commands.check(spec, "--examples", examples, Integer.MAX_VALUE);
    Commands.check(spec, "--test-examples", testExamples, Integer.MAX_VALUE);
    Synapse synapse = synapse();
    if (synapse == null
        && (convolutions == Convolutions.KEEP || convolutions == Convolutions.ANALOG)) {
      throw Commands.wrong(
          spec,
          "--dense keep with --convolution "
              + convolutions.name().toLowerCase(Locale.ROOT)
              + " converts nothing: name the cells with --dense");
    }
    Commands.check(spec, "--chips", chips, 1000);
    ImageData images = data.load();
    examples = Math.max(BATCH, Math.min(examples, images.train().count()) / BATCH * BATCH);
    Commands.makeDirectory(spec, out);
    // Before anything is trained: sums would depend on the number of threads.
    Commands.oneNativeThread();
    NeuralNetwork source = source(images);
    HardwareComparison comparison = comparison(images, source, synapse);
    ComparisonResult result = comparison.run();
    ComparisonConsole.table(console, result);
    if (ComparisonConsole.failed(result)) {
      console.println("No converted model could be trained and tested; see results.csv in " + out);
      return 1;
    }
    console.println(
        "Wrote report.html, results.csv, results.json and the converted models, each with what was"
            + " done to its layers, into "
            + out);
    return 0;
  }

  private HardwareComparison comparison(
      ImageData images, NeuralNetwork source, @Nullable Synapse synapse) {
    HardwareComparison comparison =
        new HardwareComparison(
                out,
                images.name(),
                chip ->
                    new ImageBatches(images.train(), List.of(), chip)
                        .training(BATCH, examples, layout),
                new ImageBatches(images.test(), List.of(), 0)
                    .testing(TEST_BATCH, testExamples, layout))
            .epochs(epochs)
            .chipSeeds(LongStream.range(seed, seed + chips).toArray())
            .setting("model", model == null ? "a LeNet, trained here" : model.toString())
            .setting("examples an epoch", String.valueOf(examples))
            .command(ComparisonConsole.command(spec))
            .listener(new Saver(console))
            .baseline(
                ComparisonVariant.of(
                        "software", "the model as it came", chip -> HostNetwork.copy(source))
                    .epochs(0));
    // Found out at once, before hours of training.
    if (synapse != null && convolutions != Convolutions.TRINARY) {
      print(converted(source, synapse, false, seed));
      comparison.variant(
          ComparisonVariant.converted(
                  "analog",
                  (convolutions == Convolutions.ANALOG
                          ? "dense layers and convolutions on "
                          : "dense layers on ")
                      + dense,
                  chip -> converted(source, synapse, false, chip))
              .costs(ArrayCost.calibrated2018())
              .probes(ArrayProbe.COUNTS, DRIFT));
    }
    if (convolutions == Convolutions.TRINARY || convolutions == Convolutions.BOTH) {
      print(converted(source, synapse, true, seed));
      comparison.variant(
          ComparisonVariant.converted(
                  "trinary",
                  "convolutions trinary" + (synapse == null ? "" : ", dense layers on " + dense),
                  chip -> converted(source, synapse, true, chip))
              .beforeTests(network -> measure(network, images.train()))
              .costs(ArrayCost.calibrated2018(), CoreCost.average())
              .probes(ArrayProbe.COUNTS, DriftProbe.overAYear()));
    }
    return comparison;
  }

  private void print(Conversion<?> conversion) {
    console.print(conversion.report());
  }

  /** Keeps the first chip's models and what was done to their layers. */
  private final class Saver extends ComparisonConsole {
    Saver(PrintStream console) {
      super(console);
    }

    private boolean saves(ComparisonVariant variant, long chip) {
      return chip == seed && !variant.name().equals("software");
    }

    @Override
    public boolean complete(ComparisonVariant variant, long chip) {
      return !saves(variant, chip)
          || (Files.isRegularFile(out.resolve(variant.name() + ".zip"))
              && Files.isRegularFile(out.resolve(variant.name() + "-conversion.csv")));
    }

    @Override
    public void tested(ComparisonVariant variant, long chip, NeuralNetwork network) {
      if (!saves(variant, chip)) {
        return;
      }
      try {
        SavedModels.write((Model) network, out.resolve(variant.name() + ".zip"));
        ConversionReport report = variant.build().apply(chip).report();
        if (report != null) {
          WholeFile.write(
              out.resolve(variant.name() + "-conversion.csv"),
              report.csv().getBytes(StandardCharsets.UTF_8));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private @Nullable Synapse synapse() {
    if (dense.equals("keep")) {
      return null;
    }
    Synapse synapse = Synapses.byName().get(dense);
    if (synapse == null) {
      throw Commands.wrong(
          spec,
          "--dense "
              + dense
              + " is none of keep, "
              + String.join(", ", Synapses.byName().keySet()));
    }
    return synapse;
  }

  private Conversion<? extends NeuralNetwork> converted(
      NeuralNetwork source, @Nullable Synapse synapse, boolean trinary, long chip) {
    return source instanceof MultiLayerNetwork sequence
        ? converted(HardwareConversion.of(sequence), synapse, trinary, chip)
        : converted(HardwareConversion.of((ComputationGraph) source), synapse, trinary, chip);
  }

  private <N extends NeuralNetwork> Conversion<N> converted(
      HardwareConversion<N> conversion, @Nullable Synapse synapse, boolean trinary, long chip) {
    if (synapse != null) {
      Analog analog = Analog.on(synapse).chipSeed(chip);
      conversion.dense(analog);
      if (convolutions == Convolutions.ANALOG) {
        conversion.convolution(analog);
      }
    }
    if (trinary) {
      long steps = Math.max(1, (long) epochs * (examples / BATCH));
      conversion.convolution(
          Trinary.eedn(
              new Adam(new InverseSchedule(ScheduleType.ITERATION, 0.1, FALL / steps, 1))));
    }
    try {
      Conversion<N> converted = conversion.convert();
      String end = converted.endWithoutLoss();
      if (epochs > 0 && !end.isEmpty()) {
        throw new IllegalStateException(
            model
                + " ends in "
                + end
                + " without a loss, and cannot be trained: compile it in Keras before it is saved, or let it end in"
                + " softmax or sigmoid; --epochs 0 converts and tests it as it is");
      }
      return converted;
    } catch (IllegalArgumentException | DL4JException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  // ---- Networks ----

  /** The user's model, or a LeNet; trained again in the same way, it is the same one. */
  private NeuralNetwork source(ImageData images) throws IOException {
    if (model == null) {
      MultiLayerNetwork network =
          new LeNet(images.train(), seed).trained(softwareEpochs, examples, BATCH, console);
      Path zip = out.resolve("software.zip");
      SavedModels.write(network, zip);
      console.println("Trained a LeNet in software on " + images.name() + ", saved as " + zip);
      return network;
    }
    if (!Files.isRegularFile(model)) {
      throw Commands.wrong(spec, "--model " + model + " is no file");
    }
    NeuralNetwork network = SavedModels.read(model);
    layout = ImageLayout.of(network, images.test(), model);
    return network;
  }

  /** What spiking layers normalise with. */
  private void measure(NeuralNetwork network, Images train) {
    List<INDArray> some = new ArrayList<>();
    new ImageBatches(train, List.of(), seed)
        .testing(BATCH, Math.min(examples, STATISTICS_IMAGES), layout)
        .forEachRemaining(batch -> some.add(batch.getFeatures()));
    if (network instanceof MultiLayerNetwork sequence) {
      RunningStatistics.measure(sequence, some);
    } else {
      RunningStatistics.measureGraph(
          (ComputationGraph) network, some.stream().map(x -> new INDArray[] {x}).toList());
    }
  }
}
