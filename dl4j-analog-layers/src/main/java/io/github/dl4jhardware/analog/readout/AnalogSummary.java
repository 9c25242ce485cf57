package io.github.dl4jhardware.analog.readout;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.host.HostNetwork;
import io.github.dl4jhardware.host.Wrappers;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;

/** Every analogue layer of a network, read out: as text, as CSV, and as arrays. */
public final class AnalogSummary {
  private static final List<String> LAYER_COLUMNS =
      List.of(
          "layer",
          "index",
          "rows",
          "columns",
          "polarity",
          "steps",
          "examples",
          "transfers",
          "pulses_up",
          "pulses_down",
          "programming_failures",
          "saturated_cells",
          "pending_weights",
          "weight_rms",
          "g_plus_mean_microsiemens",
          "g_minus_mean_microsiemens",
          "g_mean_microsiemens",
          "capacitor_mean_volts");

  private final List<ArrayReadout> layers;

  private AnalogSummary(Layer[] all) {
    List<ArrayReadout> found = new ArrayList<>();
    for (int index = 0; index < all.length; index++) {
      String given = all[index].conf().getLayer().getLayerName();
      String name = given == null ? "layer" + index : given;
      List<Layer> inside = Wrappers.allInside(all[index]);
      for (int each = 0; each < inside.size(); each++) {
        if (inside.get(each) instanceof AnalogLayer analog) {
          String own = inside.size() == 1 ? name : name + (each == 0 ? ".f" : ".b");
          found.add(ArrayReadout.of(own, index, analog));
        }
      }
    }
    layers = List.copyOf(found);
  }

  /**
   * Reads a network.
   *
   * @param network initialised
   * @return its analogue layers, two of what goes both ways, ".f" and ".b"; none if it has none
   */
  public static AnalogSummary of(NeuralNetwork network) {
    return new AnalogSummary(HostNetwork.layers(network));
  }

  /**
   * The layers.
   *
   * @return one read-out each, in the network's order
   */
  public List<ArrayReadout> layers() {
    return layers;
  }

  /**
   * A table for people, for 80 columns: one line a layer, and one more where weights are not what
   * was asked for. G+, G− and g are means over the array.
   */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%-8s %9s %1s %10s %9s %8s %7s %6s %6s %6s%n",
                "layer",
                "array",
                "s",
                "examples",
                "transfers",
                "pulses",
                "rms W",
                "G+, uS",
                "G-, uS",
                "g, uS"));
    for (ArrayReadout layer : layers) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-8s %9s %1s %,10d %,9d %8.2e %7.4f %6s %6s %6s%n",
              layer.layer(),
              layer.rows() + "x" + layer.columns(),
              layer.polarity() > 0 ? "+" : "-",
              layer.count(Count.EXAMPLES),
              layer.count(Count.TRANSFERS),
              layer.pulsesUp() + layer.pulsesDown(),
              rms(layer.weights()),
              mean(layer.gPlusMicroSiemens(), "%.2f", "-"),
              mean(layer.gMinusMicroSiemens(), "%.2f", "-"),
              mean(layer.gMicroSiemens(), "%.2f", "-")));
      text.append(remarks(layer));
    }
    if (layers.isEmpty()) {
      text.append("no analogue layers").append(System.lineSeparator());
    }
    return text.toString();
  }

  /** What a reader would want to know, and only then. */
  private static String remarks(ArrayReadout layer) {
    List<String> remarks = new ArrayList<>();
    remark(remarks, layer.count(Count.PROGRAMMING_FAILURES), "pairs that failed to verify");
    remark(remarks, layer.saturatedCells(), "cells at their limit");
    remark(remarks, layer.pendingWeights(), "weights pending (set, not programmed)");
    return remarks.isEmpty() ? "" : String.format("         %s%n", String.join(", ", remarks));
  }

  private static void remark(List<String> remarks, long count, String what) {
    if (count > 0) {
      remarks.add(String.format(Locale.ROOT, "%s: %,d", what, count));
    }
  }

  /**
   * Writes one line a layer.
   *
   * @param file the CSV
   * @throws IOException if it cannot be written
   */
  public void writeLayers(Path file) throws IOException {
    List<List<Object>> lines = new ArrayList<>();
    for (ArrayReadout layer : layers) {
      lines.add(
          List.of(
              layer.layer(),
              layer.index(),
              layer.rows(),
              layer.columns(),
              layer.polarity(),
              layer.count(Count.STEPS),
              layer.count(Count.EXAMPLES),
              layer.count(Count.TRANSFERS),
              String.format(Locale.ROOT, "%.0f", layer.pulsesUp()),
              String.format(Locale.ROOT, "%.0f", layer.pulsesDown()),
              layer.count(Count.PROGRAMMING_FAILURES),
              layer.saturatedCells(),
              layer.pendingWeights(),
              String.format(Locale.ROOT, "%.6f", rms(layer.weights())),
              mean(layer.gPlusMicroSiemens(), "%.4f", ""),
              mean(layer.gMinusMicroSiemens(), "%.4f", ""),
              mean(layer.gMicroSiemens(), "%.4f", ""),
              mean(layer.capacitorVolts(), "%.4f", "")));
    }
    write(LAYER_COLUMNS, lines, file);
  }

  /**
   * Writes one line a cell of every layer.
   *
   * @param file the CSV
   * @throws IOException if it cannot be written
   */
  public void writeCells(Path file) throws IOException {
    List<String> columns =
        List.of(
            "layer",
            "row",
            "column",
            "weight",
            "g_plus_microsiemens",
            "g_minus_microsiemens",
            "g_microsiemens",
            "g_shared_microsiemens",
            "capacitor_volts",
            "polarity",
            "saturated");
    List<List<Object>> lines = new ArrayList<>();
    for (ArrayReadout layer : layers) {
      float[] weights = layer.weights();
      Optional<float[]> plus = layer.gPlusMicroSiemens();
      Optional<float[]> minus = layer.gMinusMicroSiemens();
      Optional<float[]> g = layer.gMicroSiemens();
      Optional<float[]> shared = layer.gSharedMicroSiemens();
      Optional<float[]> volts = layer.capacitorVolts();
      for (int cell = 0; cell < weights.length; cell++) {
        int column = cell % layer.columns();
        lines.add(
            List.of(
                layer.layer(),
                cell / layer.columns(),
                column,
                weights[cell],
                value(plus, cell),
                value(minus, cell),
                value(g, cell),
                value(shared, column),
                value(volts, cell),
                layer.polarity(),
                layer.saturated(cell)));
      }
    }
    write(columns, lines, file);
  }

  private static Object value(Optional<float[]> values, int index) {
    return values.isPresent() ? values.get()[index] : "";
  }

  private static double rms(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares / Math.max(1, values.length));
  }

  private static String mean(Optional<float[]> values, String format, String absent) {
    if (values.isEmpty()) {
      return absent;
    }
    double sum = 0;
    for (float value : values.get()) {
      sum += value;
    }
    return String.format(Locale.ROOT, format, sum / values.get().length);
  }

  private static void write(List<String> columns, List<List<Object>> lines, Path file)
      throws IOException {
    StringWriter text = new StringWriter();
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setRecordSeparator('\n')
            .setHeader(columns.toArray(String[]::new))
            .build();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      printer.printRecords(lines);
    }
    WholeFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
