package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.DigitData;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
  enum Source {
    SYNTHETIC,
    MNIST
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "synthetic|mnist",
      description =
          "Images to train on. Default: mnist where it is found, else synthetic (drawn digits).")
  private @Nullable Source source;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Where MNIST's four IDX files lie, or a folder mnist with them. Default: $HARDWARE_DATA.")
  private @Nullable Path dataDirectory;

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
    CommandLine line =
        new CommandLine(new CompareHardware(out))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  if (failure instanceof IOException || failure instanceof IllegalStateException) {
                    err.println("CompareHardware: " + describe(failure));
                    return 1;
                  }
                  throw failure;
                })
            .setParameterExceptionHandler(
                (wrong, arguments) -> {
                  err.println(
                      "CompareHardware: " + wrong.getMessage() + " (--help lists the options)");
                  return 2;
                });
    return line.execute(args);
  }

  private static String describe(Exception failure) {
    // The file system's own exceptions say which file, but not always what is wrong with it.
    return failure instanceof BadDataException || failure instanceof IllegalStateException
        ? String.valueOf(failure.getMessage())
        : failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }

  @Override
  public Integer call() throws IOException {
    check("--epochs", epochs, 10_000);
    check("--seeds", seeds, 1000);
    if (!(learningRate > 0 && learningRate <= 10)) {
      throw wrong("--learning-rate must be above 0 and at most 10, but is " + learningRate);
    }
    DigitData data = load().centre(Comparison.ROWS, Comparison.COLUMNS);
    check("--examples", examples, data.train().count());
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw wrong("--out " + out + " is a file; it must be a directory, or not exist");
    }
    Files.createDirectories(out);
    // One example is too little work to share between threads; waiting for each other costs more.
    Nd4j.getEnvironment().setMaxThreads(1);
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);

    Comparison comparison = new Comparison(data, examples, epochs, learningRate);
    console.printf(
        Locale.ROOT,
        "Training 528-250-125-10 on %s: %,d examples x %d epoch(s), batch 1, learning rate %s, %d seed(s)%n",
        data.name(),
        examples,
        epochs,
        learningRate,
        seeds);
    List<Run> runs = runAll(comparison);
    printTable(runs);
    console.println("Wrote " + out.resolve("results.csv") + " and " + out.resolve("accuracy.png"));
    return 0;
  }

  private DigitData load() throws IOException {
    Path mnist = DigitData.findMnist(dataDirectory, System.getenv("HARDWARE_DATA"));
    if (dataDirectory != null && source != Source.SYNTHETIC && mnist == null) {
      if (!Files.isDirectory(dataDirectory)) {
        throw new BadDataException("--data-dir " + dataDirectory + " is not a directory");
      }
      throw new BadDataException(
          "--data-dir "
              + dataDirectory
              + " holds no train-images-idx3-ubyte.gz, nor does its folder mnist");
    }
    if (source == Source.MNIST && mnist == null) {
      throw new BadDataException(
          "MNIST was not found: name its folder with --data-dir or HARDWARE_DATA, or use --data synthetic");
    }
    return mnist != null && source != Source.SYNTHETIC
        ? DigitData.mnist(mnist)
        : DigitData.synthetic();
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

  private void check(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw wrong(option + " must be 1…" + most + ", but is " + value);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
