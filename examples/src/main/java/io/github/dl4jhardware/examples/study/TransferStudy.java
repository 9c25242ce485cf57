package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PcmReadNoise;
import io.github.dl4jhardware.analog.device.PcmReading;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.examples.console.DataOptions;
import io.github.dl4jhardware.examples.data.ImageData;
import io.github.dl4jhardware.examples.model.Comparison;
import io.github.dl4jhardware.examples.model.Variant;
import io.github.dl4jhardware.files.WholeFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What a weight transfer loses, and how long it takes, for several ways of reading phase-change
 * memory: from one read of 250 ns to long ones, from a short wait to one after which the whole
 * noise of the formula is new.
 */
@Command(
    name = "transfers",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Error, slope and duration of a weight transfer for several ways of reading PCM, and the accuracy of 528-250-125-10 trained with each.")
public final class TransferStudy implements Callable<Integer> {
  private static final double TYPICAL_WEIGHT = 0.08;
  private static final int COLUMNS = 100;

  /** From the shortest and most independent read on. */
  private static final List<PcmReading> READINGS =
      List.of(
          new PcmReading(1, PcmReadNoise.REFERENCE_SECONDS, 1),
          new PcmReading(100, PcmReadNoise.REFERENCE_SECONDS, 1),
          new PcmReading(100, PcmReadNoise.REFERENCE_SECONDS, 16),
          new PcmReading(1, 0.05, 1),
          new PcmReading(100, 0.05, 1),
          new PcmReading(100, 0.05, 16),
          new PcmReading(1000, 0.15, 1));

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--cells",
      paramLabel = "N",
      description = "Cells of the array whose transfers are measured. Default: ${DEFAULT-VALUE}.")
  private int cells = 40_000;

  @Option(
      names = "--transfers",
      paramLabel = "N",
      description = "Transfers of that array, one after the other. Default: ${DEFAULT-VALUE}.")
  private int transfers = 20;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Passes over the examples of the training with each way; 0 leaves it out. Default: ${DEFAULT-VALUE}.")
  private int epochs = 3;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Training images of an epoch. Default: ${DEFAULT-VALUE}.")
  private int examples = 60_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the chip. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out");

  private final PrintStream console;
  private final StringBuilder rows = new StringBuilder();

  TransferStudy(PrintStream console) {
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
    return Commands.run(new TransferStudy(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    Commands.check(spec, "--cells", cells, 10_000_000);
    Commands.check(spec, "--transfers", transfers, 10_000);
    if (epochs != 0) {
      Commands.check(spec, "--epochs", epochs, 10_000);
    }
    Commands.makeDirectory(spec, out);
    Commands.oneNativeThread();
    ImageData digits = epochs == 0 ? null : data.load().centre(Comparison.ROWS, Comparison.COLUMNS);
    if (digits != null) {
      Commands.check(spec, "--examples", examples, digits.train().count());
    }
    PcmCapacitorSynapse cell = (PcmCapacitorSynapse) Variant.ANALOG_INVERSION.synapse();
    console.printf(
        "%-9s %-10s %5s %6s %9s %7s %7s %8s %9s%n",
        "rewritten",
        "reads",
        "wait",
        "sweeps",
        "rms error",
        "% of W",
        "slope",
        "seconds",
        "accuracy");
    rows.append(
        "rewrite_above_microsiemens,reads_in_a_row,wait_seconds,sweeps,error_rms_weight,error_percent_of_rms_weight,slope,seconds_per_transfer,test_accuracy_percent\n");
    for (double threshold : new double[] {0, cell.transfer().rewriteAboveMicroSiemens()}) {
      PcmCapacitorSynapse ruled = cell.withTransfer(cell.transfer().withRewriteAbove(threshold));
      measure(ruled, null, digits);
      for (PcmReading reading : READINGS) {
        measure(ruled, reading, digits);
      }
    }
    console.println("Wrote transfers.csv into " + out);
    return 0;
  }

  private void measure(
      PcmCapacitorSynapse preset, @Nullable PcmReading reading, @Nullable ImageData digits)
      throws IOException {
    PcmCapacitorSynapse cell =
        reading == null ? quiet(preset) : preset.withPcm(preset.pcm().withReading(reading));
    int size = Math.max(1, cells / COLUMNS);
    SynapseArray array = cell.array(size, COLUMNS, seed, 0);
    float[] wanted = new float[size * COLUMNS];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] =
          (float) (TYPICAL_WEIGHT * Draws.normal(Draws.key(seed, 0, Draws.INFERENCE_READ, 0), i));
    }
    array.program(wanted, Draws.key(seed, 0, Draws.PROGRAM, 0));
    double errors = 0;
    double products = 0;
    double squares = 0;
    for (int transfer = 0; transfer < transfers; transfer++) {
      float[] before = array.weights().clone();
      array.transfer(Draws.key(seed, 0, Draws.TRANSFER, transfer));
      float[] after = array.weights();
      for (int i = 0; i < before.length; i++) {
        errors += Math.pow((double) after[i] - before[i], 2);
        products += (double) before[i] * after[i];
        squares += (double) before[i] * before[i];
      }
    }
    double error = Math.sqrt(errors / wanted.length / transfers);
    double part = 100 * error / TYPICAL_WEIGHT;
    double seconds = cell.transferSeconds(Comparison.ROWS * Comparison.COLUMNS + 1);
    @Nullable Double accuracy =
        digits == null
            ? null
            : Double.valueOf(
                new Comparison(digits, examples, epochs, 0.01, 1)
                    .run(Variant.ANALOG_INVERSION, cell, seed, (trained, took) -> {})
                    .testAccuracyPercent());
    double threshold = cell.transfer().rewriteAboveMicroSiemens();
    String reads = reading == null ? "noise-free" : String.valueOf(reading.readsInARow());
    String wait = reading == null ? "" : String.valueOf(reading.waitSeconds());
    String sweeps = reading == null ? "" : String.valueOf(reading.sweeps());
    String test = accuracy == null ? "" : String.format(Locale.ROOT, "%.2f", accuracy);
    console.printf(
        Locale.ROOT,
        "%-9s %-10s %5s %6s %9.5f %7.1f %7.4f %8.2f %9s%n",
        threshold == 0 ? "all" : "above " + threshold,
        reads,
        wait,
        sweeps,
        error,
        part,
        products / squares,
        seconds,
        test);
    rows.append(
        String.format(
            Locale.ROOT,
            "%s,%s,%s,%s,%.6f,%.2f,%.5f,%.3f,%s\n",
            threshold,
            reads,
            wait,
            sweeps,
            error,
            part,
            products / squares,
            seconds,
            test));
    WholeFile.write(out.resolve("transfers.csv"), rows.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static PcmCapacitorSynapse quiet(PcmCapacitorSynapse cell) {
    Pcm pcm = cell.pcm();
    return cell.withCapacitorReadNoise(0)
        .withPcm(
            new Pcm(
                pcm.gMaxMicroSiemens(),
                pcm.programmingErrorScale(),
                0,
                pcm.reading(),
                pcm.setNoise(),
                pcm.programming(),
                pcm.stuckOnRate(),
                pcm.deadRate()));
  }
}
