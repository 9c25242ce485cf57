package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.examples.model.Comparison.Result;
import io.github.dl4jhardware.examples.model.Variant;
import io.github.dl4jhardware.examples.study.StudyPoint.Cell;
import io.github.dl4jhardware.report.Charts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Accuracy over each swept property, as four charts in one picture. */
final class StudyPicture {
  private static final int WIDTH = 700;
  private static final int HEIGHT = 480;

  private StudyPicture() {}

  static void draw(Map<StudyPoint, Result> results, int epochs, Path file) throws IOException {
    Charts.write(
        List.of(
            chart(
                results,
                epochs,
                "device asymmetry σ, %",
                false,
                Cell::asymmetryPercent,
                cell -> cell.withAsymmetryPercent(Cell.PRESET.asymmetryPercent())),
            chart(
                results,
                epochs,
                "leak time constant, s (1 µs an example)",
                true,
                Cell::leakSeconds,
                cell -> cell.withLeakSeconds(Cell.PRESET.leakSeconds())),
            chart(
                results,
                epochs,
                "transfer interval, examples",
                true,
                Cell::transferExamples,
                cell -> cell.withTransferExamples(Cell.PRESET.transferExamples())),
            chart(
                results,
                epochs,
                "gain F",
                false,
                Cell::gain,
                cell -> cell.withGain(Cell.PRESET.gain()))),
        2,
        file);
  }

  /** The runs whose other properties are the preset's. */
  private static XYChart chart(
      Map<StudyPoint, Result> results,
      int epochs,
      String axis,
      boolean logarithmic,
      ToDoubleFunction<Cell> swept,
      Function<Cell, Cell> unswept) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Test accuracy after " + epochs + " epochs, 528-250-125-10")
            .xAxisTitle(axis)
            .yAxisTitle("test accuracy, %")
            .build();
    chart.getStyler().setXAxisLogarithmic(logarithmic);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    double least = 100;
    double greatest = 0;
    for (Variant variant : List.of(Variant.ANALOG_INVERSION, Variant.ANALOG_NO_INVERSION)) {
      TreeMap<Double, SummaryStatistics> byValue = new TreeMap<>();
      results.forEach(
          (point, result) -> {
            if (point.variant() == variant
                && point.epochs() == epochs
                && unswept.apply(point.cell()).equals(Cell.PRESET)) {
              byValue
                  .computeIfAbsent(
                      swept.applyAsDouble(point.cell()), value -> new SummaryStatistics())
                  .addValue(result.testAccuracyPercent());
            }
          });
      double[] x = byValue.keySet().stream().mapToDouble(Double::doubleValue).toArray();
      double[] y = byValue.values().stream().mapToDouble(SummaryStatistics::getMean).toArray();
      double[] deviations =
          byValue.values().stream()
              .mapToDouble(SummaryStatistics::getStandardDeviation)
              .map(value -> Double.isNaN(value) ? 0 : value)
              .toArray();
      if (x.length == 0) {
        continue;
      }
      XYSeries series = chart.addSeries(variant.id(), x, y, deviations);
      series.setLineColor(variant.colour());
      series.setMarkerColor(variant.colour());
      series.setMarker(SeriesMarkers.CIRCLE);
      for (double value : y) {
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
    }
    least = Math.min(least, greatest);
    SummaryStatistics software = new SummaryStatistics();
    results.forEach(
        (point, result) -> {
          if (point.variant() == Variant.SOFTWARE && point.epochs() == epochs) {
            software.addValue(result.testAccuracyPercent());
          }
        });
    if (software.getN() > 0 && !chart.getSeriesMap().isEmpty()) {
      double[] ends =
          chart.getSeriesMap().values().stream()
              .flatMapToDouble(series -> java.util.Arrays.stream(series.getXData()))
              .sorted()
              .toArray();
      double level = software.getMean();
      XYSeries line =
          chart.addSeries(
              Variant.SOFTWARE.id(),
              new double[] {ends[0], ends[ends.length - 1]},
              new double[] {level, level});
      line.setLineColor(Variant.SOFTWARE.colour());
      line.setMarker(SeriesMarkers.NONE);
    }
    chart.getStyler().setYAxisMin(Math.max(0, Math.floor(least) - 2));
    chart.getStyler().setYAxisMax(Math.min(100, Math.ceil(greatest) + 1));
    return chart;
  }
}
