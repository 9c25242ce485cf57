package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.inference.WeightMapping;
import io.github.dl4jhardware.examples.study.DriftStudy.Reading;
import io.github.dl4jhardware.examples.study.DriftStudy.Training;
import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.report.Charts;
import java.awt.Color;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The files of {@link DriftStudy}. */
final class DriftFiles {
  private static final int WIDTH = 700;
  private static final int HEIGHT = 500;
  private static final Map<Training, Color> COLOURS =
      Map.of(
          Training.PLAIN, new Color(0x000000),
          Training.HARDWARE_AWARE, new Color(0x0072B2),
          Training.IN_SITU, new Color(0xD55E00));

  private DriftFiles() {}

  static void csv(List<Reading> readings, String data, int epochs, Path file) throws IOException {
    StringWriter text = new StringWriter();
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setRecordSeparator('\n')
            .setHeader(
                "training",
                "weight_mapping",
                "data",
                "epochs",
                "seed",
                "chip",
                "seconds_after_programming",
                "drift_compensation",
                "test_accuracy_percent")
            .build();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      for (Reading reading : readings) {
        printer.printRecord(
            reading.training().id(),
            name(reading.mapping()),
            data,
            epochs,
            reading.seed(),
            reading.chip(),
            (long) reading.seconds(),
            reading.compensated() ? "global" : "none",
            String.format(Locale.ROOT, "%.2f", reading.testAccuracyPercent()));
      }
    }
    WholeFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  static void picture(List<Reading> readings, Path file) throws IOException {
    double low = readings.stream().mapToDouble(Reading::testAccuracyPercent).min().orElse(0);
    double high = readings.stream().mapToDouble(Reading::testAccuracyPercent).max().orElse(100);
    List<XYChart> charts = new ArrayList<>();
    for (WeightMapping mapping : DriftStudy.MAPPINGS) {
      XYChart chart =
          new XYChartBuilder()
              .width(WIDTH)
              .height(HEIGHT)
              .title("Weights " + name(mapping) + ", compensated (dashed: not)")
              .xAxisTitle("time after programming, s")
              .yAxisTitle("test accuracy, %")
              .build();
      chart.getStyler().setXAxisLogarithmic(true);
      chart.getStyler().setLegendPosition(LegendPosition.InsideSW);
      chart.getStyler().setYAxisMin(Math.max(0, Math.floor(low) - 1));
      chart.getStyler().setYAxisMax(Math.min(100, Math.ceil(high)));
      for (Training training : Training.values()) {
        addCurve(chart, readings, training, mapping, true);
        addCurve(chart, readings, training, mapping, false);
      }
      charts.add(chart);
    }
    Charts.write(charts, 2, file);
  }

  private static void addCurve(
      XYChart chart,
      List<Reading> readings,
      Training training,
      WeightMapping mapping,
      boolean compensated) {
    double[] seconds =
        readings.stream()
            .filter(reading -> reading.training() == training)
            .mapToDouble(Reading::seconds)
            .distinct()
            .sorted()
            .toArray();
    if (seconds.length == 0) {
      return;
    }
    double[] means = new double[seconds.length];
    double[] deviations = new double[seconds.length];
    for (int i = 0; i < seconds.length; i++) {
      SummaryStatistics own = statistics(readings, training, mapping, seconds[i], compensated);
      means[i] = own.getMean();
      deviations[i] = own.getStandardDeviation();
    }
    String name = training.id() + (compensated ? "" : ", not compensated");
    XYSeries series = chart.addSeries(name, seconds, means, deviations);
    series.setLineColor(COLOURS.get(training));
    series.setMarkerColor(COLOURS.get(training));
    series.setMarker(compensated ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    series.setLineStyle(compensated ? SeriesLines.SOLID : SeriesLines.DASH_DASH);
    series.setShowInLegend(compensated);
  }

  /** In words of the files: as-trained, largest-of-column. */
  static String name(WeightMapping mapping) {
    return mapping.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static SummaryStatistics statistics(
      List<Reading> readings,
      Training training,
      WeightMapping mapping,
      double seconds,
      boolean compensated) {
    SummaryStatistics statistics = new SummaryStatistics();
    for (Reading reading : readings) {
      if (reading.training() == training
          && reading.mapping() == mapping
          && reading.seconds() == seconds
          && reading.compensated() == compensated) {
        statistics.addValue(reading.testAccuracyPercent());
      }
    }
    return statistics;
  }

  static String time(double seconds) {
    if (seconds >= 3.15e7) {
      return "a year";
    }
    if (seconds >= 2.5e6) {
      return "a month";
    }
    if (seconds >= 86_400) {
      return "a day";
    }
    return seconds >= 3600 ? "an hour" : (long) seconds + " s";
  }
}
