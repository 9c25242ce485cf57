package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.analog.arbiter.AnalogDenseLayerSpace;
import io.github.dl4jhardware.analog.arbiter.AnalogOutputLayerSpace;
import io.github.dl4jhardware.analog.arbiter.AnalogSgdSpace;
import io.github.dl4jhardware.analog.arbiter.ArrayEdgesSpace;
import io.github.dl4jhardware.analog.arbiter.PcmCapacitorSynapseSpace;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonVariant;
import io.github.dl4jhardware.compare.HardwareComparison;
import io.github.dl4jhardware.cost.CostQuantity;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.console.ComparisonConsole;
import io.github.dl4jhardware.examples.console.DataOptions;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageBatches.Layout;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.model.Comparison;
import io.github.dl4jhardware.search.BudgetedAccuracy;
import io.github.dl4jhardware.search.HardwareAccuracy;
import io.github.dl4jhardware.search.HardwareSearch;
import io.github.dl4jhardware.search.SearchCandidate;
import io.github.dl4jhardware.search.SearchGenerators;
import io.github.dl4jhardware.search.SearchResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.deeplearning4j.arbiter.DL4JConfiguration;
import org.deeplearning4j.arbiter.MultiLayerSpace;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.distribution.LogUniformDistribution;
import org.deeplearning4j.arbiter.optimize.parameter.BooleanSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Searches the hardware's parameters with Arbiter: scored on a validation set and several chips,
 * under a budget if one is given; the winner and the default setting are then compared on the test
 * set with fresh chips.
 */
@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Tunes an analogue network 528-H-10 with Arbiter: learning rate, width, pulse scheme, gain, transfer interval, inversion, converters. Goes on where it stopped.")
public final class SearchHardware implements Callable<Integer> {
  private static final int CLASSES = 10;
  private static final int INPUTS = Comparison.ROWS * Comparison.COLUMNS;
  private static final int DEFAULT_HIDDEN = 125;
  private static final int DEFAULT_BITS = 8;
  private static final int TEST_BATCH = 1000;
  private static final int POPULATION = 9;

