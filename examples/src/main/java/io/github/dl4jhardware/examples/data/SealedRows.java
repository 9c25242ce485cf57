package io.github.dl4jhardware.examples.data;

import io.github.dl4jhardware.files.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/** Rows of a CSV that a run goes on from: the last cell is a digest of the others. */
public final class SealedRows {
  private SealedRows() {}

  public static void print(CSVPrinter printer, Object... cells) throws IOException {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(String.valueOf(cell));
    }
    row.add(Sha256.ofRow(row));
    printer.printRecord(row);
  }

  /**
   * Refuses a row that was edited.
   *
   * @param wayOut what to do about a row that was changed
   * @throws BadDataException if anything in the row was changed since it was written
   */
  public static void check(CSVRecord row, Path file, long line, String wayOut)
      throws BadDataException {
    List<String> cells = row.toList();
    List<String> content = cells.subList(0, Math.max(0, cells.size() - 1));
    if (cells.isEmpty() || !Sha256.ofRow(content).equals(cells.get(cells.size() - 1))) {
      throw new BadDataException(
          file
              + ", line "
              + line
              + ": the row was changed since it was written, its digest does not fit; "
              + wayOut);
    }
  }
}
