package io.github.dl4jhardware.analog.readout;

import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.PulsedArray;
import io.github.dl4jhardware.analog.device.PulsedDevice;
import io.github.dl4jhardware.analog.readout.PulseLog.LayerLog;
import io.github.dl4jhardware.files.WholeFile;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The pictures by which S. Ambrogio et al. (Nature 558, 60, 2018) look at their cells: pulses a
 * cell over two transfer intervals, one transfer against the next, and the pulse response of sample
 * cells. Each file is written whole or not at all.
 */
public final class DevicePictures {
  private static final int WIDTH = 700;
  private static final int HEIGHT = 520;
  private static final int HISTOGRAM_BINS = 81;
  private static final int MAP_BINS = 60;
  private static final int RESPONSE_PULSES = 300;
  private static final int POINTS_OF_A_RESPONSE = 2 * RESPONSE_PULSES + 1;
  private static final Color BLUE = new Color(0x0072B2);

  private DevicePictures() {}

  /**
   * Draws how many cells had how many net pulses over the last two transfer intervals.
   *
   * @param log a layer's pulses
   * @param title what stands above
   * @param file the PNG
   * @throws IOException if it cannot be written
   * @throws IllegalStateException if the log has not seen two intervals
   */
  public static void pulsesOverTwoIntervals(LayerLog log, String title, Path file)
      throws IOException {
    requireTwo(log);
    float[] pulses = log.pulsesOverTwoIntervals();
    float farthest = 1;
    for (float each : pulses) {
      farthest = Math.max(farthest, Math.abs(each));
    }
    double width = 2.0 * farthest / HISTOGRAM_BINS;
    double[] x = new double[HISTOGRAM_BINS];
    double[] cells = new double[HISTOGRAM_BINS];
    for (int bin = 0; bin < HISTOGRAM_BINS; bin++) {
      x[bin] = -farthest + (bin + 0.5) * width;
      // A logarithmic axis has no place for 0.
      cells[bin] = 0.5;
    }
    for (float each : pulses) {
      int bin = (int) Math.min(HISTOGRAM_BINS - 1, (each + farthest) / width);
      cells[bin] += cells[bin] == 0.5 ? 0.5 : 1;
    }
    XYChart chart = chart(title, "net pulses over two transfer intervals", "cells");
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setLegendVisible(false);
    XYSeries series = chart.addSeries("cells", x, cells);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.StepArea);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(BLUE);
    series.setFillColor(new Color(0x9ECAE1));
    save(List.of(chart), file);
  }

  /**
   * Draws G+ − G− after the last transfer over that after the transfer before, as a density, with
   * their correlation in the title.
   *
   * @param log a layer's transfers
   * @param title what stands above
   * @param file the PNG
   * @throws IOException if it cannot be written
   * @throws IllegalStateException if the log has not seen two transfers of cells with a pair
   */
  public static void correlationOfTransfers(LayerLog log, String title, Path file)
      throws IOException {
    requireTwo(log);
    float[] before = log.transferBeforeLastMicroSiemens();
    float[] after = log.lastTransferMicroSiemens();
    if (before.length == 0) {
      throw new IllegalStateException("The layer's cells have no PCM pair to transfer to");
    }
    float farthest = 1e-3f;
    for (int cell = 0; cell < before.length; cell++) {
      farthest = Math.max(farthest, Math.max(Math.abs(before[cell]), Math.abs(after[cell])));
    }
    int[][] counts = new int[MAP_BINS][MAP_BINS];
    double width = 2.0 * farthest / MAP_BINS;
    for (int cell = 0; cell < before.length; cell++) {
      counts[bin(before[cell], farthest, width)][bin(after[cell], farthest, width)]++;
    }
    List<Number[]> logarithms = new ArrayList<>();
    List<Double> axis = new ArrayList<>();
    for (int i = 0; i < MAP_BINS; i++) {
      axis.add(Math.round(10 * (-farthest + (i + 0.5) * width)) / 10.0);
      for (int j = 0; j < MAP_BINS; j++) {
        logarithms.add(new Number[] {i, j, Math.log10(1 + counts[i][j])});
      }
    }
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .width(WIDTH)
            .height(WIDTH)
            .title(
                String.format(
                    Locale.ROOT, "%s: correlation %.3f", title, correlation(before, after)))
            .xAxisTitle("G+ − G− after the transfer before the last, µS")
            .yAxisTitle("G+ − G− after the last transfer, µS")
            .build();
    chart.getStyler().setShowValue(false);
    chart.getStyler().setPlotContentSize(1);
    chart.getStyler().setXAxisLabelRotation(90);
    chart.getStyler().setRangeColors(new Color[] {Color.WHITE, BLUE, new Color(0x08306B)});
    chart.addSeries("log10(1 + cells)", axis, axis, logarithms);
    save(List.of(chart), file);
  }

  /**
   * How much one transfer is like the next.
   *
   * @param before values of the cells
   * @param after values of the same cells
   * @return Pearson's correlation
   */
  static double correlation(float[] before, float[] after) {
    double[] x = new double[before.length];
    double[] y = new double[before.length];
    for (int cell = 0; cell < x.length; cell++) {
      x[cell] = before[cell];
      y[cell] = after[cell];
    }
    return new PearsonsCorrelation().correlation(x, y);
  }

  /**
   * Draws the response of sample cells to 300 pulses up and 300 down from re-initialisation, and
   * how their conductance then leaks.
   *
   * @param device the pulsed device
   * @param cells how many cells, at least 1
   * @param chipSeed their chip
   * @param title what stands above
   * @param file the PNG
   * @throws IOException if it cannot be written
   */
  public static void pulseResponse(
      PulsedDevice device, int cells, long chipSeed, String title, Path file) throws IOException {
    PulsedArray array = device.array(1, cells, Draws.key(chipSeed, 0, Draws.VARIATION, 0));
    XYChart chart = chart(title, "pulse", "conductance, µS");
    chart.getStyler().setLegendVisible(false);
    double[] x = new double[POINTS_OF_A_RESPONSE];
    double[][] y = new double[cells][POINTS_OF_A_RESPONSE];
    for (int pulse = 0; pulse < POINTS_OF_A_RESPONSE; pulse++) {
      x[pulse] = pulse;
      for (int cell = 0; cell < cells; cell++) {
        if (pulse > 0) {
          long key = Draws.key(chipSeed, 0, Draws.CYCLE_NOISE, pulse);
          array.pulse(cell, pulse <= RESPONSE_PULSES ? 1 : -1, key);
        }
        y[cell][pulse] = array.conductance()[cell];
      }
    }
    for (int cell = 0; cell < cells; cell++) {
      XYSeries series = chart.addSeries("cell " + cell, x, y[cell]);
      series.setMarker(SeriesMarkers.NONE);
      series.setLineWidth(1);
    }
    List<Chart<?, ?>> charts = new ArrayList<>(List.of(chart));
    if (array.leakBlockExamples() > 0) {
      charts.add(leak(array, cells));
    }
    save(charts, file);
  }

  private static XYChart leak(PulsedArray array, int cells) {
    int points = 100;
    int block = array.leakBlockExamples();
    double[] x = new double[points];
    double[][] y = new double[cells][points];
    // Over about three time constants, as the block is a part of one.
    long step = 500;
    for (int cell = 0; cell < cells; cell++) {
      array.reset(cell);
    }
    for (int point = 0; point < points; point++) {
      x[point] = (double) point * step * block;
      for (int cell = 0; cell < cells; cell++) {
        y[cell][point] = array.conductance()[cell];
      }
      array.leak(0, cells, step);
    }
    XYChart chart = chart("Leak after re-initialisation", "examples", "conductance, µS");
    chart.getStyler().setLegendVisible(false);
    for (int cell = 0; cell < cells; cell++) {
      XYSeries series = chart.addSeries("cell " + cell, x, y[cell]);
      series.setMarker(SeriesMarkers.NONE);
      series.setLineWidth(1);
    }
    return chart;
  }

  private static void requireTwo(LayerLog log) {
    if (log.intervals() < 2) {
      throw new IllegalStateException(
          "The log has seen " + log.intervals() + " complete transfer intervals; two are needed");
    }
  }

  private static int bin(float value, float farthest, double width) {
    return (int) Math.min(MAP_BINS - 1, (value + farthest) / width);
  }

  private static XYChart chart(String title, String xAxis, String yAxis) {
    return new XYChartBuilder()
        .width(WIDTH)
        .height(HEIGHT)
        .title(title)
        .xAxisTitle(xAxis)
        .yAxisTitle(yAxis)
        .build();
  }

  private static void save(List<? extends Chart<?, ?>> charts, Path file) throws IOException {
    WholeFile.make(
        file,
        part -> {
          if (charts.size() == 1) {
            BitmapEncoder.saveBitmap(charts.get(0), part.toString(), BitmapFormat.PNG);
          } else {
            BitmapEncoder.saveBitmap(
                new ArrayList<>(charts), 1, charts.size(), part.toString(), BitmapFormat.PNG);
          }
        });
  }
}
