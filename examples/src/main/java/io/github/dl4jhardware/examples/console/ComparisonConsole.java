package io.github.dl4jhardware.examples.console;

import io.github.dl4jhardware.compare.ComparisonListener;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonResult.Difference;
import io.github.dl4jhardware.compare.ComparisonRun;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Tells of a comparison on the console: progress, a line for each run, and the table. */
public class ComparisonConsole implements ComparisonListener {
  private final PrintStream console;
  private final Progress progress;

  public ComparisonConsole(PrintStream console) {
    this.console = console;
    progress = new Progress(console);
  }

  /** The command line that runs a command again. */
  public static String command(CommandSpec spec) {
    List<String> words = new ArrayList<>(List.of(spec.name()));
    words.addAll(spec.commandLine().getParseResult().originalArgs());
    return "mvn -q -Prun -Dargs=\"" + String.join(" ", words) + "\"";
  }

  @Override
  public void training(String what, long done, long total, double seconds, double secondsLater) {
    progress.show(what, done, total, seconds, secondsLater);
  }

  @Override
  public void finished(ComparisonRun run, boolean recorded) {
    progress.clear();
    if (run.failure() != null) {
      console.printf("  %-19s chip %d: failed: %s%n", run.variant(), run.seed(), run.failure());
      return;
    }
    console.printf(
        Locale.ROOT,
        "  %-19s chip %d: %6.2f %% -> %6.2f %% in %d epoch(s)%s%n",
        run.variant(),
        run.seed(),
        run.accuracyBeforePercent(),
        run.testAccuracyPercent(),
        run.epochs(),
        recorded
            ? " (recorded)"
            : run.examplesPerSecond() > 0
                ? String.format(Locale.ROOT, ", %,.0f examples/s", run.examplesPerSecond())
                : "");
  }

  /** Whether of all variants but the baseline not one run came to an end. */
  public static boolean failed(ComparisonResult result) {
    return result.runs().stream()
        .filter(run -> !run.variant().equals(result.baseline()))
        .allMatch(run -> run.failure() != null);
  }

  public static void table(PrintStream console, ComparisonResult result) {
    console.printf(
        "%n%-19s %13s %13s %10s %6s %5s %7s%n%-19s %13s %13s %10s %6s %5s %7s%n",
        "variant",
        "test accuracy",
        "difference",
        "energy",
        "area",
        "cores",
        "train",
        "",
        "%",
        "points",
        "nJ each",
        "mm2",
        "",
        "mJ");
    for (String variant : result.variants()) {
      List<ComparisonRun> runs = result.of(variant);
      SummaryStatistics accuracy = result.accuracy(variant);
      if (runs.isEmpty() || accuracy.getN() == 0) {
        console.printf("%-19s %13s%n", variant, "failed");
        continue;
      }
      Difference difference = result.difference(variant);
      ComparisonRun first =
          runs.stream().filter(run -> run.failure() == null).findFirst().orElseThrow();
      console.printf(
          Locale.ROOT,
          "%-19s %13s %13s %10s %6s %5s %7s%n",
          variant,
          plusMinus(
              "%.2f",
              accuracy.getMean(),
              accuracy.getN() > 1 ? accuracy.getStandardDeviation() : Double.NaN),
          variant.equals(result.baseline())
              ? ""
              : plusMinus("%+.2f", difference.points(), difference.standardError()),
          number("%,.5g", first.cost().inferenceNanojoules()),
          number("%.4g", first.cost().squareMillimetres()),
          first.cost().cores() == null ? "" : first.cost().cores(),
          number("%.3g", first.cost().trainingMillijoules()));
    }
    console.println();
  }

  private static String plusMinus(String format, double value, double around) {
    String text = String.format(Locale.ROOT, format, value);
    return Double.isNaN(around) ? text : text + String.format(Locale.ROOT, " ± %.2f", around);
  }

  private static String number(String format, @Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }
}
