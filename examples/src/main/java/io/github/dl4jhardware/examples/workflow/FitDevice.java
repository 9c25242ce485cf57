package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.analog.fit.DeviceFit;
import io.github.dl4jhardware.analog.fit.DeviceModel;
import io.github.dl4jhardware.analog.fit.FitFiles;
import io.github.dl4jhardware.analog.fit.PulseCurve;
import io.github.dl4jhardware.examples.console.Commands;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fits device models to a measured pulse curve and writes the best, its residual and a picture. */
@Command(
    name = "fit-device",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fits device models to a measured pulse curve.",
      "The curve is a CSV with the columns direction (potentiation or depression), pulse, conductance_microsiemens."
    })
public final class FitDevice implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "CURVE", description = "The CSV.")
  private Path curve = Path.of("curve.csv");

  @Option(
      names = "--model",
      paramLabel = "linear-step|soft-bounds|exponential-step",
      description = "Which model. Default: the one with the smallest residual.")
  private @Nullable String model;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where results go. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out");

  private final PrintStream console;

  FitDevice(PrintStream console) {
    this.console = console;
  }

  /**
   * Fits and ends the program: 0 after success, 1 for a curve or files that are not as they should
   * be, 2 for options that are not.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args, Commands.console(), System.err));
  }

  /** The same for a program: see {@link Commands#run}. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return Commands.run(new FitDevice(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    List<DeviceModel> models = models();
    PulseCurve measured = PulseCurve.read(curve);
    Commands.makeDirectory(spec, out);
    DeviceFit best = null;
    for (DeviceModel each : models) {
      DeviceFit fit = DeviceFit.of(measured, each);
      console.printf(
          Locale.ROOT,
          "  %-18s residual %10.4g uS, %6.2f %% of the range; noise of a reading %.4g uS%n",
          each.id(),
          fit.rmsMicroSiemens(),
          fit.rmsPercentOfRange(),
          fit.readNoiseMicroSiemens());
      if (best == null || fit.rmsMicroSiemens() < best.rmsMicroSiemens()) {
        best = fit;
      }
    }
    if (best != null) {
      FitFiles.writeDevice(best.device(), out.resolve("device.json"));
      FitFiles.writeCsv(best, out.resolve("fit.csv"));
      FitFiles.writePicture(best, out.resolve("fit.png"));
      console.println(best.device());
      console.println("Wrote device.json, fit.csv and fit.png to " + out);
    }
    return 0;
  }

  private List<DeviceModel> models() {
    if (model == null) {
      return List.of(DeviceModel.values());
    }
    List<DeviceModel> found =
        Arrays.stream(DeviceModel.values()).filter(each -> each.id().equals(model)).toList();
    if (found.isEmpty()) {
      String known =
          Arrays.stream(DeviceModel.values())
              .map(DeviceModel::id)
              .collect(Collectors.joining(", "));
      throw Commands.wrong(spec, "--model must be one of " + known + ", but is " + model);
    }
    return found;
  }
}
