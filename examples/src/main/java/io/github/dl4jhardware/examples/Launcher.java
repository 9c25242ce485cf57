package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.examples.benchmark.Benchmarks;
import io.github.dl4jhardware.examples.benchmark.ConvolutionBenchmark;
import io.github.dl4jhardware.examples.benchmark.EednBenchmark;
import io.github.dl4jhardware.examples.benchmark.FeatureLayerBenchmark;
import io.github.dl4jhardware.examples.benchmark.GrowthBenchmark;
import io.github.dl4jhardware.examples.benchmark.PackedBenchmark;
import io.github.dl4jhardware.examples.benchmark.ProgrammingBenchmark;
import io.github.dl4jhardware.examples.benchmark.TrainingBenchmark;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.quickstart.ConvertInTenLines;
import io.github.dl4jhardware.examples.quickstart.FirstAnalogLayer;
import io.github.dl4jhardware.examples.quickstart.FirstSpikingNetwork;
import io.github.dl4jhardware.examples.study.DevicePlots;
import io.github.dl4jhardware.examples.study.DriftStudy;
import io.github.dl4jhardware.examples.study.DumpDevices;
import io.github.dl4jhardware.examples.study.EquivalentAccuracy;
import io.github.dl4jhardware.examples.study.InSituStudy;
import io.github.dl4jhardware.examples.study.PolarityInversionStudy;
import io.github.dl4jhardware.examples.study.PulseStudy;
import io.github.dl4jhardware.examples.study.ResNetStudy;
import io.github.dl4jhardware.examples.study.SequenceStudy;
import io.github.dl4jhardware.examples.study.TransferStudy;
import io.github.dl4jhardware.examples.workflow.CompareHardware;
import io.github.dl4jhardware.examples.workflow.ConvertYourModel;
import io.github.dl4jhardware.examples.workflow.DeployToCores;
import io.github.dl4jhardware.examples.workflow.FitDevice;
import io.github.dl4jhardware.examples.workflow.SearchHardware;
import io.github.dl4jhardware.examples.workflow.TrainEedn;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Starts every example: {@code mvn -q -Prun -Dargs="compare --data mnist"}, or by its class, {@code
 * mvn -q -Prun -Dmain=CompareHardware -Dargs="--data mnist"}. Without either it compares.
 */