  enum Generator {
    RANDOM,
    GRID,
    GENETIC
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--generator",
      paramLabel = "random|grid|genetic",
      description = "How candidates are found. Default: random.")
  private Generator generator = Generator.RANDOM;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      description = "Ends after so many. Default: ${DEFAULT-VALUE}.")
  private int candidates = 20;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Ends the search after this time, if that is earlier. Default: none.")
  private double minutes = Double.POSITIVE_INFINITY;

  @Option(
      names = "--score-chips",
      paramLabel = "N",
      description = "Chips whose mean accuracy is the score. Default: ${DEFAULT-VALUE}.")
  private int scoreChips = 2;

  @Option(
      names = "--budget-nanojoules",
      paramLabel = "NJ",
      description = "Energy of an inference that a candidate should not exceed. Default: none.")
  private @Nullable Double budget;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Training images of an epoch. Default: ${DEFAULT-VALUE}.")
  private int examples = 20_000;

  @Option(
      names = "--validation",
      paramLabel = "N",
      description =
          "Images that candidates are scored on, from the end of the training set. Default: ${DEFAULT-VALUE}.")
  private int validation = 5_000;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes of each training. Default: ${DEFAULT-VALUE}.")
  private int epochs = 1;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images of a step. Default: ${DEFAULT-VALUE}.")
  private int batch = 10;

  @Option(
      names = "--test-chips",
      paramLabel = "N",
      description = "Fresh chips for winner and default. Default: ${DEFAULT-VALUE}.")
  private int testChips = 3;

  @Option(
      names = "--test-examples",
      paramLabel = "N",
      description = "Test images for winner and default. Default: all.")
  private int testExamples = Integer.MAX_VALUE;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the generator, weights, order and chips. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out", "search");

  private final PrintStream console;

  SearchHardware(PrintStream console) {
    this.console = console;
  }

  /**
   * Searches and ends the program: 0 after success, 1 for data or files that are not as they should
   * be, 2 for options that are not.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args, Commands.console(), System.err));
  }

  /** The same for a program: see {@link Commands#run}. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return Commands.run(new SearchHardware(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    Commands.check(spec, "--candidates", candidates, 100_000);
    Commands.check(spec, "--score-chips", scoreChips, 100);
    Commands.check(spec, "--test-chips", testChips, 1000);
    Commands.check(spec, "--test-examples", testExamples, Integer.MAX_VALUE);
    Commands.check(spec, "--epochs", epochs, 10_000);
    Commands.check(spec, "--batch", batch, 10_000);
    if (!(minutes > 0)) {
      throw Commands.wrong(spec, "--minutes must be above 0, but is " + minutes);
    }
    if (budget != null) {
      Commands.checkAboveZero(spec, "--budget-nanojoules", budget, 1e12);
    }
    Path mnist = data.mnist();
    String place = mnist == null ? "" : mnist.toString();
    ImageData images = SearchImages.images(place);
    Commands.check(spec, "--validation", validation, images.train().count() / 2);
    Commands.check(spec, "--examples", examples, images.train().count() - validation);
    Commands.makeDirectory(spec, out);
    Commands.oneNativeThread();

    MultiLayerSpace space = space();
    ScoreFunction score = score();
    console.printf(
        Locale.ROOT,
        "Searching %d parameters on %s: %s, %,d examples x %d epoch(s), scored on %,d others and %d chip(s)%n",
        space.numParameters(),
        images.name(),
        generator.name().toLowerCase(Locale.ROOT),
        examples,
        epochs,
        validation,
        scoreChips);
    HardwareSearch search =
        new HardwareSearch(
                out, generator(space, score), score, SearchImages.class, properties(place))
            .candidates(candidates)
            .minutes(minutes)
            .costs(CostQuantity.INFERENCE_NANOJOULES, ArrayCost.calibrated2018())
            .listener(this::print);
    SearchResult result = search.run();
    SearchCandidate best =
        result
            .best()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "All candidates failed; " + out.resolve("candidates.csv") + " says why"));
    console.printf("Best on the validation set: candidate %d%n", best.index());
    best.values().forEach((name, value) -> console.printf("  %-36s %s%n", name, value));
    MultiLayerConfiguration winner =
        ((DL4JConfiguration) search.configuration(best)).getMultiLayerConfiguration();
    ComparisonConsole.table(console, compare(images, winner));
    console.println(
        "Wrote candidates.csv, candidates.json, pareto.csv, pareto.png and, in final, report.html and"
            + " results.csv into "
            + out);
    return 0;
  }

  private void print(SearchCandidate candidate, boolean recorded) {
    Double energy = candidate.cost().inferenceNanojoules();
    console.printf(
        Locale.ROOT,
        "  candidate %3d: %s   %s %5.1f s%s%n",
        candidate.index(),
        candidate.score() == null
            ? "failed: " + candidate.failure()
            : String.format(Locale.ROOT, "score %.4f", candidate.score()),
        energy == null ? "" : String.format(Locale.ROOT, "%.2f nJ", energy),
        candidate.seconds(),
        recorded ? "   (recorded)" : "");
  }

  private Properties properties(String place) {
    Properties properties = new Properties();
    properties.setProperty(SearchImages.MNIST, place);
    properties.setProperty(SearchImages.EXAMPLES, String.valueOf(examples));
    properties.setProperty(SearchImages.VALIDATION, String.valueOf(validation));
    properties.setProperty(SearchImages.BATCH, String.valueOf(batch));
    properties.setProperty(SearchImages.SEED, String.valueOf(seed));
    return properties;
  }

  private ScoreFunction score() {
    HardwareAccuracy accuracy =
        new HardwareAccuracy(LongStream.range(seed + 1, seed + scoreChips).toArray());
    return budget == null
        ? accuracy
        : new BudgetedAccuracy(
            accuracy, ArrayCost.calibrated2018(), CostQuantity.INFERENCE_NANOJOULES, budget);
  }

  private CandidateGenerator generator(MultiLayerSpace space, ScoreFunction score) {
    return switch (generator) {
      case RANDOM -> SearchGenerators.random(space, seed);
      case GRID -> SearchGenerators.grid(space, 3, seed);
      case GENETIC -> SearchGenerators.genetic(space, score, POPULATION, seed);
    };
  }

  // ---- Networks ----

  /** Both layers share their hardware, and so the spaces. */
  private MultiLayerSpace space() {
    PcmCapacitorSynapseSpace synapse =
        PcmCapacitorSynapseSpace.of(Synapses.pcmCapacitor2018())
            .gain(new ContinuousParameterSpace(1.5, 6))
            .transferExamples(new DiscreteParameterSpace<>(1000, 2000, 4000, 8000))
            .polarityInversion(new BooleanSpace());
    ArrayEdgesSpace edges =
        new ArrayEdgesSpace(
            new DiscreteParameterSpace<>(4, 5, 6, 7, 8),
            new DiscreteParameterSpace<>(5, 6, 7, 8, 9),
            new FixedValue<>(0.0));
    return new MultiLayerSpace.Builder()
        .seed(seed)
        .updater(
            new AnalogSgdSpace(
                new ContinuousParameterSpace(new LogUniformDistribution(0.01, 0.5)),
                PulseScheme.EXPECTED,
                PulseScheme.LOW_DISCREPANCY))
        .addLayer(
            new AnalogDenseLayerSpace.Builder()
                .nOut(new IntegerParameterSpace(50, 200))
                .activation(Activation.TANH)
                .synapse(synapse)
                .edges(edges)
                .build())
        .addLayer(
            new AnalogOutputLayerSpace.Builder()
                .nOut(CLASSES)
                .lossFunction(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .synapse(synapse)
                .edges(edges)
                .build())
        .setInputType(InputType.feedForward(INPUTS))
        .numEpochs(epochs)
        .build();
  }

  /** The preset as it is, converters of 8 bits; it is no candidate. */
  private MultiLayerConfiguration standard() {
    ArrayEdges edges = ArrayEdges.forward(ReadPath.converters(DEFAULT_BITS, DEFAULT_BITS));
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .updater(new AnalogSgd(0.1, PulseScheme.LOW_DISCREPANCY))
        .activation(Activation.TANH)
        .list()
        .layer(new AnalogDenseLayer.Builder().nOut(DEFAULT_HIDDEN).edges(edges).build())
        .layer(
            new AnalogOutputLayer.Builder(LossFunction.MCXENT)
                .nOut(CLASSES)
                .activation(Activation.SOFTMAX)
                .edges(edges)
                .build())
        .setInputType(InputType.feedForward(INPUTS))
        .build();
  }

  private ComparisonResult compare(ImageData images, MultiLayerConfiguration winner)
      throws IOException {
    // Chips that no score has seen.
    long first = seed + scoreChips + 100;
    return new HardwareComparison(
            out.resolve("final"),
            images.name(),
            chip ->
                new ImageBatches(images.train().range(0, examples), List.of(), chip)
                    .training(batch, examples, Layout.FLAT),
            new ImageBatches(images.test(), List.of(), 0)
                .testing(TEST_BATCH, testExamples, Layout.FLAT))
        .baseline(variant("default", "the preset as it is", standard()))
        .variant(variant("winner", "the best on the validation set", winner))
        .epochs(epochs)
        .chipSeeds(LongStream.range(first, first + testChips).toArray())
        .setting("batch", String.valueOf(batch))
        .command(ComparisonConsole.command(spec))
        .listener(new ComparisonConsole(console))
        .run();
  }

  private static ComparisonVariant variant(
      String name, String description, MultiLayerConfiguration configuration) {
    FeedForwardLayer hidden = (FeedForwardLayer) configuration.getConf(0).getLayer();
    return ComparisonVariant.of(
            name,
            description + ", " + INPUTS + "-" + hidden.getNOut() + "-" + CLASSES,
            chip -> onChip(configuration, chip))
        .costs(ArrayCost.calibrated2018());
  }

  /** Weights and devices both follow the seed. */
  private static MultiLayerNetwork onChip(MultiLayerConfiguration configuration, long chip) {
    MultiLayerConfiguration own = configuration.clone();
    own.getConfs().forEach(layer -> layer.setSeed(chip));
    MultiLayerNetwork network = new MultiLayerNetwork(own);
    network.init();
    return network;
  }
}
