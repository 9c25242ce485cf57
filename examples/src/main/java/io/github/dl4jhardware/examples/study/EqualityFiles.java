package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.compare.ComparisonResult.Difference;
import io.github.dl4jhardware.examples.model.Variant;
import io.github.dl4jhardware.files.CsvText;
import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.report.Charts;
import java.awt.Color;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The equality table of several data sets: on the console, as CSV, and as a picture. */
final class EqualityFiles {
  private static final int WIDTH = 700;
  private static final int HEIGHT = 480;
  private static final List<Variant> VARIANTS =
      EqualityTask.VARIANTS.subList(1, EqualityTask.VARIANTS.size());
  private static final CSVFormat CSV = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').build();

  private static final CSVFormat WITH_HEAD =
      CSV.builder().setHeader().setSkipHeaderRecord(true).build();

  private EqualityFiles() {}

  static void print(List<ComparisonResult> results, PrintStream console) {
    for (ComparisonResult result : results) {
      console.printf(
          "%n%s%n  %-19s %5s %13s %15s %15s%n",
          result.data(), "variant", "chips", "accuracy, %", "difference", "95 % interval");
      for (String variant : result.variants()) {
        SummaryStatistics accuracy = result.accuracy(variant);
        Difference difference = result.difference(variant);
        console.printf(
            Locale.ROOT,
            "  %-19s %5d %13s %15s %15s%n",
            variant,
            accuracy.getN(),
            accuracy.getN() == 0
                ? "failed"
                : number("%.2f", accuracy.getMean(), accuracy.getStandardDeviation(), accuracy),
            variant.equals(result.baseline()) || !Double.isFinite(difference.points())
                ? ""
                : number("%+.3f", difference.points(), difference.standardError(), accuracy),
            variant.equals(result.baseline()) || Double.isNaN(difference.confidence95())
                ? ""
                : String.format(
                    Locale.ROOT,
                    "%+.2f … %+.2f",
                    difference.points() - difference.confidence95(),
                    difference.points() + difference.confidence95()));
      }
    }
    console.println();
  }

  private static String number(
      String format, double value, double around, SummaryStatistics accuracy) {
    String text = String.format(Locale.ROOT, format, value);
    return accuracy.getN() < 2 || Double.isNaN(around)
        ? text
        : text + String.format(Locale.ROOT, format.equals("%.2f") ? " ± %.2f" : " ± %.3f", around);
  }

  /**
   * All rows of the data sets' own results.csv, and a picture of those whose variants have results.
   */
  static void write(List<ComparisonResult> results, Path folder) throws IOException {
    StringWriter text = new StringWriter();
    try (CSVPrinter printer = new CSVPrinter(text, CSV)) {
      // A data set whose runs all failed has no column of what they would have found.
      Set<String> names = new LinkedHashSet<>();
      List<CSVRecord> all = new ArrayList<>();
      for (ComparisonResult result : results) {
        Path file = folder.resolve(result.data()).resolve("results.csv");
        try (CSVParser rows = CSVParser.parse(CsvText.open(file), WITH_HEAD)) {
          names.addAll(rows.getHeaderNames());
          rows.forEach(all::add);
        }
      }
      printer.printRecord(names);
      for (CSVRecord row : all) {
        printer.printRecord(names.stream().map(name -> row.isMapped(name) ? row.get(name) : ""));
      }
    }
    WholeFile.write(
        folder.resolve("equivalent-accuracy.csv"),
        text.toString().getBytes(StandardCharsets.UTF_8));
    Path picture = folder.resolve("equivalent-accuracy.png");
    List<ComparisonResult> drawn = results.stream().filter(EqualityFiles::hasDifferences).toList();
    if (drawn.isEmpty()) {
      Files.deleteIfExists(picture);
      return;
    }
    Charts.write(
        List.of(
            differences(drawn, "With polarity inversion", VARIANTS.subList(0, 1), true),
            differences(drawn, "With and without", VARIANTS, false)),
        2,
        picture);
  }

  /** Not where a variant failed on all chips, or with nothing to compare it with. */
  private static boolean hasDifferences(ComparisonResult result) {
    return VARIANTS.stream()
        .allMatch(variant -> Double.isFinite(result.difference(variant.id()).points()));
  }

  /** Paired differences from software with their 95 % intervals. */
  private static CategoryChart differences(
      List<ComparisonResult> results, String title, List<Variant> variants, boolean bound) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .yAxisTitle("test accuracy, points from software")
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
    chart.getStyler().setOverlapped(true);
    List<String> names = results.stream().map(ComparisonResult::data).toList();
    line(chart, "software", names, 0, Color.BLACK);
    if (bound) {
      line(chart, "0.1 points", names, -0.1, Color.GRAY);
    }
    double least = bound ? -0.5 : 0;
    for (Variant variant : variants) {
      List<Double> points = new ArrayList<>();
      List<Double> errors = new ArrayList<>();
      for (ComparisonResult result : results) {
        Difference difference = result.difference(variant.id());
        double error = Double.isNaN(difference.confidence95()) ? 0 : difference.confidence95();
        points.add(difference.points());
        errors.add(error);
        least = Math.min(least, difference.points() - error);
      }
      CategorySeries series = chart.addSeries(variant.id(), names, points, errors);
      series.setMarkerColor(variant.colour());
      series.setMarker(SeriesMarkers.CIRCLE);
    }
    chart.getStyler().setYAxisMin(bound ? least - 0.1 : Math.floor(least));
    chart.getStyler().setYAxisMax(bound ? 0.5 : 1.0);
    return chart;
  }

  private static void line(
      CategoryChart chart, String name, List<String> names, double level, Color colour) {
    CategorySeries line = chart.addSeries(name, names, Collections.nCopies(names.size(), level));
    line.setChartCategorySeriesRenderStyle(CategorySeriesRenderStyle.Line);
    line.setLineColor(colour);
    line.setMarker(SeriesMarkers.NONE);
  }
}