public final class Launcher {
  /** Set by {@code -Dmain=}. */
  private static final String MAIN = "dl4jhardware.main";

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry(
              "first-layer",
              "How do I train my first analogue layer?",
              FirstAnalogLayer.class,
              plain(FirstAnalogLayer::main)),
          new Entry(
              "first-spikes",
              "How do I train my first spiking network?",
              FirstSpikingNetwork.class,
              plain(FirstSpikingNetwork::main)),
          new Entry(
              "ten-lines",
              "How do I convert a trained network?",
              ConvertInTenLines.class,
              plain(ConvertInTenLines::main)),
          new Entry(
              "compare",
              "Accuracy, energy, area, cores side by side?",
              CompareHardware.class,
              CompareHardware::run),
          new Entry(
              "convert",
              "What happens to my model on hardware?",
              ConvertYourModel.class,
              ConvertYourModel::run),
          new Entry(
              "train-spiking",
              "How accurate is a trinary spiking network?",
              TrainEedn.class,
              TrainEedn::run),
          new Entry(
              "deploy",
              "Does it fit a chip, and what does it cost?",
              DeployToCores.class,
              DeployToCores::run),
          new Entry(
              "search", "Which settings are best?", SearchHardware.class, SearchHardware::run),
          new Entry(
              "fit-device",
              "Which device model is my measured curve?",
              FitDevice.class,
              FitDevice::run),
          new Entry(
              "equality",
              "Are the cells as accurate as software?",
              EquivalentAccuracy.class,
              EquivalentAccuracy::run),
          new Entry(
              "inversion",
              "What is polarity inversion worth?",
              PolarityInversionStudy.class,
              PolarityInversionStudy::run),
          new Entry(
              "drift", "What is left after a day and a year?", DriftStudy.class, DriftStudy::run),
          new Entry(
              "resnet",
              "What is left of a whole ResNet on arrays?",
              ResNetStudy.class,
              ResNetStudy::run),
          new Entry(
              "in-situ",
              "Does a convolutional network train on the cells as in software?",
              InSituStudy.class,
              InSituStudy::run),
          new Entry(
              "sequences",
              "Is an LSTM on arrays as accurate as software?",
              SequenceStudy.class,
              SequenceStudy::run),
          new Entry(
              "pulses", "What do pulses of real drivers cost?", PulseStudy.class, PulseStudy::run),
          new Entry(
              "transfers",
              "What does a weight transfer lose?",
              TransferStudy.class,
              TransferStudy::run),
          new Entry(
              "device-plots", "What do the laws look like?", DevicePlots.class, DevicePlots::run),
          new Entry(
              "dump-devices",
              "Do devices agree with a peer's?",
              DumpDevices.class,
              DumpDevices::run),
          new Entry("benchmark", "How fast is everything?", Benchmarks.class, Benchmarks::run),
          new Entry(
              "benchmark training",
              "... training beside DenseLayer?",
              TrainingBenchmark.class,
              plain(TrainingBenchmark::main)),
          new Entry(
              "benchmark features",
              "... one large layer?",
              FeatureLayerBenchmark.class,
              plain(FeatureLayerBenchmark::main)),
          new Entry(
              "benchmark convolution",
              "... convolutions?",
              ConvolutionBenchmark.class,
              plain(ConvolutionBenchmark::main)),
          new Entry(
              "benchmark programming",
              "... programming?",
              ProgrammingBenchmark.class,
              plain(ProgrammingBenchmark::main)),
          new Entry(
              "benchmark spiking",
              "... spiking layers beside float ones?",
              EednBenchmark.class,
              plain(EednBenchmark::main)),
          new Entry(
              "benchmark packed",
              "... packed bits?",
              PackedBenchmark.class,
              plain(PackedBenchmark::main)),
          new Entry(
              "benchmark growth",
              "... arrays of every size?",
              GrowthBenchmark.class,
              plain(GrowthBenchmark::main)));

  private Launcher() {}

  /** An example that can be started. */
  private record Entry(String command, String question, Class<?> type, Start start) {}

  /** How it is started, with the exit code. */
  private interface Start {
    int run(String[] args, PrintStream out, PrintStream err)
        throws IOException, InterruptedException;
  }

  /** A main that prints and has no options. */
  private interface Main {
    void run(String[] args) throws IOException, InterruptedException;
  }

  private static Start plain(Main main) {
    return (args, out, err) -> {
      if (args.length > 0 && !args[0].isBlank()) {
        boolean help = args[0].equals("--help") || args[0].equals("-h");
        (help ? out : err).println("This example has no options.");
        return help ? 0 : 2;
      }
      main.run(args);
      return 0;
    };
  }

  /**
   * Starts an example.
   *
   * @param args a command and its options; options alone compare; {@code help} lists the commands
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    System.exit(run(System.getProperty(MAIN, ""), args, Commands.console(), System.err));
  }

  /**
   * Starts an example.
   *
   * @param main name of its class, or its command; empty if the first argument names it
   * @param args its options
   * @return the exit code
   */
  static int run(String main, String[] args, PrintStream out, PrintStream err)
      throws IOException, InterruptedException {
    if (!main.isEmpty()) {
      return start(main, args, out, err);
    }
    if (args.length == 1 && (args[0].equals("--help") || args[0].equals("-h"))) {
      int code = start("compare", args, out, err);
      out.printf("%nThese are the options of compare, which runs without a command.%n");
      out.print(commands());
      return code;
    }
    if (args.length == 0 || args[0].isBlank() || args[0].startsWith("-")) {
      return start("compare", args, out, err);
    }
    return start(args[0], Arrays.copyOfRange(args, 1, args.length), out, err);
  }

  private static int start(String name, String[] args, PrintStream out, PrintStream err)
      throws IOException, InterruptedException {
    if (name.equals("help")) {
      out.print(commands());
      return 0;
    }
    Optional<Entry> found =
        ENTRIES.stream()
            .filter(each -> each.command().equals(name) || each.type().getSimpleName().equals(name))
            .findFirst();
    if (found.isEmpty()) {
      err.println("There is no example \"" + name + "\".");
      err.print(commands());
      return 2;
    }
    return found.get().start().run(args, out, err);
  }

  /** Simple names of the classes behind the commands. */
  static Map<String, String> classesByCommand() {
    return ENTRIES.stream()
        .collect(Collectors.toMap(Entry::command, each -> each.type().getSimpleName()));
  }

  /** The commands, one a line; those with options tell of them by {@code --help}. */
  private static String commands() {
    StringBuilder text = new StringBuilder("Commands (examples/README.md says more of each):\n");
    for (Entry each : ENTRIES) {
      text.append(String.format("  %-22s %s%n", each.command(), each.question()));
    }
    return text.append("--help behind a command lists its options.\n").toString();
  }
}
