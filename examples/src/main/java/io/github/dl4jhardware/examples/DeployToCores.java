package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.neuromorphic.core.CoreEnergy;
import io.github.dl4jhardware.neuromorphic.core.CoreMapping;
import io.github.dl4jhardware.neuromorphic.core.Placement;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import io.github.dl4jhardware.neuromorphic.deploy.CoreNetwork;
import io.github.dl4jhardware.neuromorphic.deploy.IntegerNetwork;
import io.github.dl4jhardware.neuromorphic.deploy.PackedNetwork;
import io.github.dl4jhardware.neuromorphic.deploy.SpikeFrames;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.github.dl4jhardware.neuromorphic.network.EednNetwork;
import io.github.dl4jhardware.neuromorphic.network.EednNetworks;
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
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Takes a trained spiking network to cores: the mapping, the accuracy of its four forms and whether
 * they agree on every neuron, speed and energy; writes the program, the mapping and a picture of
 * the chip.
 */
@Command(
    name = "DeployToCores",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Compiles a spiking network, maps it to 256x256 cores, and compares layer, integers, packed bits and simulated cores.")
public final class DeployToCores implements Callable<Integer> {
  private static final int BATCH = 50;
  private static final double RATE = 0.03;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private PictureOptions data = new PictureOptions();

  @Option(
      names = "--model",
      paramLabel = "ZIP",
      description =
          "A saved MultiLayerNetwork, as TrainEedn leaves it. Default: trains one briefly.")
  private @Nullable Path model;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      description =
          "What to train, or to map: one-chip, quarter, or a notation. Default: ${DEFAULT-VALUE}.")
  private String networkName = "quarter";

  @Option(names = "--map-only", description = "Prints the network's mapping and ends.")
  private boolean mapOnly;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Training images, where there is no model. Default: ${DEFAULT-VALUE}.")
  private int examples = 5_000;

  @Option(
      names = "--frames",
      paramLabel = "N",
      description = "Test images on cores and as plain integers. Default: ${DEFAULT-VALUE}.")
  private int frames = 200;

  @Option(
      names = "--frames-per-second",
      paramLabel = "N",
      description = "Ticks a second that energy is told for. Default: ${DEFAULT-VALUE}.")
  private double framesPerSecond = 1000;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out", "cores");

  private final PrintStream console;

  DeployToCores(PrintStream console) {
    this.console = console;
  }

  /**
   * Deploys and ends the program: 0 after success, 1 for data or files that are not as they should
   * be or forms that do not agree, 2 for options that are not.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    return Commands.run(new DeployToCores(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    Commands.check(spec, "--frames", frames, 100_000);
    Commands.check(spec, "--examples", examples, 10_000_000);
    Commands.checkAboveZero(spec, "--frames-per-second", framesPerSecond, 1e6);
    Commands.oneNativeThread();
    if (mapOnly) {
      InputTypeConvolutional input = (InputTypeConvolutional) InputType.convolutional(32, 32, 3);
      console.print(mapping(SpikingProgram.compile(untrained(input), input)).table());
      return 0;
    }
    ImageData images = data.load();
    InputTypeConvolutional input =
        (InputTypeConvolutional)
            InputType.convolutional(
                images.train().height(), images.train().width(), images.train().channels());
    MultiLayerNetwork network = model == null ? trained(images, input) : restored(model);
    SpikingProgram program = compile(network, input);
    Commands.makeDirectory(spec, out);
    program.write(out.resolve("network.spk"));
    CoreMapping mapping = mapping(program);
    ResultFiles.replace(out.resolve("mapping.csv"), mapping.csv().getBytes(StandardCharsets.UTF_8));
    ChipPicture.draw(Placement.of(program.layers()), out.resolve("chip.png"));
    console.println(mapping.table());
    boolean agree = compare(network, program, images.test());
    console.println(
        "Wrote "
            + out.resolve("network.spk")
            + ", "
            + out.resolve("mapping.csv")
            + ", "
            + out.resolve("forms.csv")
            + " and "
            + out.resolve("chip.png"));
    return agree ? 0 : 1;
  }

  private EednNetwork network() {
    try {
      return switch (networkName) {
        case "one-chip" -> EednNetworks.oneChip(10);
        case "quarter" -> EednNetworks.quarter(10);
        default -> EednNetwork.parse(networkName);
      };
    } catch (IllegalArgumentException e) {
      throw Commands.wrong(spec, "--network \"" + networkName + "\": " + e.getMessage());
    }
  }

  private MultiLayerNetwork untrained(InputTypeConvolutional input) {
    try {
      MultiLayerNetwork network =
          new MultiLayerNetwork(
              network()
                  .configuration(
                      input,
                      10,
                      new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(RATE)),
                      options -> options));
      network.init();
      return network;
    } catch (org.deeplearning4j.exception.DL4JInvalidConfigException e) {
      throw Commands.wrong(spec, "--network \"" + networkName + "\": " + e.getMessage());
    }
  }

  private MultiLayerNetwork trained(ImageData images, InputTypeConvolutional input) {
    MultiLayerNetwork network = untrained(input);
    ImageBatches batches = new ImageBatches(images.train(), List.of(), 1);
    int[] order = batches.order(0);
    int count = Math.max(BATCH, Math.min(examples, order.length) / BATCH * BATCH);
    Progress progress = new Progress(console);
    long start = System.nanoTime();
    List<INDArray> last = new ArrayList<>();
    for (int from = 0; from < count; from += BATCH) {
      network.fit(batches.batch(order, from, from + BATCH, 0));
      if (count - from <= 40 * BATCH) {
        last.add(batches.batch(order, from, from + BATCH, 0).getFeatures());
      }
      progress.show(
          "training " + networkName, from + BATCH, count, (System.nanoTime() - start) * 1e-9, 0);
    }
    progress.clear();
    RunningStatistics.measure(network, last);
    console.printf(
        Locale.ROOT, "Trained %s on %,d images of %s%n", networkName, count, images.name());
    return network;
  }

  private MultiLayerNetwork restored(Path zip) throws IOException {
    if (!Files.isRegularFile(zip)) {
      throw Commands.wrong(spec, "--model " + zip + " is no file");
    }
    return ModelSerializer.restoreMultiLayerNetwork(zip.toFile(), false);
  }

  private static SpikingProgram compile(MultiLayerNetwork network, InputType input) {
    try {
      return SpikingProgram.compile(network, input);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private static CoreMapping mapping(SpikingProgram program) {
    return CoreMapping.of(program.layers().stream().map(TrinaryLayer::shape).toList());
  }

  // ---- The four forms ----

  private boolean compare(MultiLayerNetwork network, SpikingProgram program, Images test)
      throws IOException {
    ImageBatches batches = new ImageBatches(test, List.of(), 0);
    int[] order = batches.order(0);
    float[][] all = new float[order.length][];
    int[] labels = new int[order.length];
    int[] byLayers = new int[order.length];
    long layerNanos = 0;
    for (int from = 0; from < order.length; from += BATCH) {
      int to = Math.min(order.length, from + BATCH);
      org.nd4j.linalg.dataset.DataSet batch = batches.batch(order, from, to, 0);
      float[][] rows =
          batch.getFeatures().dup('c').reshape(new long[] {to - from, -1}).toFloatMatrix();
      System.arraycopy(rows, 0, all, from, rows.length);
      int[] truth = batch.getLabels().argMax(1).castTo(DataType.INT32).toIntVector();
      System.arraycopy(truth, 0, labels, from, truth.length);
      long start = System.nanoTime();
      int[] own =
          network.output(batch.getFeatures()).argMax(1).castTo(DataType.INT32).toIntVector();
      layerNanos += System.nanoTime() - start;
      System.arraycopy(own, 0, byLayers, from, own.length);
    }
    PackedNetwork packed = program.packed();
    packed.classes(Arrays.copyOf(all, Math.min(all.length, 1000)));
    long start = System.nanoTime();
    int[] byPacked = packed.classes(all);
    double packedSeconds = (System.nanoTime() - start) * 1e-9;

    float[][] some = Arrays.copyOf(all, Math.min(frames, all.length));
    List<SpikeFrames> bits = packed.trace(some);
    start = System.nanoTime();
    List<SpikeFrames> integers = new IntegerNetwork(program).trace(bits.get(0));
    double integerSeconds = (System.nanoTime() - start) * 1e-9;
    CoreNetwork.Run run = new CoreNetwork(program).run(bits.get(0));

    String difference = "";
    for (int layer = 0; layer < integers.size() && difference.isEmpty(); layer++) {
      String name = program.layers().get(layer).shape().name();
      difference =
          difference("integers and packed, " + name, integers.get(layer), bits.get(layer + 1));
      if (difference.isEmpty()) {
        difference =
            difference("integers and cores, " + name, integers.get(layer), run.spikes().get(layer));
      }
    }
    difference = difference.isEmpty() ? layers(network, some, test, bits) : difference;

    List<String> lines = new ArrayList<>();
    lines.add("form,frames,test_accuracy_percent,frames_per_second");
    row(
        lines,
        "DL4J layers",
        order.length,
        percent(byLayers, labels),
        order.length / (layerNanos * 1e-9));
    row(
        lines,
        "integers",
        some.length,
        percent(classes(program, integers), labels),
        some.length / integerSeconds);
    row(
        lines,
        "packed bits",
        order.length,
        percent(byPacked, labels),
        order.length / packedSeconds);
    row(
        lines,
        "simulated cores",
        some.length,
        percent(classes(program, run.spikes()), labels),
        run.ticks() / run.seconds());
    ResultFiles.replace(
        out.resolve("forms.csv"),
        (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    boolean sameClasses = percent(byPacked, byLayers) == 100;
    console.println(
        difference.isEmpty()
            ? String.format(
                Locale.ROOT,
                "All four forms agree on every neuron for %,d frames; layers and packed bits %s for all %,d",
                some.length,
                sameClasses ? "on every class" : "NOT on every class",
                order.length)
            : "The forms DIFFER first at " + difference);
    energy(run, mapping(program));
    return difference.isEmpty() && sameClasses;
  }

  private void row(List<String> lines, String form, int count, double accuracy, double rate) {
    console.printf(
        Locale.ROOT,
        "  %-16s %6d frames  %6.2f %%  %,10.0f frames/s%n",
        form,
        count,
        accuracy,
        rate);
    lines.add(String.format(Locale.ROOT, "%s,%d,%.2f,%.1f", form, count, accuracy, rate));
  }

  /** The layers' spikes against the packed ones, batch by batch. */
  private static String layers(
      MultiLayerNetwork network, float[][] some, Images test, List<SpikeFrames> bits) {
    for (int from = 0; from < some.length; from += BATCH) {
      int to = Math.min(some.length, from + BATCH);
      INDArray batch =
          org.nd4j.linalg.factory.Nd4j.createFromArray(Arrays.copyOfRange(some, from, to))
              .reshape(new long[] {to - from, test.channels(), test.height(), test.width()});
      List<INDArray> activations = network.feedForward(batch, false);
      // The last two are the last layer's spikes and the classes; the input stands first.
      int skip = activations.size() - 1 - bits.size();
      for (int layer = 0; layer < bits.size(); layer++) {
        float[] values = activations.get(layer + skip).dup('c').reshape(-1).toFloatVector();
        SpikeFrames own = bits.get(layer);
        int perFrame = own.features() * own.positions();
        for (int i = 0; i < values.length; i++) {
          int neuron = i % perFrame;
          boolean fired =
              own.get(from + i / perFrame, neuron / own.positions(), neuron % own.positions());
          if (values[i] != (fired ? 1 : 0)) {
            return "layers and packed, spikes "
                + layer
                + ", frame "
                + (from + i / perFrame)
                + ", neuron "
                + neuron;
          }
        }
      }
    }
    return "";
  }

  private static String difference(String what, SpikeFrames one, SpikeFrames other) {
    String first = one.difference(other);
    return first.isEmpty() ? "" : what + ", " + first;
  }

  private static int[] classes(SpikingProgram program, List<SpikeFrames> spikes) {
    SpikeFrames last = spikes.get(spikes.size() - 1);
    int[] best = new int[last.frames()];
    for (int frame = 0; frame < best.length; frame++) {
      double[] scores = new double[program.classes()];
      int[] population = new int[program.classes()];
      for (int feature = 0; feature < last.features(); feature++) {
        for (int position = 0; position < last.positions(); position++) {
          scores[feature % scores.length] += last.get(frame, feature, position) ? 1 : 0;
          population[feature % scores.length]++;
        }
      }
      for (int own = 0; own < scores.length; own++) {
        scores[own] /= population[own];
        best[frame] = scores[own] > scores[best[frame]] ? own : best[frame];
      }
    }
    return best;
  }

  private static double percent(int[] found, int[] wanted) {
    int right = 0;
    for (int i = 0; i < found.length; i++) {
      right += found[i] == wanted[i] ? 1 : 0;
    }
    return 100.0 * right / found.length;
  }

  private void energy(CoreNetwork.Run run, CoreMapping mapping) {
    console.printf(
        Locale.ROOT,
        "A frame: %,.0f spikes, %,.0f synaptic events, %,.0f hops (splitters and copies included)%n",
        run.spikesPerFrame(),
        run.synapticEventsPerFrame(),
        run.hopsPerFrame());
    for (CoreEnergy energy : List.of(CoreEnergy.AVERAGE, CoreEnergy.MARGINAL_AND_STATIC)) {
      double events = run.synapticEventsPerFrame();
      console.printf(
          Locale.ROOT,
          "  at %,.0f frames/s, %s constants of %.3f V: %.1f mW, %.1f uJ a frame, %,.0f frames/s/W%n",
          framesPerSecond,
          energy.name(),
          energy.volts(),
          energy.milliwatts(events, framesPerSecond, mapping.chips()),
          energy.microjoulesPerFrame(events, framesPerSecond, mapping.chips()),
          energy.framesPerSecondPerWatt(events, framesPerSecond, mapping.chips()));
    }
  }
}
