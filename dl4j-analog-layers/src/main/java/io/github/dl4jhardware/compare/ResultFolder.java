package io.github.dl4jhardware.compare;

import io.github.dl4jhardware.cost.Cost;
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

/** The files of a comparison; each is replaced as a whole, so that there is always a good one. */
final class ResultFolder {
  static final String JSON = "results.json";

  private final Path folder;

  /** Makes the folder where it is missing, and sees that it can be written to. */
  ResultFolder(Path folder) throws IOException {
    this.folder = folder;
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IOException(folder + " is a file; results need a folder");
    }
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "comparison", ".part"));
    } catch (IOException e) {
      throw new IOException("Results cannot be written into " + folder + Causes.after(e), e);
    }
  }

  /** What stands there from before, if it is of the same data. */
  List<ComparisonRun> recorded(String data) throws IOException {
    Path file = folder.resolve(JSON);
    if (!Files.exists(file)) {
      return List.of();
    }
    ComparisonResult before =
        RecordJson.readSealed(file, ComparisonResult.class, "result of a comparison");
    return before.data().equals(data) ? before.runs() : List.of();
  }

  /**
   * Writes everything; the JSON alone holds runs beyond those that are shown, and is written first,
   * so that no picture can lose a result.
   */
  void write(ComparisonResult result, List<ComparisonRun> all) throws IOException {
    ComparisonResult whole =
        new ComparisonResult(
            result.data(),
            result.notes(),
            result.terms(),
            result.settings(),
            result.environment(),
            result.command(),
            result.variants(),
            all,
            result.conversions());
    replace(JSON, RecordJson.sealed(whole));
    replace("results.csv", csv(result).getBytes(StandardCharsets.UTF_8));
    replace("report.html", ReportPage.of(result).getBytes(StandardCharsets.UTF_8));
    picture(new ReportCharts(result, true).curves());
  }

  private void replace(String name, byte[] content) throws IOException {
    WholeFile.write(folder.resolve(name), content);
  }

  private void picture(List<XYChart> charts) throws IOException {
    if (!charts.isEmpty()) {
      Charts.write(charts, charts.size(), folder.resolve("accuracy.png"));
    }
  }

  static String csv(ComparisonResult result) throws IOException {
    StringWriter text = new StringWriter();
    List<String> numbers = result.numbers();
    List<String> head =
        new ArrayList<>(
            List.of(
                "variant",
                "data",
                "seed",
                "epochs",
                "test_accuracy_percent",
                "train_seconds",
                "examples_per_second"));
    head.addAll(numbers);
    head.addAll(
        List.of(
            "accuracy_before_training_percent",
            "macro_f1",
            "training_millijoules",
            "inference_nanojoules",
            "area_square_millimetres",
            "inferences_per_second",
            "cores",
            "cost_basis",
            "failure"));
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setRecordSeparator('\n')
            .setHeader(head.toArray(String[]::new))
            .build();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      for (ComparisonRun run : result.runs()) {
        printer.printRecord(row(run, result.data(), numbers));
      }
    }
    return text.toString();
  }

  private static List<@Nullable Object> row(ComparisonRun run, String data, List<String> numbers) {
    Cost cost = run.cost();
    List<@Nullable Object> row = new ArrayList<>();
    row.add(CsvText.cell(run.variant()));
    row.add(CsvText.cell(data));
    row.add(run.seed());
    row.add(run.epochs());
    row.add(number("%.2f", run.testAccuracyPercent()));
    row.add(number("%.2f", run.trainSeconds()));
    row.add(number("%.1f", run.examplesPerSecond()));
    for (String name : numbers) {
      row.add(whole(run.findings().numbers().get(name)));
    }
    row.add(number("%.2f", run.accuracyBeforePercent()));
    row.add(number("%.4f", run.macroF1()));
    row.add(number("%.6g", cost.trainingMillijoules()));
    row.add(number("%.6g", cost.inferenceNanojoules()));
    row.add(number("%.6g", cost.squareMillimetres()));
    row.add(number("%.6g", cost.inferencesPerSecond()));
    row.add(cost.cores());
    row.add(CsvText.cell(cost.basis()));
    row.add(CsvText.cell(run.failure()));
    return row;
  }

  /** Counts without a fraction. */
  static String whole(@Nullable Double value) {
    boolean fraction = value != null && value != Math.rint(value);
    return number(fraction ? "%.6g" : "%.0f", value);
  }

  private static String number(String format, @Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }
}
