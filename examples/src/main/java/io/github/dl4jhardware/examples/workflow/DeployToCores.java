package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.console.PictureOptions;
import io.github.dl4jhardware.examples.console.Progress;
import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.data.Images;
import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.host.ModelZip;
import io.github.dl4jhardware.neuromorphic.core.CoreAdvice;
import io.github.dl4jhardware.neuromorphic.core.CoreEnergy;
import io.github.dl4jhardware.neuromorphic.core.CoreMapping;
import io.github.dl4jhardware.neuromorphic.core.Placement;
import io.github.dl4jhardware.neuromorphic.core.PublishedRun;
import io.github.dl4jhardware.neuromorphic.core.SpikeFrames;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import io.github.dl4jhardware.neuromorphic.deploy.CoreNetwork;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.github.dl4jhardware.neuromorphic.exchange.NirFile;
import io.github.dl4jhardware.neuromorphic.exchange.RancFiles;
import io.github.dl4jhardware.neuromorphic.exchange.SpkFile;
import io.github.dl4jhardware.neuromorphic.train.RunningStatistics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
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
    name = "deploy",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Compiles a spiking network, maps it to 256x256 cores, and compares layer, integers, packed bits and simulated cores.")
public final class DeployToCores implements Callable<Integer> {
  private static final int BATCH = 50;
  private static final double RATE = 0.03;
  private static final int EXPORTED_FRAMES = 50;

