package io.github.dl4jhardware.compare;

import io.github.dl4jhardware.compare.ComparisonRun.Point;
import io.github.dl4jhardware.report.Charts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The pictures of a report, as PNG. */
final class ReportCharts {
  private static final int LEGEND_WIDTH = 180;
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
              Charts.base64Png(curves.get(0))));
      pictures.add(new Picture("The same, top of the range.", Charts.base64Png(curves.get(1))));
    }
    if (any(ReportCharts::hasEnergy)) {
      pictures.add(
          new Picture(
              "Each mark is a chip. Dashed: mean of variants without a cost model, such as"
                  + " software.",
              Charts.base64Png(energy())));
    }
    for (Probe.Curve curve : result.curves()) {
      pictures.add(new Picture(curve.caption(), Charts.base64Png(probed(curve))));
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

  /** What a probe found of all variants that brought it along. */
  private XYChart probed(Probe.Curve kind) {
    XYChart chart = chart(kind.name(), kind.axis(), "test accuracy, %");
    chart.getStyler().setXAxisLogarithmic(kind.logarithmic());
    for (int v = 0; v < result.variants().size(); v++) {
      Map<Double, SummaryStatistics> points = new TreeMap<>();
      for (ComparisonRun run : result.of(result.variants().get(v))) {
        for (Probe.Curve curve : run.findings().curves()) {
          for (Probe.Point point :
              curve.name().equals(kind.name()) ? curve.points() : List.<Probe.Point>of()) {
            // A logarithmic axis has no place for 0.
            if (point.x() > 0 || !kind.logarithmic()) {
              add(points, point.x(), point.testAccuracyPercent());
            }
          }
        }
      }
      if (!points.isEmpty()) {
        Charts.line(chart, v, result.variants().get(v), points);
      }
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
        series.setMarker(Charts.marker(v));
        series.setMarkerColor(Charts.colour(v));
      } else if (result.accuracy(variant).getN() > 0) {
        double mean = result.accuracy(variant).getMean();
        Charts.level(chart, v, variant, least / 2, most * 2, mean);
      }
    }
    return chart;
  }

  private static void add(Map<Double, SummaryStatistics> points, double x, double y) {
    points.computeIfAbsent(x, fresh -> new SummaryStatistics()).addValue(y);
  }

  /** Mean and band; what was not trained, right across. */
  private void line(XYChart chart, int v, Map<Double, SummaryStatistics> points) {
    if (points.size() == 1) {
      double last =
          result.runs().stream()
              .flatMap(run -> run.curve().stream())
              .mapToDouble(Point::examples)
              .max()
              .orElse(0);
      double accuracy = points.values().iterator().next().getMean();
      Charts.level(chart, v, result.variants().get(v), 0, last, accuracy);
    } else if (!points.isEmpty()) {
      Charts.line(chart, v, result.variants().get(v), points);
    }
  }

  private XYChart chart(String title, String x, String y) {
    int width = legend ? Charts.WIDTH + LEGEND_WIDTH : Charts.WIDTH;
    XYChart chart = Charts.chart(width, Charts.HEIGHT, title, x, y);
    chart.getStyler().setLegendVisible(legend);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    return chart;
  }
}
