package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.compare.ComparisonResult.Difference;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.console.DataOptions;
import io.github.dl4jhardware.examples.console.Progress;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.model.Comparison;
import io.github.dl4jhardware.examples.model.Comparison.Result;
import io.github.dl4jhardware.examples.model.Variant;
import io.github.dl4jhardware.examples.study.StudyPoint.Cell;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The 2018 paper's experiment: the network trained in software and on full 2PCM+3T1C cells with and
 * without polarity inversion over several chips, then shorter runs over asymmetry, leak, transfer
 * interval and gain. Finished runs are kept in the CSV and not run again.
 */
@Command(
    name = "inversion",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Accuracy of 528-250-125-10 with and without polarity inversion, and how it depends on the cell.")
public final class PolarityInversionStudy implements Callable<Integer> {
  private static final double[] ASYMMETRIES_PERCENT = {0, 2, 6, 10, 20};
  private static final double[] LEAKS_SECONDS = {0.01, 0.03, 0.1, 0.3, 1, 10};
  private static final long[] TRANSFERS_EXAMPLES = {1000, 2000, 4000, 8000, 16_000, 32_000};
  private static final double[] GAINS = {1, 2, 3, 4, 6};

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes of the comparison on the preset. Default: ${DEFAULT-VALUE}.")
  private int epochs = 20;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Chips of the comparison. Default: ${DEFAULT-VALUE}.")
  private int seeds = 5;

  @Option(
      names = "--sweep-epochs",
      paramLabel = "N",
      description = "Passes of every run of the sweeps. Default: ${DEFAULT-VALUE}.")
  private int sweepEpochs = 2;

  @Option(
      names = "--sweep-seeds",
      paramLabel = "N",
      description = "Chips of the sweeps; 0 leaves them out. Default: ${DEFAULT-VALUE}.")
  private int sweepSeeds = 2;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Training images of an epoch. Default: ${DEFAULT-VALUE}.")
  private int examples = 60_000;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "At the start, for all variants. Default: ${DEFAULT-VALUE}.")
  private double learningRate = 0.01;

  @Option(
      names = "--final-rate",
      paramLabel = "PART",
      description =
          "What is left of the learning rate at the end; it falls exponentially. Default: ${DEFAULT-VALUE}.")
  private double finalRate = 1;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Runs at the same time. Default: ${DEFAULT-VALUE}.")
  private int workers = Math.max(1, Runtime.getRuntime().availableProcessors());

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go, and are found again. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out");

  private final PrintStream console;

  PolarityInversionStudy(PrintStream console) {
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
    return Commands.run(new PolarityInversionStudy(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    Commands.check(spec, "--epochs", epochs, 10_000);
    Commands.check(spec, "--seeds", seeds, 1000);
    Commands.check(spec, "--sweep-epochs", sweepEpochs, 10_000);
    Commands.check(spec, "--workers", workers, 1000);
    Commands.checkAboveZero(spec, "--learning-rate", learningRate, 10);
    Commands.checkAboveZero(spec, "--final-rate", finalRate, 1);
    ImageData digits = data.load().centre(Comparison.ROWS, Comparison.COLUMNS);
    Commands.check(spec, "--examples", examples, digits.train().count());
    Commands.makeDirectory(spec, out);
    Commands.oneNativeThread();
    return study(digits);
  }

  private int study(ImageData digits) throws IOException {
    Path csv = out.resolve("polarity-inversion.csv");
    StudyFile file =
        StudyFile.open(
            csv,
            new StudyFile.Settings(
                digits.name(),
                examples,
                learningRate,
                finalRate,
                ((PcmCapacitorSynapse) Variant.ANALOG_INVERSION.synapse()).microSiemensPerWeight(),
                Comparison.PULSES));
    console.printf(
        Locale.ROOT,
        "Study of 528-250-125-10 on %s, batch 1, %,d examples an epoch, learning rate %s falling to %s of it%n",
        digits.name(),
        examples,
        learningRate,
        finalRate);
    runAll(digits, file);
    printComparison(file.results());
    Path picture = out.resolve("polarity-inversion.png");
    if (sweepSeeds > 0) {
      StudyPicture.draw(file.results(), sweepEpochs, picture);
    }
    console.println("Wrote " + csv + (sweepSeeds > 0 ? " and " + picture : ""));
    return 0;
  }

  /** Every run, the comparison first, each once. */
  private Set<StudyPoint> points() {
    Set<StudyPoint> points = new LinkedHashSet<>();
    for (int seed = 1; seed <= seeds; seed++) {
      addVariants(points, seed, epochs, Cell.PRESET);
    }
    for (int seed = 1; seed <= sweepSeeds; seed++) {
      for (double asymmetry : ASYMMETRIES_PERCENT) {
        addVariants(points, seed, sweepEpochs, Cell.PRESET.withAsymmetryPercent(asymmetry));
      }
      for (double leak : LEAKS_SECONDS) {
        addVariants(points, seed, sweepEpochs, Cell.PRESET.withLeakSeconds(leak));
      }
      for (long interval : TRANSFERS_EXAMPLES) {
        addVariants(points, seed, sweepEpochs, Cell.PRESET.withTransferExamples(interval));
      }
      for (double gain : GAINS) {
        addVariants(points, seed, sweepEpochs, Cell.PRESET.withGain(gain));
      }
    }
    return points;
  }

  private static void addVariants(Set<StudyPoint> points, long seed, int epochs, Cell cell) {
    points.add(new StudyPoint(Variant.SOFTWARE, seed, epochs, Cell.PRESET));
    points.add(new StudyPoint(Variant.ANALOG_INVERSION, seed, epochs, cell));
    points.add(new StudyPoint(Variant.ANALOG_NO_INVERSION, seed, epochs, cell));
  }

  private void runAll(ImageData digits, StudyFile file) throws IOException {
    List<StudyPoint> left = new ArrayList<>(points());
    int all = left.size();
    left.removeAll(file.results().keySet());
    console.printf("%d runs, %d of them finished before%n", all, all - left.size());
    long total = left.stream().mapToLong(point -> (long) point.epochs() * examples).sum();
    AtomicLong done = new AtomicLong();
    long start = System.nanoTime();
    Progress progress = new Progress(console);
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (StudyPoint point : left) {
        futures.add(
            pool.submit(
                () -> {
                  Result result = train(digits, point, done, total, start, progress);
                  file.add(point, result);
                  synchronized (progress) {
                    progress.clear();
                    console.printf(
                        Locale.ROOT,
                        "  %6.2f %%  %s, %d epochs%n",
                        result.testAccuracyPercent(),
                        point.describe(),
                        point.epochs());
                  }
                  return null;
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted; finished runs are kept", e);
    } finally {
      pool.shutdownNow();
    }
  }

  private Result train(
      ImageData digits,
      StudyPoint point,
      AtomicLong done,
      long total,
      long start,
      Progress progress) {
    Comparison comparison =
        new Comparison(digits, examples, point.epochs(), learningRate, finalRate);
    long[] before = {0};
    return comparison.run(
        point.variant(),
        point.synapse(),
        point.seed(),
        (trained, seconds) -> {
          long sum = done.addAndGet(trained - before[0]);
          before[0] = trained;
          synchronized (progress) {
            progress.show(point.describe(), sum, total, (System.nanoTime() - start) * 1e-9, 0);
          }
        });
  }

  private void printComparison(Map<StudyPoint, Result> results) {
    console.printf(
        "%n%-20s %10s %10s %12s %16s   (%d epochs, %d seeds; differences in pairs)%n",
        "variant", "mean, %", "deviation", "difference", "standard error", epochs, seeds);
    for (Variant variant :
        List.of(Variant.SOFTWARE, Variant.ANALOG_INVERSION, Variant.ANALOG_NO_INVERSION)) {
      SummaryStatistics own = new SummaryStatistics();
      SummaryStatistics differences = new SummaryStatistics();
      for (int seed = 1; seed <= seeds; seed++) {
        Result software = results.get(preset(Variant.SOFTWARE, seed));
        Result result = results.get(preset(variant, seed));
        if (software != null && result != null) {
          own.addValue(result.testAccuracyPercent());
          differences.addValue(result.testAccuracyPercent() - software.testAccuracyPercent());
        }
      }
      console.printf(
          Locale.ROOT,
          "%-20s %10.3f %10.3f %+12.3f %16.3f%n",
          variant.id(),
          own.getMean(),
          own.getStandardDeviation(),
          differences.getMean(),
          Difference.of(differences).standardError());
    }
    console.println();
  }

  private StudyPoint preset(Variant variant, int seed) {
    return new StudyPoint(variant, seed, epochs, Cell.PRESET);
  }
}
