package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonResult.Difference;
import java.awt.Color;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The equality table of several data sets: on the console, as CSV, and as a picture. */
final class EqualityFiles {
  private static final int WIDTH = 700;
  private static final int HEIGHT = 480;
  private static final CSVFormat CSV = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').build();

  private EqualityFiles() {}

  static void print(List<ComparisonResult> results, PrintStream console) {
    console.printf(
        "%n%-20s %-22s %16s %20s%n", "data", "variant", "test accuracy %", "against software");
    for (ComparisonResult result : results) {
      for (String variant : result.variants()) {
        SummaryStatistics accuracy = result.accuracy(variant);
        Difference difference = result.difference(variant);
        console.printf(
            Locale.ROOT,
            "%-20s %-22s %16s %20s%n",
            result.data(),
            variant,
            accuracy.getN() == 0
                ? "failed"
                : number("%.2f", accuracy.getMean(), accuracy.getStandardDeviation(), accuracy),
            variant.equals(result.baseline())
                ? ""
                : number("%+.2f", difference.points(), difference.standardError(), accuracy));
      }
    }
    console.println();
  }

  private static String number(
      String format, double value, double around, SummaryStatistics accuracy) {
    String text = String.format(Locale.ROOT, format, value);
    return accuracy.getN() < 2 || Double.isNaN(around)
        ? text
        : text + String.format(Locale.ROOT, " ± %.2f", around);
  }

  /** All rows of the data sets' own results.csv, and the picture. */
  static void write(List<ComparisonResult> results, Path folder) throws IOException {
    StringWriter text = new StringWriter();
    try (CSVPrinter printer = new CSVPrinter(text, CSV)) {
      boolean first = true;
      for (ComparisonResult result : results) {
        Path file = folder.resolve(result.data()).resolve("results.csv");
        try (CSVParser rows =
            CSVParser.parse(Files.readString(file, StandardCharsets.UTF_8), CSV)) {
          for (CSVRecord row : rows) {
            if (first || row.getRecordNumber() > 1) {
              printer.printRecord(row);
            }
            first = false;
          }
        }
      }
    }
    ResultFiles.replace(
        folder.resolve("equivalent-accuracy.csv"),
        text.toString().getBytes(StandardCharsets.UTF_8));
    ResultFiles.draw(
        List.of(differences(results, true), differences(results, false)),
        2,
        folder.resolve("equivalent-accuracy.png"));
  }

  /** Differences from software with their standard errors, near zero or as far as they go. */
  private static XYChart differences(List<ComparisonResult> results, boolean near) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(near ? "Against software, within a point" : "Against software, all")
            .yAxisTitle("test accuracy, points from software")
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    chart.getStyler().setXAxisMin(0.5).setXAxisMax(results.size() + 0.5);
    chart.setCustomXAxisTickLabelsFormatter(
        x -> {
          long place = Math.round(x);
          return Math.abs(x - place) < 1e-6 && place >= 1 && place <= results.size()
              ? results.get((int) place - 1).data()
              : "";
        });
    double[] ends = {0.5, results.size() + 0.5};
    line(chart, "software", ends, 0, Color.BLACK);
    if (near) {
      line(chart, "0.3 points", ends, -0.3, Color.GRAY);
      chart.getStyler().setYAxisMin(-1.0).setYAxisMax(0.5);
    }
    for (Variant variant : EqualityTask.VARIANTS.subList(1, EqualityTask.VARIANTS.size())) {
      List<Double> x = new ArrayList<>();
      List<Double> y = new ArrayList<>();
      List<Double> errors = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        Difference difference = results.get(i).difference(variant.id());
        if (!Double.isNaN(difference.points()) && (!near || difference.points() > -1)) {
          x.add(i + 1.0);
          y.add(difference.points());
          errors.add(Double.isNaN(difference.standardError()) ? 0 : difference.standardError());
        }
      }
      if (!x.isEmpty()) {
        XYSeries series = chart.addSeries(variant.id(), x, y, errors);
        series.setLineColor(new Color(0, 0, 0, 0));
        series.setMarkerColor(ResultFiles.colour(variant));
        series.setMarker(SeriesMarkers.CIRCLE);
      }
    }
    return chart;
  }

  private static void line(XYChart chart, String name, double[] ends, double level, Color colour) {
    XYSeries line = chart.addSeries(name, ends, new double[] {level, level});
    line.setLineColor(colour);
    line.setMarker(SeriesMarkers.NONE);
  }
}
