package io.github.dl4jhardware.examples;

import java.awt.Color;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Writes the results for others to read: a CSV and a picture, each whole or not at all. */
final class ResultFiles {
  private static final int CHART_WIDTH = 800;
  private static final int CHART_HEIGHT = 560;
  // Distinct for the colour-blind: Okabe and Ito's palette.
  private static final Map<Variant, Color> COLOURS =
      new EnumMap<>(
          Map.of(
              Variant.SOFTWARE, new Color(0x000000),
              Variant.ANALOG_INVERSION, new Color(0x0072B2),
              Variant.ANALOG_NO_INVERSION, new Color(0xD55E00),
              Variant.PCM_ONLY, new Color(0x009E73)));

  private ResultFiles() {}

  static void csv(List<Run> runs, Path file) throws IOException {
    StringWriter text = new StringWriter();
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setRecordSeparator('\n')
            .setHeader(
                "variant",
                "data",
                "seed",
                "epochs",
                "test_accuracy_percent",
                "train_seconds",
                "examples_per_second",
                "transfers")
            .build();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      for (Run run : runs) {
        printer.printRecord(
            run.variant().id(),
            run.data(),
            run.seed(),
            run.epochs(),
            String.format(Locale.ROOT, "%.2f", run.testAccuracyPercent()),
            String.format(Locale.ROOT, "%.2f", run.trainSeconds()),
            String.format(Locale.ROOT, "%.1f", run.examplesPerSecond()),
            run.transfers());
      }
    }
    replace(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Accuracy over examples, mean over seeds: the whole range at the left, the top at the right. */
  static void picture(List<Run> runs, Path file) throws IOException {
    double best = runs.stream().mapToDouble(Run::testAccuracyPercent).max().orElse(100);
    double low = Math.max(0, Math.floor(best) - 8);
    List<XYChart> charts = new ArrayList<>();
    charts.add(chart(runs, "Test accuracy", 0, 100));
    charts.add(
        chart(runs, "Test accuracy, top of the range", low, Math.min(100, Math.ceil(best + 0.5))));
    draw(charts, charts.size(), file);
  }

  /** Charts beside each other and in rows, as one picture. */
  static void draw(List<XYChart> charts, int across, Path file) throws IOException {
    int rows = (charts.size() + across - 1) / across;
    Path part = Files.createTempFile(file.toAbsolutePath().getParent(), "picture", ".png");
    try {
      BitmapEncoder.saveBitmap(charts, rows, across, part.toString(), BitmapFormat.PNG);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  static Color colour(Variant variant) {
    return COLOURS.getOrDefault(variant, Color.GRAY);
  }

  private static XYChart chart(List<Run> runs, String title, double low, double high) {
    XYChart chart =
        new XYChartBuilder()
            .width(CHART_WIDTH)
            .height(CHART_HEIGHT)
            .title(title + " (" + runs.get(0).data() + ", 528-250-125-10)")
            .xAxisTitle("training examples")
            .yAxisTitle("test accuracy, %")
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
    chart.getStyler().setYAxisMin(low);
    chart.getStyler().setYAxisMax(high);
    chart.getStyler().setXAxisDecimalPattern("#,##0");
    for (Variant variant : Variant.values()) {
      List<Run> own = runs.stream().filter(run -> run.variant() == variant).toList();
      if (own.isEmpty()) {
        continue;
      }
      int points = own.get(0).curve().size();
      double[] x = new double[points];
      double[] y = new double[points];
      for (int p = 0; p < points; p++) {
        int point = p;
        x[p] = own.get(0).curve().get(p).examples();
        y[p] =
            own.stream()
                .mapToDouble(run -> run.curve().get(point).testAccuracyPercent())
                .average()
                .orElseThrow();
      }
      XYSeries series =
          chart.addSeries(
              variant.id() + " (" + own.size() + (own.size() == 1 ? " seed)" : " seeds)"), x, y);
      series.setMarker(SeriesMarkers.NONE);
      series.setLineColor(COLOURS.get(variant));
    }
    return chart;
  }

  static void replace(Path file, byte[] content) throws IOException {
    Path part = Files.createTempFile(file.toAbsolutePath().getParent(), "results", ".part");
    try {
      Files.write(part, content);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** A model with its updater's state. */
  static void save(MultiLayerNetwork network, Path file) throws IOException {
    Path part = Files.createTempFile(file.toAbsolutePath().getParent(), "model", ".part");
    try {
      ModelSerializer.writeModel(network, part.toFile(), true);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
