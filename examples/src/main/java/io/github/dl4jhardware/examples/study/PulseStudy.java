package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.readout.ArrayProbe;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonResult.Difference;
import io.github.dl4jhardware.compare.ComparisonRun;
import io.github.dl4jhardware.compare.ComparisonVariant;
import io.github.dl4jhardware.compare.HardwareComparison;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.console.ComparisonConsole;
import io.github.dl4jhardware.examples.console.DataOptions;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageBatches.Layout;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.model.Comparison;
import io.github.dl4jhardware.examples.model.Perceptrons;
import io.github.dl4jhardware.examples.model.Variant;
import io.github.dl4jhardware.files.WholeFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The pulse schemes side by side, at equal examples: accuracy, pulses fired, rate of training. */
@Command(
    name = "pulses",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains 528-250-125-10 on 2PCM+3T1C cells with each pulse scheme on the same examples; prints a table and goes on where it stopped.")
public final class PulseStudy implements Callable<Integer> {
  private static final int[] WIDTHS = {Comparison.ROWS * Comparison.COLUMNS, 250, 125, 10};
  private static final int BATCH = 100;
  private static final int TEST_BATCH = 1000;
  private static final double SLOTS_PER_PULSE = 4;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the examples. Default: ${DEFAULT-VALUE}.")
  private int epochs = 3;

  @Option(names = "--seeds", paramLabel = "N", description = "Chips. Default: ${DEFAULT-VALUE}.")
  private int seeds = 3;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Training images of an epoch. Default: ${DEFAULT-VALUE}.")
  private int examples = 60_000;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "Of all schemes. Default: ${DEFAULT-VALUE}.")
  private double learningRate = 0.01;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go, and are found again. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out", "pulses");

  private final PrintStream console;

  PulseStudy(PrintStream console) {
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
    return Commands.run(new PulseStudy(out), args, err);
  }

  /** The software, and each scheme; what is null is the software's. */
  private Map<String, @Nullable AnalogSgd> updaters() {
    Map<String, @Nullable AnalogSgd> updaters = new LinkedHashMap<>();
    updaters.put("software", null);
    updaters.put("stochastic", new AnalogSgd(learningRate, PulseScheme.STOCHASTIC));
    updaters.put(
        "stochastic-managed",
        new AnalogSgd(
            learningRate,
            null,
            PulseScheme.STOCHASTIC,
            AnalogSgd.DEFAULT_PULSE_TRAIN_LENGTH,
            SLOTS_PER_PULSE));
    updaters.put("low-discrepancy", new AnalogSgd(learningRate, PulseScheme.LOW_DISCREPANCY));
    updaters.put("cell-counts", new AnalogSgd(learningRate, PulseScheme.CELL_COUNTS));
    updaters.put("expected", new AnalogSgd(learningRate, PulseScheme.EXPECTED));
    return updaters;
  }

  @Override
  public Integer call() throws IOException {
    Commands.check(spec, "--epochs", epochs, 10_000);
    Commands.check(spec, "--seeds", seeds, 1000);
    Commands.checkAboveZero(spec, "--learning-rate", learningRate, 10);
    ImageData digits = data.load().centre(Comparison.ROWS, Comparison.COLUMNS);
    Commands.check(spec, "--examples", examples, digits.train().count());
    Commands.makeDirectory(spec, out);
    Commands.oneNativeThread();
    int batch = Math.min(BATCH, examples);
    HardwareComparison comparison =
        new HardwareComparison(
                out,
                digits.name(),
                seed ->
                    new ImageBatches(digits.train(), List.of(), seed)
                        .training(batch, examples, Layout.FLAT),
                new ImageBatches(digits.test(), List.of(), 0)
                    .testing(TEST_BATCH, Integer.MAX_VALUE, Layout.FLAT))
            .epochs(epochs)
            .chipSeeds(LongStream.rangeClosed(1, seeds).toArray())
            .setting("examples an epoch", String.valueOf(examples))
            .command(ComparisonConsole.command(spec))
            .listener(new ComparisonConsole(console));
    PcmCapacitorSynapse cell = (PcmCapacitorSynapse) Variant.ANALOG_INVERSION.synapse();
    updaters()
        .forEach(
            (name, updater) ->
                comparison.variant(
                    updater == null
                        ? EqualityTask.software(name, widths(), learningRate, 0)
                        : ComparisonVariant.of(
                                name,
                                "2PCM+3T1C, " + name + " pulses",
                                seed -> Perceptrons.analog(WIDTHS, seed, updater, cell))
                            .trainer(network -> InSituTrainer.of(network)::fit)
                            .probes(ArrayProbe.COUNTS)));
    ComparisonResult result = comparison.run();
    long trained = (long) epochs * (examples / batch) * batch;
    print(result, trained);
    write(result, trained);
    console.println("Wrote pulses.csv into " + out);
    return 0;
  }

  private void print(ComparisonResult result, long trained) {
    console.printf(
        "%n%-17s %10s %13s %13s %10s %10s%n",
        "pulses", "realisable", "accuracy, %", "difference", "pulses", "examples/s");
    for (String variant : result.variants()) {
      SummaryStatistics accuracy = result.accuracy(variant);
      if (accuracy.getN() == 0) {
        console.printf("%-17s failed%n", variant);
        continue;
      }
      Difference difference = result.difference(variant);
      console.printf(
          Locale.ROOT,
          "%-17s %10s %13s %13s %10s %,10.0f%n",
          variant,
          realisable(variant),
          around("%.2f", accuracy.getMean(), accuracy.getStandardDeviation(), accuracy.getN()),
          variant.equals(result.baseline())
              ? ""
              : around(
                  "%+.2f", difference.points(), difference.standardError(), difference.pairs()),
          variant.equals(result.baseline())
              ? ""
              : String.format(
                  Locale.ROOT, "%,.0f", mean(result, variant, PulseStudy::pulses) / trained),
          mean(result, variant, ComparisonRun::examplesPerSecond));
    }
    console.println();
  }

  private static double pulses(ComparisonRun run) {
    return run.findings().numbers().getOrDefault("pulses", 0.0);
  }

  private static String around(String format, double value, double error, long count) {
    String text = String.format(Locale.ROOT, format, value);
    return count < 2 ? text : text + String.format(Locale.ROOT, " ± %.2f", error);
  }

  private static double mean(
      ComparisonResult result, String variant, ToDoubleFunction<ComparisonRun> of) {
    return result.of(variant).stream()
        .filter(run -> run.testAccuracyPercent() != null)
        .mapToDouble(of)
        .average()
        .orElse(Double.NaN);
  }

  private String realisable(String variant) {
    AnalogSgd updater = updaters().get(variant);
    return updater == null ? "" : updater.getPulseScheme().realisable() ? "yes" : "no";
  }

  private void write(ComparisonResult result, long trained) throws IOException {
    StringBuilder rows = new StringBuilder();
    rows.append(
        "pulses,realisable,seed,test_accuracy_percent,difference_points,pulses_per_example,examples_per_second\n");
    for (ComparisonRun run : result.runs()) {
      Double own = run.testAccuracyPercent();
      Double software =
          result.of(result.baseline()).stream()
              .filter(each -> each.seed() == run.seed())
              .map(ComparisonRun::testAccuracyPercent)
              .filter(Objects::nonNull)
              .findFirst()
              .orElse(null);
      boolean baseline = run.variant().equals(result.baseline());
      rows.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%d,%s,%s,%s,%.1f\n",
              run.variant(),
              realisable(run.variant()),
              run.seed(),
              own == null ? "" : String.format(Locale.ROOT, "%.2f", own),
              baseline || own == null || software == null
                  ? ""
                  : String.format(Locale.ROOT, "%.2f", own - software),
              baseline ? "" : String.format(Locale.ROOT, "%.1f", pulses(run) / trained),
              run.examplesPerSecond()));
    }
    WholeFile.write(out.resolve("pulses.csv"), rows.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static List<Integer> widths() {
    return List.of(WIDTHS[0], WIDTHS[1], WIDTHS[2], WIDTHS[3]);
  }
}
