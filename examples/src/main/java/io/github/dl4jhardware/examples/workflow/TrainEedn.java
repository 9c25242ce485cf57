package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.console.PictureOptions;
import io.github.dl4jhardware.examples.console.Progress;
import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.examples.model.Accuracy;
import io.github.dl4jhardware.examples.model.SavedModels;
import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.host.ModelZip;
import io.github.dl4jhardware.neuromorphic.network.EednNetwork;
import io.github.dl4jhardware.neuromorphic.train.RunningStatistics;
import io.github.dl4jhardware.neuromorphic.train.SpikingMetrics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Trains a trinary spiking network on images or recordings and keeps a curve, a picture and a
 * checkpoint after every epoch. The same command goes on where the last one stopped.
 */
@Command(
    name = "train-spiking",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains a grouped trinary spiking network; goes on from its checkpoint, if there is one.")
public final class TrainEedn implements Callable<Integer> {
  private static final int TEST_BATCH = 500;
  private static final int STATISTICS_IMAGES = 3_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PictureOptions data = new PictureOptions();

  @Option(
      names = "--network",
      paramLabel = "NAME",
      description =
          "one-chip, quarter, or a notation such as \"T-12, P4-64(2), N-64, P2-60(2)\". Default: ${DEFAULT-VALUE}.")
  private String networkName = "quarter";

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Passes over the images that the learning rate is planned for. Default: ${DEFAULT-VALUE}.")
  private int epochs = 10;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "Starts no epoch that would not end within so many minutes. Default: no limit.")
  private double minutes = Double.POSITIVE_INFINITY;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images of a step. Default: ${DEFAULT-VALUE}.")
  private int batch = 50;

  @Mixin private SpikingRecipe recipe = new SpikingRecipe();

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Training images of an epoch. Default: all.")
  private int examples = Integer.MAX_VALUE;

  @Option(
      names = "--augment",
      paramLabel = "none|shift|mirror",
      description =
          "What is done to training images: shift moves them by a pixel, mirror by four and turns half of them. Default: mirror for CIFAR, else shift.")
  private @Nullable Augmentation augmentation;

  @Option(
      names = "--validation",
      description =
          "Test on a tenth of the training set, which is not trained on, to choose settings by.")
  private boolean validation;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of weights, order and augmentation. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where results and the checkpoint go, and are found again. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out", "eedn");

  private final PrintStream console;

  TrainEedn(PrintStream console) {
    this.console = console;
  }

  /**
   * Trains and ends the program: 0 after success, 1 for data or files that are not as they should
   * be, 2 for options that are not.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args, Commands.console(), System.err));
  }

  /** The same for a program: see {@link Commands#run}. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return Commands.run(new TrainEedn(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    Commands.check(spec, "--epochs", epochs, 10_000);
    Commands.check(spec, "--batch", batch, 10_000);
    recipe.check(spec);
    Commands.checkAboveZero(spec, "--minutes", minutes, Double.POSITIVE_INFINITY);
    ImageData images = validation ? heldBack(data.load(spec)) : data.load(spec);
    EednNetwork network = NamedNetwork.of(spec, networkName, images.train().classes());
    examples = Math.min(examples, images.train().count()) / batch * batch;
    if (examples < 1) {
      throw Commands.wrong(spec, "--examples must be at least one batch of " + batch);
    }
    MultiLayerConfiguration configuration = configuration(network, images.train());
    Commands.oneNativeThread();
    Commands.makeDirectory(spec, out);
    return trainInto(network, images, configuration);
  }

  private int trainInto(
      EednNetwork network, ImageData images, MultiLayerConfiguration configuration)
      throws IOException {
    Path checkpoint = out.resolve("checkpoint.zip");
    Path curve = out.resolve("curve.csv");
    String settings = settings(network, images);
    boolean resumes = Files.exists(checkpoint);
    List<CurveFile.Point> points = new ArrayList<>();
    MultiLayerNetwork model;
    if (resumes) {
      checkSettings(settings);
      model = ModelZip.restoreMultiLayerNetwork(checkpoint);
      points.addAll(CurveFile.upTo(curve, model.getEpochCount()));
    } else {
      model = new MultiLayerNetwork(configuration);
      model.init();
      WholeFile.write(out.resolve("settings.txt"), settings.getBytes(StandardCharsets.UTF_8));
    }
    InputTypeConvolutional input = input(images.train());
    console.printf(
        Locale.ROOT,
        "%s%n%,d trinary weights, %,d synaptic positions a frame, on %s, %d epochs of %,d images%n",
        network,
        network.trinaryWeights(input.getChannels()),
        network.positions(input),
        images.name(),
        epochs,
        examples);
    if (resumes) {
      console.printf("Going on after epoch %d%n", model.getEpochCount());
    }
    train(model, images, points, checkpoint, curve);
    CurveFile.picture(
        points, network.stages().size() + " layers on " + images.name(), out.resolve("curve.png"));
    report(model, images, points);
    console.println("Wrote " + curve + ", " + out.resolve("curve.png") + " and " + checkpoint);
    return 0;
  }

  /** The training images but a tenth of each class, which is tested on. */
  static ImageData heldBack(ImageData images) {
    Images train = images.train();
    int[] seen = new int[train.classes()];
    List<Integer> kept = new ArrayList<>();
    List<Integer> held = new ArrayList<>();
    for (int image = 0; image < train.count(); image++) {
      // Every tenth of each class: in folders classes follow each other.
      boolean tenth = seen[train.labels()[image]]++ % 10 == 9;
      (tenth ? held : kept).add(image);
    }
    return new ImageData(images.name() + "-validation", pick(train, kept), pick(train, held));
  }

  private static Images pick(Images images, List<Integer> which) {
    return images.pick(which.stream().mapToInt(Integer::intValue).toArray());
  }

  private Augmentation augmentation(ImageData images) {
    return augmentation == null ? Augmentation.usual(images) : augmentation;
  }

  private static InputTypeConvolutional input(Images images) {
    return (InputTypeConvolutional)
        InputType.convolutional(images.height(), images.width(), images.channels());
  }

  private MultiLayerConfiguration configuration(EednNetwork network, Images images) {
    try {
      return network.configuration(input(images), images.classes(), settings(), recipe::options);
    } catch (DL4JInvalidConfigException e) {
      throw Commands.wrong(spec, "--network \"" + networkName + "\": " + e.getMessage());
    }
  }

  private NeuralNetConfiguration.Builder settings() {
    long steps = (long) epochs * (examples / batch);
    return new NeuralNetConfiguration.Builder().seed(seed).updater(recipe.updater(epochs, steps));
  }

  private String settings(EednNetwork network, ImageData images) {
    // Runs of before do not name what they had to have.
    Augmentation own = augmentation(images);
    String others =
        own == Augmentation.usual(images) ? "" : String.format("augmentation %s%n", own);
    String format = images.train().height() + "x" + images.train().width();
    if (!format.equals("32x32")) {
      others += String.format("size %s%n", format);
    }
    others += data.fitText();
    return others
        + String.format(
            Locale.ROOT,
            "network %s%ndata %s%nepochs %d%nexamples %d%nbatch %d%n%sseed %d%n",
            network,
            images.name(),
            epochs,
            examples,
            batch,
            recipe.text(),
            seed);
  }

  private void checkSettings(String settings) throws IOException {
    Path file = out.resolve("settings.txt");
    String found =
        Files.exists(file)
            ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
            : "settings.txt is missing";
    if (!found.equals(settings)) {
      throw new BadDataException(
          out
              + " holds a run with other settings ("
              + found.strip().replace(System.lineSeparator(), "; ")
              + "); choose another --out, or these options");
    }
  }

  private void train(
      MultiLayerNetwork model,
      ImageData images,
      List<CurveFile.Point> points,
      Path checkpoint,
      Path curve)
      throws IOException {
    ImageBatches batches =
        new ImageBatches(images.train(), augmentation(images).transforms(), seed);
    SpikingMetrics metrics = new SpikingMetrics();
    model.setListeners(metrics);
    Progress progress = new Progress(console);
    double before = points.isEmpty() ? 0 : points.get(points.size() - 1).minutes();
    long start = System.nanoTime();
    double longest = 0;
    for (int epoch = model.getEpochCount(); epoch < epochs; epoch++) {
      double began = minutesSince(start);
      if (began + longest > minutes) {
        console.printf(Locale.ROOT, "Another epoch would not end within %.1f minutes%n", minutes);
        return;
      }
      int[] order = batches.order(epoch);
      double loss = 0;
      for (int from = 0; from < examples; from += batch) {
        model.fit(batches.batch(order, from, from + batch, epoch));
        loss += model.score();
        if (!Double.isFinite(loss)) {
          progress.clear();
          throw new IllegalStateException(
              "Training diverged: the loss is "
                  + model.score()
                  + " in epoch "
                  + (epoch + 1)
                  + ". Use --optimizer adam, or another --seed");
        }
        progress.show(
            "epoch " + (epoch + 1) + " of " + epochs,
            from + batch,
            examples,
            60 * (minutesSince(start) - began),
            60 * longest * (epochs - epoch - 1));
      }
      model.incrementEpochCount();
      SpikingMetrics.Means means = metrics.drain();
      RunningStatistics.measure(model, plainBatches(images.train(), order));
      double accuracy = Accuracy.percent(model, images.test(), Integer.MAX_VALUE);
      longest = Math.max(longest, minutesSince(start) - began);
      CurveFile.Point point =
          new CurveFile.Point(
              epoch + 1,
              before + minutesSince(start),
              loss * batch / examples,
              accuracy,
              means.firingRate(),
              means.flipRatio());
      points.add(point);
      CurveFile.write(points, curve);
      SavedModels.write(model, checkpoint);
      progress.clear();
      console.printf(
          Locale.ROOT,
          "epoch %3d  %7.2f min  loss %.4f  test %6.2f %%  firing rate %.3f  flips %.2e a step%n",
          point.epoch(),
          point.minutes(),
          point.trainLoss(),
          point.testAccuracyPercent(),
          point.firingRate(),
          point.flipRatio());
    }
  }

  /** Some training images as the network meets them in use: not shifted, not mirrored. */
  private List<INDArray> plainBatches(Images train, int[] order) {
    ImageBatches plain = new ImageBatches(train, List.of(), seed);
    List<INDArray> batches = new ArrayList<>();
    for (int from = 0; from < Math.min(examples, STATISTICS_IMAGES); from += batch) {
      batches.add(plain.batch(order, from, from + batch, 0).getFeatures());
    }
    return batches;
  }

  private static double minutesSince(long start) {
    return (System.nanoTime() - start) / 60e9;
  }

  /** The best accuracy, and whether what was tested was trinary and spiking to the last bit. */
  private void report(MultiLayerNetwork model, ImageData images, List<CurveFile.Point> points) {
    double best =
        points.stream().mapToDouble(CurveFile.Point::testAccuracyPercent).max().orElse(Double.NaN);
    ImageBatches batches = new ImageBatches(images.test(), List.of(), 0);
    int count = Math.min(TEST_BATCH, images.test().count());
    SpikeAudit found =
        SpikeAudit.of(model, batches.batch(batches.order(0), 0, count, 0).getFeatures());
    console.printf(
        Locale.ROOT,
        "Best test accuracy %.2f %%. Of %,d weights %,d are not -1, 0 or 1; of %,d activations (%d test images) %,d are not 0 or 1%n",
        best,
        found.weights(),
        found.oddWeights(),
        found.activations(),
        count,
        found.gradedActivations());
  }
}
