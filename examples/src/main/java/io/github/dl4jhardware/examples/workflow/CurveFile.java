package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.SealedRows;
import io.github.dl4jhardware.files.CsvText;
import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.report.Charts;
import java.awt.Color;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What every epoch of a training gave, as {@code curve.csv} and a picture. */
final class CurveFile {
  private static final String[] COLUMNS = {
    "epoch",
    "minutes",
    "train_loss",
    "test_accuracy_percent",
    "firing_rate",
    "flip_ratio",
    "sha256_of_row"
  };
  private static final int WIDTH = 640;
  private static final int HEIGHT = 440;
  private static final Color BLUE = new Color(0x0072B2);

  private CurveFile() {}

  /**
   * One epoch.
   *
   * @param epoch from 1
   * @param minutes of training and testing so far, over all sessions
   * @param trainLoss mean over the epoch's batches
   * @param testAccuracyPercent on the whole test set
   * @param firingRate mean over layers and batches
   * @param flipRatio mean over trinary layers and batches
   */
  record Point(
      int epoch,
      double minutes,
      double trainLoss,
      double testAccuracyPercent,
      double firingRate,
      double flipRatio) {}

  static List<Point> read(Path file) throws IOException {
    List<Point> points = new ArrayList<>();
    CsvText.Table table = CsvText.read(file, CSVFormat.RFC4180);
    if (!table.header().equals(List.of(COLUMNS))) {
      throw new BadDataException(file + ", line 1: the columns are not those of a curve");
    }
    for (CSVRecord row : table.rows()) {
      long line = row.getRecordNumber() + 1;
      SealedRows.check(row, file, line, "put the file back, or begin anew with another --out");
      try {
        points.add(
            new Point(
                Integer.parseInt(row.get(0)),
                Double.parseDouble(row.get(1)),
                Double.parseDouble(row.get(2)),
                Double.parseDouble(row.get(3)),
                Double.parseDouble(row.get(4)),
                Double.parseDouble(row.get(5))));
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        throw new BadDataException(file + ", line " + line + ": " + e.getMessage());
      }
    }
    return points;
  }

  static void write(List<Point> points, Path file) throws IOException {
    StringWriter text = new StringWriter();
    CSVFormat format =
        CSVFormat.RFC4180.builder().setRecordSeparator('\n').setHeader(COLUMNS).build();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      for (Point point : points) {
        SealedRows.print(
            printer,
            point.epoch(),
            String.format(Locale.ROOT, "%.3f", point.minutes()),
            String.format(Locale.ROOT, "%.5f", point.trainLoss()),
            String.format(Locale.ROOT, "%.2f", point.testAccuracyPercent()),
            String.format(Locale.ROOT, "%.4f", point.firingRate()),
            String.format(Locale.ROOT, "%.7f", point.flipRatio()));
      }
    }
    WholeFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  static void picture(List<Point> points, String title, Path file) throws IOException {
    if (points.isEmpty() || Files.isDirectory(file)) {
      return;
    }
    Charts.write(
        List.of(
            chart(points, title, "test accuracy, %", Point::testAccuracyPercent),
            chart(points, title, "training loss", Point::trainLoss),
            chart(points, title, "mean firing rate", Point::firingRate),
            chart(
                points,
                title,
                "trinary weights flipped a step, 1/1,000,000",
                p -> 1e6 * p.flipRatio())),
        2,
        file);
  }

  private static XYChart chart(
      List<Point> points, String title, String axis, ToDoubleFunction<Point> value) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("minutes")
            .yAxisTitle(axis)
            .build();
    chart.getStyler().setLegendVisible(false);
    XYSeries series =
        chart.addSeries(
            axis,
            points.stream().mapToDouble(Point::minutes).toArray(),
            points.stream().mapToDouble(value).map(v -> Double.isFinite(v) ? v : 0).toArray());
    series.setLineColor(BLUE);
    series.setMarkerColor(BLUE);
    series.setMarker(SeriesMarkers.CIRCLE);
    return chart;
  }

  /** What the epochs up to a checkpoint gave; a run that was killed may have recorded one more. */
  static List<Point> upTo(Path curve, int epochs) throws IOException {
    List<Point> points =
        Files.exists(curve)
            ? read(curve).stream().filter(point -> point.epoch() <= epochs).toList()
            : List.of();
    boolean whole = points.size() == epochs;
    for (int i = 0; i < points.size(); i++) {
      whole &= points.get(i).epoch() == i + 1;
    }
    if (!whole) {
      throw new BadDataException(
          curve
              + " does not tell of each of the checkpoint's "
              + epochs
              + " epochs; put it back, or begin anew with another --out");
    }
    return points;
  }
}