  enum Export {
    NIR,
    RANC
  }

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
      names = "--volts",
      paramLabel = "V",
      description =
          "Supply to which the constants of 0.8 V are scaled, with V^2 and V^3 of the static power. Default: ${DEFAULT-VALUE}, as the published networks had.")
  private double volts = PublishedRun.VOLTS;

  @Option(
      names = "--export",
      split = ",",
      paramLabel = "FORMAT",
      description =
          "nir, ranc or both: the network, or the cores, for other programs, with 50 frames. Default: none.")
  private Set<Export> exports = EnumSet.noneOf(Export.class);

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
    System.exit(run(args, Commands.console(), System.err));
  }

  /** The same for a program: see {@link Commands#run}. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return Commands.run(new DeployToCores(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    Commands.check(spec, "--frames", frames, 100_000);
    Commands.check(spec, "--examples", examples, 10_000_000);
    Commands.checkAboveZero(spec, "--frames-per-second", framesPerSecond, 1e6);
    Commands.oneNativeThread();
    if (mapOnly) {
      int[] size = data.size(spec);
      InputTypeConvolutional input =
          (InputTypeConvolutional) InputType.convolutional(size[0], size[1], 3);
      CoreMapping mapping = mapping(SpikingProgram.compile(untrained(input, 10), input));
      console.print(mapping.table() + CoreAdvice.text(mapping));
      return 0;
    }
    ImageData images = data.load(spec);
    InputTypeConvolutional input =
        (InputTypeConvolutional)
            InputType.convolutional(
                images.train().height(), images.train().width(), images.train().channels());
    MultiLayerNetwork network = model == null ? trained(images, input) : restored(model);
    SpikingProgram program = compile(network, input);
    if (program.classes() != images.train().classes()) {
      throw new BadDataException(
          (model == null ? "The network" : model)
              + " has "
              + program.classes()
              + " classes, but "
              + images.name()
              + " has "
              + images.train().classes()
              + ": name what it was trained on with --data and --data-dir");
    }
    Commands.makeDirectory(spec, out);
    SpkFile.write(program, out.resolve("network.spk"));
    CoreMapping mapping = mapping(program);
    WholeFile.write(out.resolve("mapping.csv"), mapping.csv().getBytes(StandardCharsets.UTF_8));
    ChipPicture.draw(Placement.of(program.layers()), out.resolve("chip.png"));
    console.println(mapping.table() + CoreAdvice.text(mapping));
    boolean agree = compare(network, program, images.test());
    export(program, images.test());
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

  private MultiLayerNetwork untrained(InputTypeConvolutional input, int classes) {
    try {
      MultiLayerNetwork network =
          new MultiLayerNetwork(
              NamedNetwork.of(spec, networkName, classes)
                  .configuration(
                      input,
                      classes,
                      new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(RATE)),
                      options -> options));
      network.init();
      return network;
    } catch (org.deeplearning4j.exception.DL4JInvalidConfigException e) {
      throw Commands.wrong(spec, "--network \"" + networkName + "\": " + e.getMessage());
    }
  }

  private MultiLayerNetwork trained(ImageData images, InputTypeConvolutional input) {
    MultiLayerNetwork network = untrained(input, images.train().classes());
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
    return ModelZip.restoreMultiLayerNetwork(zip);
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

  private boolean compare(MultiLayerNetwork network, SpikingProgram program, Images test)
      throws IOException {
    FormsComparison forms =
        FormsComparison.of(network, program, test, frames, new Progress(console));
    for (FormsComparison.Form form : forms.forms()) {
      console.printf(
          Locale.ROOT,
          "  %-16s %6d frames  %6.2f %%  %,10.0f frames/s%n",
          form.name(),
          form.frames(),
          form.accuracyPercent(),
          form.framesPerSecond());
    }
    WholeFile.write(out.resolve("forms.csv"), forms.csv().getBytes(StandardCharsets.UTF_8));
    console.println(forms.verdict());
    energy(forms.run(), mapping(program));
    return forms.agree();
  }

  private void export(SpikingProgram program, Images test) throws IOException {
    if (exports.isEmpty()) {
      return;
    }
    ImageBatches batches = new ImageBatches(test, List.of(), 0);
    int count = Math.min(EXPORTED_FRAMES, test.count());
    INDArray features = batches.batch(batches.order(0), 0, count, 0).getFeatures();
    float[][] some = features.dup('c').reshape(new long[] {count, -1}).toFloatMatrix();
    List<SpikeFrames> spikes = program.packed().trace(some);
    if (exports.contains(Export.NIR)) {
      NirFile.write(program, out.resolve("network.nir"));
      table("frames.csv", count, some[0].length, (row, i) -> Float.toString(some[row][i]));
      SpikeFrames last = spikes.get(spikes.size() - 1);
      table(
          "last_spikes.csv",
          count,
          last.features() * last.positions(),
          (row, i) -> last.get(row, i / last.positions(), i % last.positions()) ? "1" : "0");
      console.println("Wrote " + out.resolve("network.nir") + ", frames.csv and last_spikes.csv");
    }
    if (exports.contains(Export.RANC)) {
      RancFiles.write(Placement.of(program.layers()), spikes.get(0), out);
      console.println("Wrote " + out.resolve("input.json") + " and config.json for RANC");
    }
  }

  private interface Cell {
    String of(int row, int column);
  }

  private void table(String name, int rows, int columns, Cell cell) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        text.append(column == 0 ? "" : ",").append(cell.of(row, column));
      }
      text.append('\n');
    }
    WholeFile.write(out.resolve(name), text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void energy(CoreNetwork.Run run, CoreMapping mapping) {
    console.printf(
        Locale.ROOT,
        "A frame: %,.0f spikes, %,.0f synaptic events, %,.0f hops (splitters and copies included)%n",
        run.spikesPerFrame(),
        run.synapticEventsPerFrame(),
        run.hopsPerFrame());
    double events = run.synapticEventsPerFrame();
    List<CoreEnergy> constants =
        List.of(
            CoreEnergy.AVERAGE,
            CoreEnergy.MARGINAL_AND_STATIC,
            CoreEnergy.MARGINAL_AND_STATIC.atVolts(volts, 2),
            CoreEnergy.MARGINAL_AND_STATIC.atVolts(volts, 3));
    energy(constants, events, framesPerSecond, mapping);
    for (PublishedRun published : PublishedRun.withCores(mapping.cores())) {
      console.printf(
          Locale.ROOT,
          "Published for %s, measured on a chip of %,d cores at %.1f V: %,.0f frames/s, %.1f mW, %,.1f frames/s/W; this network at that rate:%n",
          published.data(),
          published.cores(),
          PublishedRun.VOLTS,
          published.framesPerSecond(),
          published.milliwatts(),
          1000 * published.framesPerSecond() / published.milliwatts());
      energy(
          List.of(
              CoreEnergy.AVERAGE,
              CoreEnergy.MARGINAL_AND_STATIC.atVolts(PublishedRun.VOLTS, 2),
              CoreEnergy.MARGINAL_AND_STATIC.atVolts(PublishedRun.VOLTS, 3)),
          events,
          published.framesPerSecond(),
          mapping);
    }
  }

  private void energy(List<CoreEnergy> constants, double events, double rate, CoreMapping mapping) {
    for (CoreEnergy energy : constants) {
      console.printf(
          Locale.ROOT,
          "  at %,.0f frames/s, %.1f mW, %.1f uJ a frame, %,.0f frames/s/W: %s%n",
          rate,
          energy.milliwatts(events, rate, mapping.chips()),
          energy.microjoulesPerFrame(events, rate, mapping.chips()),
          energy.framesPerSecondPerWatt(events, rate, mapping.chips()),
          energy.basis());
    }
  }
}
