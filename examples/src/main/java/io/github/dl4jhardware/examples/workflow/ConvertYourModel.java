package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.analog.cell.DriftCompensation;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.inference.DriftProbe;
import io.github.dl4jhardware.analog.readout.ArrayProbe;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonVariant;
import io.github.dl4jhardware.compare.HardwareComparison;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.ConversionReport;
import io.github.dl4jhardware.convert.Distillation;
import io.github.dl4jhardware.convert.NormalisationStatistics;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.console.ComparisonConsole;
import io.github.dl4jhardware.examples.console.ModelDataOptions;
import io.github.dl4jhardware.examples.data.Examples;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.model.ModelData;
import io.github.dl4jhardware.examples.model.SavedModels;
import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.neuromorphic.deploy.CoreCost;
import io.github.dl4jhardware.neuromorphic.train.RunningStatistics;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
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
        "Converts a model's dense and recurrent layers to analogue memory, its convolutions too or to trinary spiking layers, and retrains it.")
public final class ConvertYourModel implements Callable<Integer> {
  private static final int BATCH = 64;
  private static final int TEST_BATCH = 500;
  private static final int STATISTICS_IMAGES = 3_000;

  /** By which normalisation is set anew on a chip. */
  private static final int STATISTICS_EXAMPLES = 1_000;

  private static final int STATISTICS_BATCH = 100;
  private static final DriftProbe DRIFT = DriftProbe.overAYear().with(DriftCompensation.values());

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ModelDataOptions data = new ModelDataOptions();

  @Option(
      names = "--model",
      paramLabel = "ZIP|H5",
      description =
          "A network that classifies images, rows of numbers or sequences: a zip saved by DL4J, or an .h5 saved by Keras. Default: trains a small LeNet first.")
  private @Nullable Path model;

  @Mixin private ConversionOptions conversion = new ConversionOptions();

