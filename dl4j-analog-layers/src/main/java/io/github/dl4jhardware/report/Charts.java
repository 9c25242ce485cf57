package io.github.dl4jhardware.report;

import io.github.dl4jhardware.files.WholeFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Pictures: colours and marks in their order, lines with bands, PNG files. */
public final class Charts {
  /** Width of a picture in a report, in pixels. */
  public static final int WIDTH = 590;

  /** Height of a picture in a report, in pixels. */
  public static final int HEIGHT = 430;

  // Distinct for the colour-blind. Source: M. Okabe, K. Ito, Color Universal Design (2008).
  private static final int[] COLOURS = {
    0x000000, 0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x999999
  };
  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.DIAMOND, SeriesMarkers.TRIANGLE_UP
  };
  private static final int BAND_OPACITY = 45;
  private static final int MOST_MARKED_POINTS = 12;

  private Charts() {}

  /**
   * The colour of a series.
   *
   * @param which 0 for the baseline, which is black
   * @return one of eight in turn
   */
  public static Color colour(int which) {
    return new Color(COLOURS[which % COLOURS.length]);
  }

  /**
   * The mark of a series.
   *
   * @param which as for {@link #colour}
   * @return one of four in turn
   */
  public static Marker marker(int which) {
    return MARKERS[which % MARKERS.length];
  }

  /**
   * An empty chart.
   *
   * @param widthPixels of the whole picture
   * @param heightPixels of the whole picture
   * @param title headline
   * @param x axis, with its unit
   * @param y axis, with its unit
   * @return white, the legend below
   */
  public static XYChart chart(int widthPixels, int heightPixels, String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(widthPixels)
            .height(heightPixels)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    chart.getStyler().setMarkerSize(7);
    return chart;
  }

  /**
   * A level right across.
   *
   * @param chart takes it
   * @param which its colour
   * @param name in the legend
   * @param from left end
   * @param to right end
   * @param level value
   */
  public static void level(
      XYChart chart, int which, String name, double from, double to, double level) {
    XYSeries line = chart.addSeries(name, new double[] {from, to}, new double[] {level, level});
    line.setMarker(SeriesMarkers.NONE);
    line.setLineStyle(SeriesLines.DASH_DASH);
    line.setLineColor(colour(which));
  }

  /**
   * Means as a line, in a band of one standard deviation where there are several values.
   *
   * @param chart takes it
   * @param which its colour and mark
   * @param name in the legend
   * @param points by x in rising order, values in percent
   */
  public static void line(
      XYChart chart, int which, String name, Map<Double, SummaryStatistics> points) {
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
    Color colour = colour(which);
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
    line.setMarker(n > MOST_MARKED_POINTS ? SeriesMarkers.NONE : marker(which));
    line.setMarkerColor(colour);
    line.setLineColor(colour);
    line.setLineStyle(new BasicStroke(2));
  }

  /**
   * Writes charts as one picture, all of it or nothing.
   *
   * @param charts at least one
   * @param columns how many stand side by side
   * @param file a PNG, created or replaced
   * @throws IOException if it cannot be written
   */
  public static void write(List<? extends Chart<?, ?>> charts, int columns, Path file)
      throws IOException {
    int rows = (charts.size() + columns - 1) / columns;
    WholeFile.make(
        file,
        part ->
            BitmapEncoder.saveBitmap(
                List.copyOf(charts), rows, columns, part.toString(), BitmapFormat.PNG));
  }

  /**
   * A chart for a page.
   *
   * @param chart any
   * @return PNG, in base 64
   */
  public static String base64Png(XYChart chart) {
    try {
      return Base64.getEncoder()
          .encodeToString(BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
