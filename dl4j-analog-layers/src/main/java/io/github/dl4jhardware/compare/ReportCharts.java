package io.github.dl4jhardware.compare;

import io.github.dl4jhardware.compare.ComparisonRun.DriftPoint;
import io.github.dl4jhardware.compare.ComparisonRun.Point;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The pictures of a report, as PNG. */
final class ReportCharts {
  static final int WIDTH = 590;
  static final int HEIGHT = 430;

  private static final int LEGEND_WIDTH = 180;

  // Distinct for the colour-blind: Okabe and Ito's palette.
  private static final int[] COLOURS = {
    0x000000, 0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x999999
  };
  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.DIAMOND, SeriesMarkers.TRIANGLE_UP
  };
  private static final int BAND_OPACITY = 45;
  private static final double TOP_PERCENT = 8;
  // Beyond this ratio of energies a logarithmic axis shows more.
  private static final double WIDE = 5;

  private final ComparisonResult result;
  private final boolean legend;

  /**
   * Pictures of a result.
   *
   * @param legend whether each says which colour is which variant; the page says it once
   */
  ReportCharts(ComparisonResult result, boolean legend) {
    this.result = result;
    this.legend = legend;
  }

  static Color colour(int variant) {
    return new Color(COLOURS[variant % COLOURS.length]);
  }

  /** A picture with what it shows. */
  record Picture(String caption, String base64Png) {}

  List<Picture> all() {
    List<Picture> pictures = new ArrayList<>();
    List<XYChart> curves = curves();
    if (!curves.isEmpty()) {
      pictures.add(
          new Picture(
              "Test accuracy while training. Lines are means over chips, bands one standard"
                  + " deviation; dashed is what was not trained here.",
              png(curves.get(0))));
      pictures.add(new Picture("The same, top of the range.", png(curves.get(1))));
    }
    if (any(ReportCharts::hasEnergy)) {
      pictures.add(
          new Picture(
              "Each mark is a chip. Dashed: mean of variants without a cost model, such as"
                  + " software.",
              png(energy())));
    }
    if (any(run -> !run.drift().isEmpty())) {
      pictures.add(
          new Picture(
              "The trained analogue weights programmed into phase-change memory and read later,"
                  + " with global drift compensation.",
              png(drift())));
    }
    return pictures;
  }

  /** Accuracy while training: the whole range, and the top of it; none if nothing was trained. */
  List<XYChart> curves() {
    if (!any(run -> run.curve().size() > 1)) {
      return List.of();
    }
    double best = 0;
    for (String variant : result.variants()) {
      if (result.accuracy(variant).getN() > 0) {
        best = Math.max(best, result.accuracy(variant).getMax());
      }
    }
    return List.of(
        curves("Accuracy while training", 0, 100),
        curves(
            "Top of the range",
            Math.max(0, Math.floor(best) - TOP_PERCENT),
            Math.min(100, Math.ceil(best + 0.5))));
  }

  private static boolean hasEnergy(ComparisonRun run) {
    Double energy = run.cost().inferenceNanojoules();
    return energy != null && energy > 0 && run.testAccuracyPercent() != null;
  }

  private boolean any(Predicate<ComparisonRun> what) {
    return result.runs().stream().anyMatch(what);
  }

  private static String png(XYChart chart) {
    try {
      return Base64.getEncoder()
          .encodeToString(BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private XYChart curves(String title, double low, double high) {
    XYChart chart = chart(title, "training examples", "test accuracy, %");
    chart.getStyler().setYAxisMin(low).setYAxisMax(high);
    chart.getStyler().setXAxisDecimalPattern("#,##0");
    for (int v = 0; v < result.variants().size(); v++) {
      Map<Double, SummaryStatistics> points = new TreeMap<>();
      for (ComparisonRun run : result.of(result.variants().get(v))) {
        for (Point point : run.curve()) {
          add(points, (double) point.examples(), point.testAccuracyPercent());
        }
      }
      line(chart, v, points);
    }
    return chart;
  }

  private XYChart drift() {
    XYChart chart = chart("Drift", "time since programming, s", "test accuracy, %");
    chart.getStyler().setXAxisLogarithmic(true);
    for (int v = 0; v < result.variants().size(); v++) {
      Map<Double, SummaryStatistics> points = new TreeMap<>();
      for (ComparisonRun run : result.of(result.variants().get(v))) {
        for (DriftPoint point : run.drift()) {
          // A logarithmic axis has no place for 0.
          if (point.seconds() > 0) {
            add(points, point.seconds(), point.testAccuracyPercent());
          }
        }
      }
      line(chart, v, points);
    }
    return chart;
  }

  private XYChart energy() {
    XYChart chart = chart("Accuracy and energy", "energy of an inference, nJ", "test accuracy, %");
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (ComparisonRun run : result.runs()) {
      Double energy = run.cost().inferenceNanojoules();
      if (energy != null && energy > 0) {
        least = Math.min(least, energy);
        most = Math.max(most, energy);
      }
    }
    chart.getStyler().setXAxisLogarithmic(most > WIDE * least);
    for (int v = 0; v < result.variants().size(); v++) {
      String variant = result.variants().get(v);
      List<Double> energies = new ArrayList<>();
      List<Double> accuracies = new ArrayList<>();
      for (ComparisonRun run : result.of(variant)) {
        Double energy = run.cost().inferenceNanojoules();
        if (energy != null && energy > 0 && run.testAccuracyPercent() != null) {
          energies.add(energy);
          accuracies.add(run.testAccuracyPercent());
        }
      }
      if (!energies.isEmpty()) {
        XYSeries series = chart.addSeries(variant, energies, accuracies);
        series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        series.setMarker(MARKERS[v % MARKERS.length]);
        series.setMarkerColor(colour(v));
      } else if (result.accuracy(variant).getN() > 0) {
        double mean = result.accuracy(variant).getMean();
        XYSeries series =
            chart.addSeries(variant, new double[] {least / 2, most * 2}, new double[] {mean, mean});
        series.setMarker(SeriesMarkers.NONE);
        series.setLineStyle(SeriesLines.DASH_DASH);
        series.setLineColor(colour(v));
      }
    }
    return chart;
  }

  private static void add(Map<Double, SummaryStatistics> points, double x, double y) {
    points.computeIfAbsent(x, fresh -> new SummaryStatistics()).addValue(y);
  }

  /** What was not trained, right across. */
  private void untrained(XYChart chart, int v, double accuracy) {
    double last =
        result.runs().stream()
            .flatMap(run -> run.curve().stream())
            .mapToDouble(Point::examples)
            .max()
            .orElse(0);
    XYSeries line =
        chart.addSeries(
            result.variants().get(v), new double[] {0, last}, new double[] {accuracy, accuracy});
    line.setMarker(SeriesMarkers.NONE);
    line.setLineStyle(SeriesLines.DASH_DASH);
    line.setLineColor(colour(v));
  }

  /** Mean and band. */
  private void line(XYChart chart, int v, Map<Double, SummaryStatistics> points) {
    if (points.isEmpty()) {
      return;
    }
    if (points.size() == 1 && !chart.getStyler().isXAxisLogarithmic()) {
      untrained(chart, v, points.values().iterator().next().getMean());
      return;
    }
    int n = points.size();
    double[] x = new double[n];
    double[] mean = new double[n];
    double[] around = new double[2 * n];
    double[] edge = new double[2 * n];
    boolean spread = false;
    int i = 0;
    for (Map.Entry<Double, SummaryStatistics> point : points.entrySet()) {
      SummaryStatistics values = point.getValue();
      double deviation = values.getN() > 1 ? values.getStandardDeviation() : 0;
      x[i] = point.getKey();
      mean[i] = values.getMean();
      around[i] = x[i];
      around[2 * n - 1 - i] = x[i];
      edge[i] = Math.min(100, values.getMean() + deviation);
      edge[2 * n - 1 - i] = Math.max(0, values.getMean() - deviation);
      spread |= deviation > 0;
      i++;
    }
    String name = result.variants().get(v);
    Color colour = colour(v);
    if (spread && n > 1) {
      XYSeries band = chart.addSeries(name + " ± 1 σ", around, edge);
      band.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
      band.setShowInLegend(false);
      band.setMarker(SeriesMarkers.NONE);
      band.setLineColor(new Color(0, 0, 0, 0));
      band.setFillColor(
          new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), BAND_OPACITY));
    }
    XYSeries line = chart.addSeries(name, x, mean);
    line.setMarker(n > 12 ? SeriesMarkers.NONE : MARKERS[v % MARKERS.length]);
    line.setMarkerColor(colour);
    line.setLineColor(colour);
    line.setLineStyle(new BasicStroke(2));
  }

  private XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(legend ? WIDTH + LEGEND_WIDTH : WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setLegendVisible(legend);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    chart.getStyler().setMarkerSize(7);
    return chart;
  }
}
