package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.examples.data.SealedRows;
import io.github.dl4jhardware.examples.model.Comparison.Result;
import io.github.dl4jhardware.examples.model.Variant;
import io.github.dl4jhardware.files.CsvText;
import io.github.dl4jhardware.files.WholeFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/** The results of a study, kept in a CSV so that a finished run is never run again. */
public final class StudyFile {
  private static final String[] COLUMNS = {
    "variant",
    "data",
    "seed",
    "epochs",
    "test_accuracy_percent",
    "train_seconds",
    "examples_per_second",
    "transfers",
    "asymmetry_sigma_percent",
    "leak_seconds",
    "transfer_examples",
    "gain",
    "examples_per_epoch",
    "learning_rate",
    "final_rate",
    "microsiemens_per_weight",
    "pulses",
    "sha256_of_row"
  };

  private final Path file;
  private final Settings settings;
  private final Map<StudyPoint, Result> results = new LinkedHashMap<>();

  /**
   * What all runs of a file share.
   *
   * @param data name of the data set
   * @param examples training examples of an epoch
   * @param learningRate at the start
   * @param finalRate what is left of it at the end
   * @param microSiemensPerWeight what stands for a weight of 1 on the cells
   * @param pulses how the cells' pulses are made
   */
  public record Settings(
      String data,
      int examples,
      double learningRate,
      double finalRate,
      double microSiemensPerWeight,
      PulseScheme pulses) {}

  private StudyFile(Path file, Settings settings) {
    this.file = file;
    this.settings = settings;
  }

  /**
   * Opens a file of results, or starts one.
   *
   * @throws BadDataException if it holds other columns, values, or runs with other settings
   */
  public static StudyFile open(Path file, Settings settings) throws IOException {
    StudyFile study = new StudyFile(file, settings);
    if (!Files.exists(file)) {
      return study;
    }
    CsvText.Table table = CsvText.read(file, CSVFormat.RFC4180);
    if (!table.header().equals(List.of(COLUMNS))) {
      throw new BadDataException(file + ", line 1: the columns are not those of this study");
    }
    for (CSVRecord row : table.rows()) {
      study.take(row, row.getRecordNumber() + 1);
    }
    return study;
  }

  private void take(CSVRecord row, long line) throws IOException {
    SealedRows.check(row, file, line, "remove the row to run it again");
    try {
      Settings found =
          new Settings(
              row.get("data"),
              Integer.parseInt(row.get("examples_per_epoch")),
              Double.parseDouble(row.get("learning_rate")),
              Double.parseDouble(row.get("final_rate")),
              Double.parseDouble(row.get("microsiemens_per_weight")),
              PulseScheme.valueOf(row.get("pulses")));
      if (!found.equals(settings)) {
        throw new BadDataException(
            file + ", line " + line + ": a run with " + found + "; this study has " + settings);
      }
      Variant variant = Variant.of(row.get("variant"));
      StudyPoint.Cell cell =
          variant == Variant.SOFTWARE
              ? StudyPoint.Cell.PRESET
              : new StudyPoint.Cell(
                  Double.parseDouble(row.get("asymmetry_sigma_percent")),
                  Double.parseDouble(row.get("leak_seconds")),
                  Long.parseLong(row.get("transfer_examples")),
                  Double.parseDouble(row.get("gain")));
      results.put(
          new StudyPoint(
              variant, Long.parseLong(row.get("seed")), Integer.parseInt(row.get("epochs")), cell),
          new Result(
              Double.parseDouble(row.get("test_accuracy_percent")),
              Double.parseDouble(row.get("train_seconds")),
              Double.parseDouble(row.get("examples_per_second")),
              Long.parseLong(row.get("transfers"))));
    } catch (IllegalArgumentException e) {
      throw new BadDataException(file + ", line " + line + ": " + e.getMessage());
    }
  }

  public synchronized Map<StudyPoint, Result> results() {
    return new LinkedHashMap<>(results);
  }

  public synchronized void add(StudyPoint point, Result result) throws IOException {
    results.put(point, result);
    StringWriter text = new StringWriter();
    CSVFormat format =
        CSVFormat.RFC4180.builder().setRecordSeparator('\n').setHeader(COLUMNS).build();
    try (CSVPrinter printer = new CSVPrinter(text, format)) {
      for (Map.Entry<StudyPoint, Result> each : results.entrySet()) {
        print(printer, each.getKey(), each.getValue());
      }
    }
    WholeFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void print(CSVPrinter printer, StudyPoint point, Result result) throws IOException {
    boolean software = point.variant() == Variant.SOFTWARE;
    StudyPoint.Cell cell = point.cell();
    SealedRows.print(
        printer,
        point.variant().id(),
        settings.data(),
        point.seed(),
        point.epochs(),
        String.format(Locale.ROOT, "%.2f", result.testAccuracyPercent()),
        String.format(Locale.ROOT, "%.2f", result.trainSeconds()),
        String.format(Locale.ROOT, "%.1f", result.examplesPerSecond()),
        result.transfers(),
        software ? "" : cell.asymmetryPercent(),
        software ? "" : cell.leakSeconds(),
        software ? "" : cell.transferExamples(),
        software ? "" : cell.gain(),
        settings.examples(),
        settings.learningRate(),
        settings.finalRate(),
        settings.microSiemensPerWeight(),
        settings.pulses());
  }
}