  @Option(
      names = "--teacher",
      description =
          "Retrain to what the model as it came says of each example, instead of to the labels.")
  private boolean teacher;

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
      description = "To train on in an epoch. Default: all.")
  private int examples = Integer.MAX_VALUE;

  @Option(names = "--test-examples", paramLabel = "N", description = "To test on. Default: all.")
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
  private int batch = BATCH;
  private @Nullable ModelData understood;

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
    Commands.check(spec, "--chips", chips, 1000);
    conversion.check(spec);
    if (model != null && !Files.isRegularFile(model)) {
      throw Commands.wrong(spec, "--model " + model + " is no file");
    }
    Commands.makeDirectory(spec, out);
    // Before anything is trained: sums would depend on the number of threads.
    Commands.oneNativeThread();
    NeuralNetwork source = source();
    tell(source);
    HardwareComparison comparison = comparison(source);
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

  /** What was understood, and what is to be done, before it takes long. */
  private void tell(NeuralNetwork source) {
    long weights = source.params().length();
    console.printf(
        Locale.ROOT,
        "Model: %s, a %s of %d layers with %,d parameters%n",
        model == null ? "a LeNet" : model,
        source.getClass().getSimpleName(),
        HostNetwork.layers(source).length,
        weights);
    console.println("Data: " + examples().summary());
    console.printf(
        Locale.ROOT,
        "To do: %s; on %d chip(s); %s%n",
        Stream.of(
                conversion.analog() ? conversion.analogInWords() : "",
                conversion.trinary() ? conversion.trinaryInWords() : "")
            .filter(what -> !what.isEmpty())
            .collect(Collectors.joining(", and beside it ")),
        chips,
        epochs == 0
            ? "no retraining"
            : String.format(
                Locale.ROOT,
                "%d pass(es) of retraining over %,d examples%s",
                epochs,
                examples,
                teacher ? ", taught by the model as it came" : ""));
  }

  private ModelData examples() {
    return Objects.requireNonNull(understood);
  }

  private HardwareComparison comparison(NeuralNetwork source) {
    ModelData known = examples();
    Distillation taught = Distillation.of(source, 1, 1);
    Distillation labels = teacher ? taught.cached(out.resolve("teacher")) : taught;
    HardwareComparison comparison =
        new HardwareComparison(
                out,
                known.name(),
                chip -> {
                  DataSetIterator batches = known.train().training(batch, examples, chip);
                  return teacher ? labels.around(batches) : batches;
                },
                known.test().testing(TEST_BATCH, testExamples))
            .epochs(epochs)
            .chipSeeds(LongStream.range(seed, seed + chips).toArray())
            .setting("model", model == null ? "a LeNet, trained here" : model.toString())
            .setting("data", known.summary())
            .setting("examples an epoch", String.valueOf(examples))
            .setting("labels", teacher ? "the model's own, as it came" : "the data's")
            .command(ComparisonConsole.command(spec))
            .listener(new Saver(console))
            .baseline(
                ComparisonVariant.of(
                        "software", "the model as it came", chip -> HostNetwork.copy(source))
                    .epochs(0));
    // Found out at once, before hours of training.
    if (conversion.analog()) {
      print(converted(source, false, seed));
      comparison.variant(
          ComparisonVariant.converted(
                  "analog", conversion.analogInWords(), chip -> converted(source, false, chip))
              .costs(ArrayCost.calibrated2018())
              .probes(ArrayProbe.COUNTS, drift(source)));
    }
    if (conversion.trinary()) {
      print(converted(source, true, seed));
      comparison.variant(
          ComparisonVariant.converted(
                  "trinary", conversion.trinaryInWords(), chip -> converted(source, true, chip))
              .beforeTests(this::measure)
              .costs(ArrayCost.calibrated2018(), CoreCost.average())
              .probes(ArrayProbe.COUNTS, DriftProbe.overAYear()));
    }
    return comparison;
  }

  private DriftProbe drift(NeuralNetwork source) {
    if (!NormalisationStatistics.in(source)) {
      return DRIFT;
    }
    List<INDArray> some = examples().train().features(STATISTICS_BATCH, STATISTICS_EXAMPLES);
    some.removeIf(batch -> batch.size(0) < 2);
    return DRIFT.renewing(NormalisationStatistics.by(some.toArray(INDArray[]::new)));
  }

  private Conversion<? extends NeuralNetwork> converted(
      NeuralNetwork source, boolean trinary, long chip) {
    long steps = (long) epochs * (examples / batch);
    return conversion.of(source, trinary, chip, examples().train(), steps, String.valueOf(model));
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

  // ---- Networks ----

  /** The user's model, or a LeNet; trained again in the same way, it is the same one. */
  private NeuralNetwork source() throws IOException {
    if (model != null) {
      NeuralNetwork network = SavedModels.read(model);
      understand(data.of(spec, network, model));
      return network;
    }
    ImageData images = data.pictures(spec);
    understand(
        new ModelData(
            images.name(),
            "images of "
                + ModelData.sizes(
                    new long[] {
                      images.train().channels(), images.train().height(), images.train().width()
                    }),
            Examples.of(images.train()),
            Examples.of(images.test())));
    MultiLayerNetwork network =
        new LeNet(images.train(), seed).trained(softwareEpochs, examples, batch, console);
    Path zip = out.resolve("software.zip");
    SavedModels.write(network, zip);
    console.println("Trained a LeNet in software on " + images.name() + ", saved as " + zip);
    return network;
  }

  private void understand(ModelData found) {
    understood = found;
    batch = Math.min(BATCH, found.train().count());
    examples = Math.max(batch, Math.min(examples, found.train().count()) / batch * batch);
  }

  /** What spiking layers normalise with. */
  private void measure(NeuralNetwork network) {
    List<INDArray> some = examples().train().features(batch, Math.min(examples, STATISTICS_IMAGES));
    if (network instanceof MultiLayerNetwork sequence) {
      RunningStatistics.measure(sequence, some);
    } else {
      RunningStatistics.measureGraph(
          (ComputationGraph) network, some.stream().map(x -> new INDArray[] {x}).toList());
    }
  }
}
