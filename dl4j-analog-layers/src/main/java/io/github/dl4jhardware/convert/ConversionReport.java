package io.github.dl4jhardware.convert;

import io.github.dl4jhardware.files.CsvText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table of what a conversion did to each layer.
 *
 * @param rows in the network's order
 */
public record ConversionReport(List<Row> rows) {
  private static final int FIRST_NUMBER = 4;

  /** What became of a layer. */
  public enum Outcome {
    /** Another layer stands in its place. */
    CONVERTED,
    /** Nobody asked for it, or it was excluded. */
    KEPT,
    /** Its conversion could not take it; it is kept. */
    REFUSED
  }

  /**
   * One layer.
   *
   * @param layer its name
   * @param from class before
   * @param to class after
   * @param outcome what became of it
   * @param why a clause; may be empty for what was converted
   * @param weights how many it had, biases and normalisation not counted
   * @param carried what became of them
   */
  public record Row(
      String layer,
      String from,
      String to,
      Outcome outcome,
      String why,
      long weights,
      LayerConversion.Carried carried) {
    /**
     * Why, with what is to be said of the weights.
     *
     * @return clauses; may be empty for what was converted
     */
    public String reason() {
      return why.isEmpty() || carried.note().isEmpty()
          ? why + carried.note()
          : why + "; " + carried.note();
    }
  }

  /** Copies the list. */
  public ConversionReport {
    rows = List.copyOf(rows);
  }

  /**
   * Layers with one outcome.
   *
   * @param outcome which
   * @return how many
   */
  public long count(Outcome outcome) {
    return rows.stream().filter(row -> row.outcome() == outcome).count();
  }

  /**
   * Weights of layers that were converted.
   *
   * @return in percent of all; 100 if there are none
   */
  public double convertedWeightsPercent() {
    long all = rows.stream().mapToLong(Row::weights).sum();
    return all == 0 ? 100 : 100.0 * convertedWeights() / all;
  }

  private long convertedWeights() {
    return rows.stream()
        .filter(row -> row.outcome() == Outcome.CONVERTED)
        .mapToLong(Row::weights)
        .sum();
  }

  /**
   * Physical arrays of all layers.
   *
   * @return none if no weight is on one
   */
  public LayerConversion.Tiles tiles() {
    return rows.stream()
        .map(row -> row.carried().tiles())
        .reduce(LayerConversion.Tiles.NONE, LayerConversion.Tiles::and);
  }

  private String summary() {
    long all = rows.stream().mapToLong(Row::weights).sum();
    LayerConversion.Tiles tiles = tiles();
    return String.format(
            Locale.ROOT,
            "%,d of %,d weights converted (%.2f %%)",
            convertedWeights(),
            all,
            convertedWeightsPercent())
        + (tiles.count() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "; %,d physical arrays, %.1f %% of their cells used",
                tiles.count(),
                tiles.utilisationPercent()))
        + System.lineSeparator();
  }

  /**
   * A table for people, one line a layer, each column as wide as what stands in it, and below a
   * layer the reason if there is one; at the end how many weights that comes to, and arrays.
   */
  @Override
  public String toString() {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"layer", "was", "is", "", "max |W|", "clipped", "rms error"});
    rows.forEach(row -> lines.add(cells(row)));
    int[] widths = new int[lines.get(0).length];
    for (String[] line : lines) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], line[column].length());
      }
    }
    StringBuilder text = new StringBuilder();
    int row = -1;
    for (String[] line : lines) {
      StringBuilder padded = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        String space = " ".repeat(widths[column] - line[column].length());
        boolean number = column >= FIRST_NUMBER;
        padded.append(number ? space + line[column] : line[column] + space).append("  ");
      }
      text.append(padded.toString().stripTrailing()).append(System.lineSeparator());
      if (row >= 0 && !rows.get(row).reason().isEmpty()) {
        text.append("    ").append(rows.get(row).reason()).append(System.lineSeparator());
      }
      row++;
    }
    return text + summary();
  }

  private static String[] cells(Row row) {
    // Not "> 0", so that what is not a number shows.
    boolean weights = row.carried().largestWeight() != 0;
    boolean error = weights && !Double.isNaN(row.carried().rmsError());
    return new String[] {
      row.layer(),
      row.from(),
      row.to(),
      row.outcome().name().toLowerCase(Locale.ROOT),
      weights ? String.format(Locale.ROOT, "%.4f", row.carried().largestWeight()) : "",
      weights ? String.format(Locale.ROOT, "%.2f %%", row.carried().clippedPercent()) : "",
      error ? String.format(Locale.ROOT, "%.5f", row.carried().rmsError()) : ""
    };
  }

  /**
   * The same for other programs.
   *
   * @return CSV with a head
   */
  public String csv() {
    StringBuilder text =
        new StringBuilder(
            "layer,from,to,outcome,largest_weight,clipped_percent,weight_rms_error,weights,tiles,utilisation_percent,why\n");
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%s,%.6f,%.4f,%.6f,%d,%d,%.2f,%s\n",
              quoted(row.layer()),
              row.from(),
              row.to(),
              row.outcome().name().toLowerCase(Locale.ROOT),
              row.carried().largestWeight(),
              row.carried().clippedPercent(),
              row.carried().rmsError(),
              row.weights(),
              row.carried().tiles().count(),
              row.carried().tiles().utilisationPercent(),
              quoted(row.reason())));
    }
    return text.toString();
  }

  private static String quoted(String text) {
    return "\"" + String.valueOf(CsvText.cell(text)).replace("\"", "\"\"") + "\"";
  }
}
