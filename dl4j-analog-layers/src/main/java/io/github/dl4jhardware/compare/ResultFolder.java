package io.github.dl4jhardware.compare;

import io.github.dl4jhardware.cost.Cost;
import io.github.dl4jhardware.files.Causes;
import io.github.dl4jhardware.files.CsvText;
import io.github.dl4jhardware.files.RecordJson;
import io.github.dl4jhardware.files.WholeFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
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
    if (charts.isEmpty()) {
      return;
    }
    WholeFile.make(
        folder.resolve("accuracy.png"),
        part ->
            BitmapEncoder.saveBitmap(charts, 1, charts.size(), part.toString(), BitmapFormat.PNG));
  }

  static String csv(ComparisonResult result) throws IOException {
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
                "transfers",
                "pulses",
                "accuracy_before_training_percent",
                "macro_f1",
                "training_millijoules",
                "inference_nanojoules",
                "area_square_millimetres",
                "inferences_per_second",
                "cores",
                "cost_basis",
                "failure")
            .build();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      for (ComparisonRun run : result.runs()) {
        Cost cost = run.cost();
        printer.printRecord(
            CsvText.cell(run.variant()),
            CsvText.cell(result.data()),
            run.seed(),
            run.epochs(),
            number("%.2f", run.testAccuracyPercent()),
            number("%.2f", run.trainSeconds()),
            number("%.1f", run.examplesPerSecond()),
            run.transfers(),
            number("%.0f", run.pulses()),
            number("%.2f", run.accuracyBeforePercent()),
            number("%.4f", run.macroF1()),
            number("%.6g", cost.trainingMillijoules()),
            number("%.6g", cost.inferenceNanojoules()),
            number("%.6g", cost.squareMillimetres()),
            number("%.6g", cost.inferencesPerSecond()),
            cost.cores(),
            CsvText.cell(cost.basis()),
            CsvText.cell(run.failure()));
      }
    }
    return text.toString();
  }

  private static String number(String format, @Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }
}
