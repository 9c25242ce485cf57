package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.PulsedSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.device.ChargeTransistor;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PcmDrift;
import io.github.dl4jhardware.analog.device.PcmProgrammingError;
import io.github.dl4jhardware.analog.device.PcmReadNoise;
import io.github.dl4jhardware.analog.device.PulsedDevice;
import io.github.dl4jhardware.analog.device.ReadTransistor;
import io.github.dl4jhardware.analog.device.VoltageCapacitor;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.readout.DevicePictures;
import io.github.dl4jhardware.examples.console.Commands;
import io.github.dl4jhardware.report.Charts;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Draws every device law, and the pulse response of every preset. */
@Command(
    name = "device-plots",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Draws the device laws (laws.png) and the pulse response of each preset.")
public final class DevicePlots implements Callable<Integer> {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 400;
  private static final int POINTS = 200;
  private static final int SAMPLE_CELLS = 8;

  /** Published points of the partial-SET response: pulses, and w in 0…2. */
  private static final double[][] SET_POINTS = {
    {1, 2, 5, 10, 20, 50, 72}, {0.2824, 0.4268, 0.6817, 0.9244, 1.2174, 1.7297, 2}
  };

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the pictures go. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("out");

  private final PrintStream console;

  DevicePlots(PrintStream console) {
    this.console = console;
  }

  /**
   * Draws and ends the program: 0 after success, 1 for files that cannot be written, 2 for options
   * that are not as they should be.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(run(args, Commands.console(), System.err));
  }

  /** The same for a program: see {@link Commands#run}. */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return Commands.run(new DevicePlots(out), args, err);
  }

  @Override
  public Integer call() throws IOException {
    Commands.makeDirectory(spec, out);
    Path laws = out.resolve("laws.png");
    Charts.write(
        List.of(
            setCurve(),
            programmingError(),
            drift(),
            readNoise(),
            readTransistor(),
            chargeTransistors()),
        2,
        laws);
    console.println("Wrote " + laws);
    for (Map.Entry<String, PulsedDevice> each : devices().entrySet()) {
      Path file = out.resolve("response-" + each.getKey() + ".png");
      DevicePictures.pulseResponse(each.getValue(), SAMPLE_CELLS, 1, each.getKey(), file);
      console.println("Wrote " + file);
    }
    return 0;
  }

  private static Map<String, PulsedDevice> devices() {
    Map<String, PulsedDevice> devices = new LinkedHashMap<>();
    Synapses.byName()
        .forEach(
            (name, synapse) -> {
              PulsedDevice device = device(synapse);
              if (device != null && !devices.containsValue(device)) {
                devices.put(name, device);
              }
            });
    return devices;
  }

  private static @Nullable PulsedDevice device(Synapse synapse) {
    if (synapse instanceof PulsedSynapse pulsed) {
      return pulsed.device();
    }
    return synapse instanceof PcmCapacitorSynapse cell ? cell.capacitor() : null;
  }

  private static XYChart setCurve() {
    XYChart chart = chart("PCM: partial-SET pulses from RESET", "pulse", "conductance, µS");
    Pcm pcm = Synapses.pcmCapacitor2018().pcm();
    line(chart, "law", 0, 80, pulses -> pcm.set(0, (float) Math.floor(pulses), 0));
    double[] published = new double[SET_POINTS[1].length];
    for (int i = 0; i < published.length; i++) {
      published[i] = SET_POINTS[1][i] / 2 * pcm.gMaxMicroSiemens();
    }
    XYSeries points = chart.addSeries("published", SET_POINTS[0], published);
    points.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    return chart;
  }

  private static XYChart programmingError() {
    XYChart chart = chart("PCM: error of a programming attempt", "target, µS", "σ, µS");
    chart.getStyler().setLegendVisible(false);
    line(chart, "σ_prog", 0, 25, PcmProgrammingError::sigmaMicroSiemens);
    return chart;
  }

  private static XYChart drift() {
    XYChart chart = chart("PCM: drift exponent ν", "programmed conductance, µS", "ν");
    chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
    line(chart, "mean", 0, 25, PcmDrift::meanExponent);
    line(chart, "mean + σ", 0, 25, g -> PcmDrift.meanExponent(g) + PcmDrift.exponentSigma(g));
    line(chart, "mean − σ", 0, 25, g -> PcmDrift.meanExponent(g) - PcmDrift.exponentSigma(g));
    return chart;
  }

  private static XYChart readNoise() {
    XYChart chart = chart("PCM: read noise", "conductance, µS", "σ / g");
    chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
    line(chart, "at once", 0, 25, g -> PcmReadNoise.relativeSigma(g, 0));
    line(chart, "after a day", 0, 25, g -> PcmReadNoise.relativeSigma(g, 86_400));
    line(chart, "after a year", 0, 25, g -> PcmReadNoise.relativeSigma(g, 3.15e7));
    return chart;
  }

  private static VoltageCapacitor capacitor() {
    return (VoltageCapacitor) Synapses.pcmCapacitor2018().capacitor();
  }

  private static XYChart readTransistor() {
    ReadTransistor read = capacitor().read();
    XYChart chart = chart("3T1C: read transistor", "V_C, V", "g, µS");
    double spread = read.thresholdSpreadVolts();
    for (int sigmas = -2; sigmas <= 2; sigmas += 2) {
      double threshold = read.thresholdVolts() + sigmas * spread;
      String name = sigmas == 0 ? "mean" : "threshold " + (sigmas > 0 ? "+2σ" : "−2σ");
      line(chart, name, 0, 1, volts -> read.microSiemens(volts, threshold));
    }
    return chart;
  }

  private static XYChart chargeTransistors() {
    VoltageCapacitor cell = capacitor();
    ChargeTransistor charge = cell.charge();
    double middle = cell.supplyVolts() / 2;
    double step = 1000 * cell.stepVolts();
    XYChart chart = chart("3T1C: steps of PMOS and NMOS", "V_C, V", "ΔV of a pulse, mV");
    for (int sigmas = -2; sigmas <= 2; sigmas += 2) {
      double overdrive = charge.overdriveVolts() - sigmas * charge.thresholdSpreadVolts();
      String suffix = sigmas == 0 ? "" : sigmas > 0 ? ", threshold +2σ" : ", threshold −2σ";
      line(
          chart,
          "up" + suffix,
          0,
          1,
          volts -> step * charge.relativeStep(cell.supplyVolts() - volts, overdrive, middle));
      line(
          chart,
          "down" + suffix,
          0,
          1,
          volts -> step * charge.relativeStep(volts, overdrive, middle));
    }
    chart.getStyler().setLegendPosition(LegendPosition.InsideS);
    return chart;
  }

  private static void line(
      XYChart chart, String name, double from, double to, DoubleUnaryOperator law) {
    double[] x = new double[POINTS + 1];
    double[] y = new double[POINTS + 1];
    for (int i = 0; i <= POINTS; i++) {
      x[i] = from + (to - from) * i / POINTS;
      y[i] = law.applyAsDouble(x[i]);
    }
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineWidth(1.5f);
  }

  private static XYChart chart(String title, String xAxis, String yAxis) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xAxis)
            .yAxisTitle(yAxis)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
    return chart;
  }
}
