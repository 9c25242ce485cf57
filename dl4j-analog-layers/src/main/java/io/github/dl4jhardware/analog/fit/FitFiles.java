package io.github.dl4jhardware.analog.fit;

import io.github.dl4jhardware.analog.device.PulsedDevice;
import io.github.dl4jhardware.analog.fit.DeviceFit.FittedPoint;
import io.github.dl4jhardware.files.RecordJson;
import io.github.dl4jhardware.files.WholeFile;
import java.awt.Color;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** A fit as a table, as a picture, and its device as a file; each whole or not at all. */
public final class FitFiles {
  private static final Color UP = new Color(0x0072B2);
  private static final Color DOWN = new Color(0xD55E00);
  private static final int WIDTH = 700;
  private static final int HEIGHT = 480;

  private FitFiles() {}

  /**
   * Writes the fitted curve and its residuals.
   *
   * @param fit the fit
   * @param file a CSV with the columns direction, pulse, measured_microsiemens,
   *     fitted_microsiemens, residual_microsiemens
   * @throws IOException if it cannot be written
   */
  public static void writeCsv(DeviceFit fit, Path file) throws IOException {
    StringWriter text = new StringWriter();
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setRecordSeparator('\n')
            .setHeader(
                "direction",
                "pulse",
                "measured_microsiemens",
                "fitted_microsiemens",
                "residual_microsiemens")
            .build();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      for (FittedPoint point : fit.points()) {
        printer.printRecord(
            point.potentiation() ? "potentiation" : "depression",
            point.pulse(),
            String.format(Locale.ROOT, "%.6f", point.measuredMicroSiemens()),
            String.format(Locale.ROOT, "%.6f", point.fittedMicroSiemens()),
            String.format(Locale.ROOT, "%.6f", point.residualMicroSiemens()));
      }
    }
    write(text.toString(), file);
  }

  /**
   * Draws the measured and the fitted curve and, beside them, the residuals.
   *
   * @param fit the fit
   * @param file a PNG
   * @throws IOException if it cannot be written
   */
  public static void writePicture(DeviceFit fit, Path file) throws IOException {
    XYChart curve =
        chart(
            String.format(
                Locale.ROOT,
                "%s: residual %.4g µS, %.2f %% of the range",
                fit.model().id(),
                fit.rmsMicroSiemens(),
                fit.rmsPercentOfRange()),
            "conductance, µS");
    XYChart residual = chart("Residual", "measured − fitted, µS");
    for (boolean up : new boolean[] {true, false}) {
      List<FittedPoint> own =
          fit.points().stream().filter(point -> point.potentiation() == up).toList();
      String name = up ? "potentiation" : "depression";
      double[] pulses = own.stream().mapToDouble(FittedPoint::pulse).toArray();
      double[] measured = own.stream().mapToDouble(FittedPoint::measuredMicroSiemens).toArray();
      double[] fitted = own.stream().mapToDouble(FittedPoint::fittedMicroSiemens).toArray();
      double[] left = own.stream().mapToDouble(FittedPoint::residualMicroSiemens).toArray();
      XYSeries points = curve.addSeries(name + ", measured", pulses, measured);
      points.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
      points.setMarkerColor(up ? UP : DOWN);
      points.setMarker(SeriesMarkers.CIRCLE);
      XYSeries line = curve.addSeries(name + ", fitted", pulses, fitted);
      line.setMarker(SeriesMarkers.NONE);
      line.setLineColor(up ? UP : DOWN);
      XYSeries rest = residual.addSeries(name, pulses, left);
      rest.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
      rest.setMarkerColor(up ? UP : DOWN);
      rest.setMarker(SeriesMarkers.CIRCLE);
    }
    WholeFile.make(
        file,
        part ->
            BitmapEncoder.saveBitmap(
                List.of(curve, residual), 1, 2, part.toString(), BitmapFormat.PNG));
  }

  private static XYChart chart(String title, String axis) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("pulse")
            .yAxisTitle(axis)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
    chart.getStyler().setMarkerSize(5);
    return chart;
  }

  /**
   * Writes a device as JSON.
   *
   * @param device any pulsed device
   * @param file the file
   * @throws IOException if it cannot be written
   */
  public static void writeDevice(PulsedDevice device, Path file) throws IOException {
    String json =
        new ObjectMapper()
            .writerFor(PulsedDevice.class)
            .withDefaultPrettyPrinter()
            .writeValueAsString(device);
    write(json + "\n", file);
  }

  /**
   * Reads a device that {@link #writeDevice} wrote.
   *
   * @param file the file
   * @return the device
   * @throws IOException if it is not such a file; the message names the place
   */
  public static PulsedDevice readDevice(Path file) throws IOException {
    return RecordJson.read(file, PulsedDevice.class, "device");
  }

  private static void write(String text, Path file) throws IOException {
    WholeFile.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
