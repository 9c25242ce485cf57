package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.convert.EdgeCalibration;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.inference.Drift;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.convert.NormalisationStatistics;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.host.Wrappers;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A whole public ResNet for CIFAR-10 on arrays: as it came, right after programming, after a day
 * and a year, with converters, before and after retraining with its source as teacher.
 */
@Command(
    name = "resnet",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Accuracy of a Keras ResNet for CIFAR-10 with all its weights on arrays, from a second to a year after programming.")
public final class ResNetStudy implements Callable<Integer> {
  private static final double[] SECONDS = {1, 86_400, 3.15e7};

  /** Training images by which ranges of converters are set. */
  private static final int CALIBRATION = 256;

  /** Images of a batch by which statistics of normalisation are set anew. */
  private static final int STATISTICS_BATCH = 100;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--model",
      paramLabel = "H5",
      description =
          "A ResNet that takes 32x32x3, channels last, less the mean image, divided by 255. Default: models/resnet14v1_cifar10.h5 in $HARDWARE_DATA.")
  private @Nullable Path model;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Where CIFAR-10's binary files lie, or a folder cifar-10-batches-bin. Default: $HARDWARE_DATA, then DL4J's own data folder.")
  private @Nullable Path directory;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes of retraining; 0 for none. Default: ${DEFAULT-VALUE}.")
  private int epochs = 4;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Training images of a pass. Default: ${DEFAULT-VALUE}.")
  private int examples = 48_000;

  @Option(
      names = "--validation-examples",
      paramLabel = "N",
      description =
          "Test images, the last in a fixed order, that choose the epoch and that no result is of: the public networks have seen all training images. Default: ${DEFAULT-VALUE}.")
  private int validationExamples = 2_000;

  @Option(
      names = "--statistics-examples",
      paramLabel = "N",
      description =
          "Training images by which statistics of normalisation are set anew. Default: ${DEFAULT-VALUE}.")
  private int statisticsExamples = 1_000;

  @Option(
      names = "--validation-chips",
      paramLabel = "N",
      description =
          "Chips whose mean chooses the epoch; no result is of them. Default: ${DEFAULT-VALUE}.")
  private int validationChips = 3;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "Learning rate of retraining's first step, Adam, falling to 0 linearly. Default: ${DEFAULT-VALUE}.")
  private double rate = 3e-4;

  @Option(
      names = "--clip",
      paramLabel = "N",
      description =
          "Weights are clipped to N times the root mean square of their column in retraining; 0 for no clipping. Default: ${DEFAULT-VALUE}.")
  private double clip = 2.5;

  @Option(
      names = "--chips",
      paramLabel = "N",
      description = "Chips that are programmed. Default: ${DEFAULT-VALUE}.")
  private int chips = 3;

  @Option(
      names = "--bits",
      paramLabel = "N",
      description = "Resolution of converters; 0 is exact. Default: ${DEFAULT-VALUE}.")
  private int bits = 8;

  @Option(
      names = "--test-examples",
      paramLabel = "N",
      description = "Test images, the first in a fixed order. Default: all that do not choose.")
  private int testExamples = Integer.MAX_VALUE;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go, and are gone on with. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out", "resnet");

  private final PrintStream console;
  private String name = "";
  private double onArraysPercent;
  private int[] tested = {};
  private List<ResNetPoint> points = List.of();

  @SuppressWarnings("NullAway.Init") // Read before anything is tested.
  private ResNetImages seen;

  @SuppressWarnings("NullAway.Init") // Likewise.
  private INDArray calibration;

  @SuppressWarnings("NullAway.Init") // Likewise.
  private NormalisationStatistics statistics;

  ResNetStudy(PrintStream console) {
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
    return Commands.run(new ResNetStudy(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    if (epochs < 0 || epochs > 10_000) {
      throw Commands.wrong(spec, "--epochs must be 0…10000, but is " + epochs);
    }
    Commands.check(spec, "--chips", chips, 1000);
    Commands.check(spec, "--examples", examples, Integer.MAX_VALUE);
    Commands.check(spec, "--validation-examples", validationExamples, 5_000);
    Commands.check(spec, "--statistics-examples", statisticsExamples, 50_000);
    Commands.check(spec, "--validation-chips", validationChips, 1000);
    Commands.check(spec, "--test-examples", testExamples, Integer.MAX_VALUE);
    Commands.checkAboveZero(spec, "--rate", rate, 1);
    if (!(clip >= 0 && clip < Double.POSITIVE_INFINITY)) {
      throw Commands.wrong(spec, "--clip must be a number of at least 0, but is " + clip);
    }
    if (bits != 0 && (bits < 2 || bits > 24)) {
      throw Commands.wrong(spec, "--bits must be 0 or 2…24, but is " + bits);
    }
    Path file = ResNetSource.model(model);
    name = ResNetSource.name(file);
    ImageData images = ResNetSource.images(directory);
    examples =
        Math.min(examples, images.train().count())
            / ResNetRetraining.BATCH
            * ResNetRetraining.BATCH;
    int[] testOrder = ResNetImages.order(images.test());
    testExamples = Math.min(testExamples, testOrder.length - validationExamples);
    tested = Arrays.copyOf(testOrder, testExamples);
    int[] validation =
        Arrays.copyOfRange(testOrder, testOrder.length - validationExamples, testOrder.length);
    Commands.oneNativeThread();
    ComputationGraph source = ResNetSource.network(file);
    seen = new ResNetImages(images.train(), console);
    calibration = seen.first(images.train(), CALIBRATION);
    statistics =
        NormalisationStatistics.by(
            seen.batches(images.train(), statisticsExamples, STATISTICS_BATCH)
                .toArray(INDArray[]::new));
    Commands.makeDirectory(spec, out);
    checkSettings();
    points = ResNetPoint.read(out.resolve("resnet.csv"));
    ComputationGraph ideal = onArrays(source, Synapses.ideal(), ArrayEdges.IDEAL, 0);
    onArraysPercent = onArraysPercent(ideal);
    console.printf(
        Locale.ROOT,
        "%s on cifar10, %.2f %% of its weights on arrays, %d chip(s), converters of %d bits, %,d test images%n",
        name,
        onArraysPercent,
        chips,
        bits,
        testExamples);
    record("software", 0, Correction.NONE, 0, images.test(), () -> source);
    InferenceSynapse pcm = synapse();
    targets("pcm-inference", source, pcm, images.test());
    for (long chip = 1; chip <= chips; chip++) {
      long seed = chip;
      for (Correction correction : new Correction[] {Correction.NONE, Correction.STATISTICS}) {
        record(
            "pcm-capacitor-2018",
            0,
            correction,
            chip,
            images.test(),
            () -> calibrated(onArrays(source, Synapses.pcmCapacitor2018(), edges(), seed)));
      }
    }
    if (epochs > 0) {
      ComputationGraph trained =
          new ResNetRetraining(
                  out,
                  seen,
                  console,
                  epochs,
                  examples,
                  rate,
                  new ResNetValidation(
                      seen, images.test(), validation, validationChips, statistics))
              .of(ideal, clip == 0 ? pcm : pcm.withClipDeviations(clip), images.train());
      ComputationGraph plain =
          HardwareConversion.of(trained).with(Analog.toSoftware()).convert().network();
      record("retrained, software", 0, Correction.NONE, 0, images.test(), () -> plain);
      targets("retrained, pcm-inference", plain, pcm, images.test());
    }
    ResNetPoint.picture(
        points.stream().filter(point -> point.testImages() == testExamples).toList(),
        out.resolve("resnet.png"));
    console.println("Wrote " + out.resolve("resnet.csv") + " and " + out.resolve("resnet.png"));
    return 0;
  }

  /** Each column fills the range of its devices. */
  private static InferenceSynapse synapse() {
    return Synapses.pcmInference().withColumnScales().withClipDeviations(Double.POSITIVE_INFINITY);
  }

  /** Ranges of converters by the first training images. */
  private ComputationGraph calibrated(ComputationGraph network) {
    return bits == 0 ? network : EdgeCalibration.by(calibration).of(network);
  }

  private ArrayEdges edges() {
    return bits == 0 ? ArrayEdges.IDEAL : ArrayEdges.forward(ReadPath.converters(bits, bits));
  }

  // ---- On arrays ----

  static ComputationGraph onArrays(
      ComputationGraph source, Synapse synapse, ArrayEdges edges, long chip) {
    return HardwareConversion.of(source)
        .all(Analog.on(synapse).edges(edges).chipSeed(chip))
        .convert()
        .network();
  }

  /** Of convolution and dense weights; normalisation and its like stay digital. */
  private static double onArraysPercent(ComputationGraph network) {
    long all = 0;
    long onArrays = 0;
    for (Layer each : network.getLayers()) {
      Layer layer = Wrappers.inside(each);
      if (layer.conf().getLayer() instanceof BatchNormalization || layer.numParams() == 0) {
        continue;
      }
      long weights = layer.getParam("W").length();
      all += weights;
      onArrays += layer instanceof AnalogLayer ? weights : 0;
    }
    return 100.0 * onArrays / all;
  }

  private void targets(String target, ComputationGraph source, Synapse synapse, Images test)
      throws IOException {
    ComputationGraph network = calibrated(onArrays(source, synapse, edges(), 0));
    for (long chip = 1; chip <= chips; chip++) {
      Drift<ComputationGraph> drift = Drift.of(network, chip);
      for (double seconds : SECONDS) {
        for (Correction correction : Correction.values()) {
          record(
              target,
              seconds,
              correction,
              chip,
              test,
              () -> drift.after(seconds, correction.drift()));
        }
      }
    }
  }

  /** Makes a network when it is needed. */
  private interface Source {
    ComputationGraph network();
  }

  private void record(
      String target, double seconds, Correction correction, long chip, Images test, Source source)
      throws IOException {
    ResNetPoint question =
        new ResNetPoint(name, target, seconds, correction, chip, testExamples, 0, onArraysPercent);
    ResNetPoint found = points.stream().filter(question::asks).findFirst().orElse(null);
    boolean recorded = found != null;
    if (found == null) {
      ComputationGraph network = source.network();
      if (correction == Correction.STATISTICS) {
        statistics.renew(network);
      }
      double accuracy = seen.accuracyPercent(network, test, tested);
      found =
          new ResNetPoint(
              name, target, seconds, correction, chip, testExamples, accuracy, onArraysPercent);
      points.add(found);
      ResNetPoint.write(points, out.resolve("resnet.csv"));
    }
    console.printf(
        Locale.ROOT,
        "  %-26s chip %d %12s  %-10s  %6.2f %%%s%n",
        target,
        chip,
        seconds == 0 ? "" : DriftFiles.time(seconds),
        correction.label(),
        found.testAccuracyPercent(),
        recorded ? "   (recorded)" : "");
  }

  private void checkSettings() throws IOException {
    Path file = out.resolve("settings.txt");
    String settings =
        String.format(
            Locale.ROOT,
            "model %s%nepochs %d%nexamples %d%nvalidation by %d test images%nrate %s%nclip %s%nbits %d, ranges by %d images%nvalidation chips %d%nstatistics by %d images%n",
            name,
            epochs,
            examples,
            validationExamples,
            rate,
            clip,
            bits,
            CALIBRATION,
            validationChips,
            statisticsExamples);
    if (!Files.exists(file)) {
      WholeFile.write(file, settings.getBytes(StandardCharsets.UTF_8));
      return;
    }
    String found = Files.readString(file);
    if (!found.equals(settings)) {
      throw new BadDataException(
          out
              + " holds a run with other settings ("
              + found.strip().replace(System.lineSeparator(), "; ")
              + "); choose another --out, or these options");
    }
  }
}
