package io.github.dl4jhardware.search;

import io.github.dl4jhardware.cost.Cost;
import io.github.dl4jhardware.cost.CostQuantity;
import io.github.dl4jhardware.files.Causes;
import io.github.dl4jhardware.files.CsvText;
import io.github.dl4jhardware.files.RecordJson;
import io.github.dl4jhardware.files.WholeFile;
import io.github.dl4jhardware.report.Charts;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The files of a search; each is replaced as a whole. */
final class SearchFolder {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 560;

  private final Path folder;
  private final CostQuantity quantity;

  SearchFolder(Path folder, CostQuantity quantity) throws IOException {
    this.folder = folder;
    this.quantity = quantity;
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IOException(folder + " is a file; a search needs a folder");
    }
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "search", ".part"));
    } catch (IOException e) {
      throw new IOException("Candidates cannot be written into " + folder + Causes.after(e), e);
    }
  }

  /** What an earlier run of the same search has left. */
  List<SearchCandidate> recorded(String search) throws IOException {
    Path file = folder.resolve("candidates.json");
    if (!Files.exists(file)) {
      return List.of();
    }
    SearchResult before = RecordJson.readSealed(file, SearchResult.class, "record of a search");
    if (!before.search().equals(search)) {
      throw new IOException(
          file
              + " is the record of another search (space, generator, seed, score, data or epochs"
              + " differ); remove it or name another folder");
    }
    return before.candidates();
  }

  void write(SearchResult result) throws IOException {
    List<SearchCandidate> front = result.paretoFront(quantity);
    WholeFile.write(
        folder.resolve("candidates.csv"),
        csv(result.candidates()).getBytes(StandardCharsets.UTF_8));
    WholeFile.write(folder.resolve("pareto.csv"), csv(front).getBytes(StandardCharsets.UTF_8));
    if (!front.isEmpty()) {
      Charts.write(List.of(chart(result, front)), 1, folder.resolve("pareto.png"));
    }
    // Last, so that what it records is in the other files too.
    WholeFile.write(folder.resolve("candidates.json"), RecordJson.sealed(result));
  }

  private static String csv(List<SearchCandidate> candidates) throws IOException {
    List<String> names =
        candidates.stream().flatMap(each -> each.values().keySet().stream()).distinct().toList();
    List<String> head = new ArrayList<>(List.of("candidate", "score"));
    head.addAll(names);
    for (CostQuantity each : CostQuantity.values()) {
      head.add(each.column());
    }
    head.addAll(List.of("seconds", "failure"));
    StringWriter text = new StringWriter();
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setRecordSeparator('\n')
            .setHeader(head.toArray(String[]::new))
            .build();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      for (SearchCandidate each : candidates) {
        List<Object> row = new ArrayList<>();
        row.add(each.index());
        row.add(number(each.score()));
        names.forEach(name -> row.add(each.values().getOrDefault(name, "")));
        Cost cost = each.cost();
        for (CostQuantity which : CostQuantity.values()) {
          row.add(number(which.of(cost)));
        }
        row.add(String.format(Locale.ROOT, "%.1f", each.seconds()));
        row.add(each.failure() == null ? "" : CsvText.cell(each.failure()));
        printer.printRecord(row);
      }
    }
    return text.toString();
  }

  private static String number(@Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, "%.6g", value);
  }

  private XYChart chart(SearchResult result, List<SearchCandidate> front) {
    XYChart chart =
        Charts.chart(
            WIDTH,
            HEIGHT,
            "Candidates, and those that no other beats in both",
            quantity.axis(),
            "score on the validation set");
    chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
    List<SearchCandidate> all =
        result.candidates().stream()
            .filter(each -> each.score() != null && quantity.of(each.cost()) != null)
            .toList();
    XYSeries others =
        chart.addSeries(
            "candidates",
            all.stream().mapToDouble(each -> SearchResult.cost(each, quantity)).toArray(),
            all.stream().mapToDouble(SearchResult::score).toArray());
    others.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    others.setMarker(SeriesMarkers.CIRCLE);
    others.setMarkerColor(Charts.colour(7));
    XYSeries best =
        chart.addSeries(
            "Pareto front",
            front.stream().mapToDouble(each -> SearchResult.cost(each, quantity)).toArray(),
            front.stream().mapToDouble(SearchResult::score).toArray());
    best.setMarker(SeriesMarkers.DIAMOND);
    best.setMarkerColor(Charts.colour(1));
    best.setLineColor(Charts.colour(1));
    return chart;
  }
}
