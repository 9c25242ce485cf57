package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.examples.data.ImageData;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Trains one network in software, on 2PCM+3T1C cells with and without polarity inversion, and on
 * PCM alone; prints a table and writes {@code results.csv} and {@code accuracy.png}.
 */
@Command(
    name = "CompareHardware",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains the network 528-250-125-10 in software and on simulated analogue memory, one example at a time.")
public final class CompareHardware implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the examples. Default: ${DEFAULT-VALUE}.")
  private int epochs = 1;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Chips, each with its seed. Default: ${DEFAULT-VALUE}.")
  private int seeds = 2;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description =
          "Training images of an epoch. Default: ${DEFAULT-VALUE}, which is five weight transfers.")
  private int examples = 40_000;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "For all variants. Default: ${DEFAULT-VALUE}.")
  private double learningRate = 0.01;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out");

  private final PrintStream console;

  CompareHardware(PrintStream console) {
    this.console = console;
  }

  /**
   * Runs the comparison and ends the program: 0 after success, 1 for data or files that are not as
   * they should be, 2 for options that are not.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    return Commands.run(new CompareHardware(out), args, err);
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

    Comparison comparison = new Comparison(digits, examples, epochs, learningRate, 0.5, 2000);
    console.printf(
        Locale.ROOT,
        "Training 528-250-125-10 on %s: %,d examples x %d epoch(s), batch 1, learning rate %s, %d seed(s)%n",
        digits.name(),
        examples,
        epochs,
        learningRate,
        seeds);
    List<Run> runs = runAll(comparison);
    printTable(runs);
    console.println("Wrote " + out.resolve("results.csv") + " and " + out.resolve("accuracy.png"));
    return 0;
  }

  private List<Run> runAll(Comparison comparison) throws IOException {
    Progress progress = new Progress(console);
    List<Run> runs = new ArrayList<>();
    for (Variant variant : Variant.values()) {
      for (int seed = 1; seed <= seeds; seed++) {
        // DL4J itself for the first seed; further seeds on ideal devices, which a test shows to be
        // equal.
        boolean inDl4j = seed == 1;
        String what = variant.id() + ", seed " + seed + " of " + seeds;
        double later = secondsLater(runs);
        Run run =
            comparison.run(
                variant,
                variant.synapse(),
                seed,
                inDl4j,
                (done, seconds) ->
                    progress.show(what, done, comparison.examplesPerRun(), seconds, later));
        progress.clear();
        runs.add(run);
        ResultFiles.csv(runs, out.resolve("results.csv"));
        console.printf(
            Locale.ROOT,
            "  %-20s seed %d: %6.2f %%   %,8.0f examples/s%n",
            variant.id(),
            seed,
            run.testAccuracyPercent(),
            run.examplesPerSecond());
      }
    }
    ResultFiles.picture(runs, out.resolve("accuracy.png"));
    return runs;
  }

  /** What the runs after this one may take, from the last that ran on devices. */
  private double secondsLater(List<Run> runs) {
    int left = Variant.values().length * seeds - runs.size() - 1;
    boolean onlyDl4jSoFar = runs.size() <= 1;
    double each =
        onlyDl4jSoFar ? epochs * (examples / 5000.0) : runs.get(runs.size() - 1).trainSeconds();
    return left * each;
  }

  private void printTable(List<Run> runs) {
    double software = statistics(runs, Variant.SOFTWARE).getMean();
    console.printf(
        "%n%-20s %-34s %18s %12s %12s %10s%n",
        "variant", "", "test accuracy %", "difference", "examples/s", "transfers");
    for (Variant variant : Variant.values()) {
      SummaryStatistics accuracy = statistics(runs, variant);
      List<Run> own = runs.stream().filter(run -> run.variant() == variant).toList();
      double rate = own.stream().mapToDouble(Run::examplesPerSecond).average().orElseThrow();
      String deviation =
          seeds > 1 ? String.format(Locale.ROOT, "± %.2f", accuracy.getStandardDeviation()) : "";
      console.printf(
          Locale.ROOT,
          "%-20s %-34s %10.2f %7s %+12.2f %,12.0f %10d%n",
          variant.id(),
          variant.description(),
          accuracy.getMean(),
          deviation,
          accuracy.getMean() - software,
          rate,
          own.get(0).transfers());
    }
    console.println();
  }

  private static SummaryStatistics statistics(List<Run> runs, Variant variant) {
    SummaryStatistics statistics = new SummaryStatistics();
    runs.stream()
        .filter(run -> run.variant() == variant)
        .forEach(run -> statistics.addValue(run.testAccuracyPercent()));
    return statistics;
  }
}
