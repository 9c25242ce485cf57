package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.ModelZip;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.cost.ArrayCost;
import io.github.dl4jhardware.cost.NetworkCost;
import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.neuromorphic.convert.Trinary;
import io.github.dl4jhardware.neuromorphic.layer.SpikingLayer;
import io.github.dl4jhardware.neuromorphic.train.RunningStatistics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Takes a trained model to hardware: accuracy before, right after the conversion, and after
 * retraining; writes the converted model, what was done to each layer, and the accuracies.
 */
@Command(
    name = "ConvertYourModel",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Converts a model's dense layers to analogue memory, and its convolutions to trinary spiking layers, and retrains it.")
public final class ConvertYourModel implements Callable<Integer> {
  private static final int BATCH = 64;
  private static final int STATISTICS_IMAGES = 3_000;
  private static final double FALL = 100;

  enum Convolutions {
    KEEP,
    TRINARY
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PictureOptions data = new PictureOptions();

  @Option(
      names = "--model",
      paramLabel = "ZIP",
      description =
          "A MultiLayerNetwork that classifies images of 32x32, saved by DL4J. Default: trains a small LeNet first.")
  private @Nullable Path model;

  @Option(
      names = "--dense",
      paramLabel = "SYNAPSE",
      description =
          "What dense and output layers become: a name of Synapses.byName(), or keep. Default: ${DEFAULT-VALUE}.")
  private String dense = "pcm-capacitor-2018";

  @Option(
      names = "--convolution",
      paramLabel = "keep|trinary",
      description = "What convolutions become. Default: keep.")
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
      description = "Of weights, order and the chip. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out", "convert");

  private final PrintStream console;
  private final List<String> lines =
      new ArrayList<>(List.of("stage,test_accuracy_percent,minutes"));

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
    System.exit(run(args, System.out, System.err));
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
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
    if (synapse == null && convolutions == Convolutions.KEEP) {
      throw Commands.wrong(spec, "--dense keep with --convolution keep converts nothing");
    }
    ImageData images = data.load();
    examples = Math.max(BATCH, Math.min(examples, images.train().count()) / BATCH * BATCH);
    Commands.makeDirectory(spec, out);
    long start = System.nanoTime();
    MultiLayerNetwork source = model == null ? leNet(images) : restored(model, images.test());
    stage("software", Accuracy.percent(source, images.test(), testExamples), start);
    Conversion<MultiLayerNetwork> conversion = convert(source, synapse);
    console.print(conversion.report());
    ResultFiles.replace(
        out.resolve("conversion.csv"), conversion.report().csv().getBytes(StandardCharsets.UTF_8));
    MultiLayerNetwork network = conversion.network();
    Commands.oneNativeThread();
    start = System.nanoTime();
    measure(network, images.train(), 0);
    stage("right after conversion", Accuracy.percent(network, images.test(), testExamples), start);
    start = System.nanoTime();
    for (int epoch = 0; epoch < epochs; epoch++) {
      fit(network, images.train(), epoch, "retraining", epochs);
      measure(network, images.train(), epoch + 1);
      stage(
          "retrained " + (epoch + 1),
          Accuracy.percent(network, images.test(), testExamples),
          start);
    }
    ResultFiles.save(network, out.resolve("converted.zip"));
    cost(network);
    console.println(
        "Wrote "
            + out.resolve("converted.zip")
            + ", "
            + out.resolve("conversion.csv")
            + " and "
            + out.resolve("accuracy.csv"));
    return 0;
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

  private Conversion<MultiLayerNetwork> convert(
      MultiLayerNetwork source, @Nullable Synapse synapse) {
    HardwareConversion<MultiLayerNetwork> conversion = HardwareConversion.of(source).chipSeed(seed);
    if (synapse != null) {
      conversion.dense(synapse);
    }
    if (convolutions == Convolutions.TRINARY) {
      long steps = Math.max(1, (long) epochs * (examples / BATCH));
      conversion.convolution(
          Trinary.eedn(
              new Adam(new InverseSchedule(ScheduleType.ITERATION, 0.1, FALL / steps, 1))));
    }
    try {
      return conversion.convert();
    } catch (IllegalArgumentException | DL4JException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private void stage(String name, double accuracy, long start) throws IOException {
    double minutes = (System.nanoTime() - start) / 60e9;
    console.printf(
        Locale.ROOT, "%-24s test accuracy %6.2f %%  %6.2f min%n", name, accuracy, minutes);
    lines.add(String.format(Locale.ROOT, "%s,%.2f,%.3f", name, accuracy, minutes));
    ResultFiles.replace(
        out.resolve("accuracy.csv"),
        (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void cost(MultiLayerNetwork network) {
    if (Arrays.stream(network.getLayers()).noneMatch(AnalogLayer.class::isInstance)) {
      return;
    }
    ArrayCost arrays = ArrayCost.calibrated2018();
    NetworkCost cost = NetworkCost.of(arrays, network);
    console.printf(
        Locale.ROOT,
        "On arrays (%s): %.4f mm2, %.3f nJ an inference; retraining on %,d examples took %.3f mJ%n",
        arrays.name(),
        cost.squareMillimetres(),
        cost.inferenceNanojoules(),
        cost.examples(),
        cost.trainingMillijoules());
  }

  // ---- Networks ----

  private MultiLayerNetwork leNet(ImageData images) throws IOException {
    Images train = images.train();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Adam(1e-3))
                .activation(Activation.RELU)
                .list()
                .layer(new ConvolutionLayer.Builder(5, 5).padding(2, 2).nOut(16).build())
                .layer(pooling())
                .layer(new ConvolutionLayer.Builder(5, 5).padding(2, 2).nOut(32).build())
                .layer(pooling())
                .layer(new DenseLayer.Builder().nOut(128).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(train.classes())
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(
                    InputType.convolutional(train.height(), train.width(), train.channels()))
                .build());
    network.init();
    for (int epoch = 0; epoch < softwareEpochs; epoch++) {
      fit(network, train, epoch, "training a LeNet in software", softwareEpochs);
    }
    Path zip = out.resolve("software.zip");
    ResultFiles.save(network, zip);
    console.println("Trained a LeNet in software on " + images.name() + ", saved as " + zip);
    return network;
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build();
  }

  private MultiLayerNetwork restored(Path zip, Images test) throws IOException {
    if (!Files.isRegularFile(zip)) {
      throw Commands.wrong(spec, "--model " + zip + " is no file");
    }
    MultiLayerNetwork network;
    try {
      network = ModelZip.restoreMultiLayerNetwork(zip);
    } catch (IOException | RuntimeException e) {
      throw new BadDataException("--model " + zip + " is no MultiLayerNetwork: " + e.getMessage());
    }
    ImageBatches one = new ImageBatches(test, List.of(), 0);
    INDArray image = one.batch(one.order(0), 0, 1, 0).getFeatures();
    try {
      long classes = network.output(image).size(1);
      if (classes != test.classes()) {
        throw new BadDataException(
            zip + " tells " + classes + " classes apart; the images have " + test.classes());
      }
    } catch (DL4JException | IllegalArgumentException | IllegalStateException e) {
      throw new BadDataException(
          zip
              + " does not take images of "
              + Arrays.toString(image.shape())
              + ": "
              + e.getMessage());
    }
    return network;
  }

  private void fit(MultiLayerNetwork network, Images train, int epoch, String what, int of) {
    ImageBatches batches = new ImageBatches(train, List.of(), seed);
    int[] order = batches.order(epoch);
    Progress progress = new Progress(console);
    long start = System.nanoTime();
    for (int from = 0; from < examples; from += BATCH) {
      network.fit(batches.batch(order, from, from + BATCH, epoch));
      if (!Double.isFinite(network.score())) {
        progress.clear();
        throw new IllegalStateException(
            what + " diverged in epoch " + (epoch + 1) + ": the loss is " + network.score());
      }
      double seconds = (System.nanoTime() - start) * 1e-9;
      progress.show(
          what + ", epoch " + (epoch + 1) + " of " + of,
          from + BATCH,
          examples,
          seconds,
          seconds * examples / (from + BATCH) * (of - epoch - 1));
    }
    progress.clear();
  }

  /** Spiking layers alone have statistics to measure. */
  private void measure(MultiLayerNetwork network, Images train, int epoch) {
    if (Arrays.stream(network.getLayers()).noneMatch(SpikingLayer.class::isInstance)) {
      return;
    }
    ImageBatches batches = new ImageBatches(train, List.of(), seed);
    int[] order = batches.order(epoch);
    List<INDArray> some = new ArrayList<>();
    for (int from = 0; from < Math.min(examples, STATISTICS_IMAGES); from += BATCH) {
      some.add(batches.batch(order, from, from + BATCH, 0).getFeatures());
    }
    RunningStatistics.measure(network, some);
  }
}
