package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.report.Charts;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * One accuracy of {@link ResNetStudy}.
 *
 * @param seed the chip; 0 for software
 */
record ResNetPoint(
    String model,
    String target,
    double secondsAfter,
    Correction compensation,
    long seed,
    int testImages,
    double testAccuracyPercent,
    double weightsOnArraysPercent) {
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setRecordSeparator('\n')
          .setHeader(
              "model",
              "target",
              "seconds_after",
              "compensation",
              "seed",
              "test_images",
              "test_accuracy_percent",
              "weights_on_arrays_percent")
          .build();

  /** Whether another is of the same question. */
  boolean asks(ResNetPoint other) {
    return target.equals(other.target)
        && secondsAfter == other.secondsAfter
        && compensation == other.compensation
        && seed == other.seed
        && testImages == other.testImages;
  }

  static void write(List<ResNetPoint> points, Path file) throws IOException {
    StringWriter text = new StringWriter();
    try (CSVPrinter printer = new CSVPrinter(text, FORMAT)) {
      for (ResNetPoint point : points) {
        printer.printRecord(
            point.model,
            point.target,
            (long) point.secondsAfter,
            point.compensation.label(),
            point.seed,
            point.testImages,
            String.format(Locale.ROOT, "%.2f", point.testAccuracyPercent),
            String.format(Locale.ROOT, "%.2f", point.weightsOnArraysPercent));
      }
    }
    WholeFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** What an earlier run has measured; nothing if there is no file. */
  static List<ResNetPoint> read(Path file) throws IOException {
    List<ResNetPoint> points = new ArrayList<>();
    if (!Files.exists(file)) {
      return points;
    }
    CSVFormat format = FORMAT.builder().setSkipHeaderRecord(true).build();
    try (Reader reader = Files.newBufferedReader(file)) {
      for (CSVRecord row : format.parse(reader)) {
        points.add(
            new ResNetPoint(
                row.get(0),
                row.get(1),
                Double.parseDouble(row.get(2)),
                Correction.valueOf(row.get(3).toUpperCase(Locale.ROOT)),
                Long.parseLong(row.get(4)),
                Integer.parseInt(row.get(5)),
                Double.parseDouble(row.get(6)),
                Double.parseDouble(row.get(7))));
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file
              + " is no result of this study, so that it cannot be gone on with: "
              + e.getMessage(),
          e);
    }
    return points;
  }

  static SummaryStatistics statistics(
      List<ResNetPoint> points, String target, double seconds, Correction compensation) {
    SummaryStatistics statistics = new SummaryStatistics();
    for (ResNetPoint point : points) {
      if (point.target.equals(target)
          && point.secondsAfter == seconds
          && point.compensation == compensation) {
        statistics.addValue(point.testAccuracyPercent);
      }
    }
    return statistics;
  }

  /**
   * Accuracy over time, a curve for each target and compensation; means and deviations of chips.
   */
  static void picture(List<ResNetPoint> points, Path file) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(560)
            .title(points.get(0).model + ", all weights on arrays")
            .xAxisTitle("time after programming, s")
            .yAxisTitle("test accuracy, %")
            .build();
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(LegendPosition.InsideSW);
    double[] times =
        points.stream()
            .mapToDouble(ResNetPoint::secondsAfter)
            .filter(t -> t > 0)
            .distinct()
            .sorted()
            .toArray();
    List<String> targets = points.stream().map(ResNetPoint::target).distinct().toList();
    for (String target : targets) {
      for (Correction compensation : Correction.values()) {
        add(chart, points, target, compensation, times);
      }
    }
    Charts.write(List.of(chart), 1, file);
  }

  private static void add(
      XYChart chart,
      List<ResNetPoint> points,
      String target,
      Correction compensation,
      double[] times) {
    double[] means = new double[times.length];
    double[] deviations = new double[times.length];
    for (int i = 0; i < times.length; i++) {
      SummaryStatistics own = statistics(points, target, times[i], compensation);
      if (own.getN() == 0) {
        // What does not drift is a line.
        own = statistics(points, target, 0, compensation);
      }
      if (own.getN() == 0) {
        return;
      }
      means[i] = own.getMean();
      deviations[i] = own.getStandardDeviation();
    }
    boolean timeless = statistics(points, target, 0, compensation).getN() > 0;
    boolean plain = timeless && compensation == Correction.NONE;
    String name = plain ? target : target + ", " + compensation.label();
    XYSeries series = chart.addSeries(name, times, means, deviations);
    series.setMarker(timeless ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
    series.setLineStyle(timeless ? SeriesLines.DASH_DASH : SeriesLines.SOLID);
  }
}
