package io.github.dl4jhardware.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** What spreadsheets put into CSV files, and take out of them. */
public final class CsvText {
  private static final int BYTE_ORDER_MARK = 0xFEFF;
  private static final long MOST_BYTES = 64L << 20;
  private static final String FORMULAS = "=+-@\t\r";

  private CsvText() {}

  /**
   * Opens a file as text, behind the byte-order mark that "CSV UTF-8" begins with.
   *
   * @param file in UTF-8
   * @return to be closed
   * @throws IOException if it cannot be read; when what is read is not UTF-8, a
   *     CharacterCodingException
   */
  public static Reader open(Path file) throws IOException {
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8.newDecoder()));
    boolean opened = false;
    try {
      reader.mark(1);
      if (reader.read() != BYTE_ORDER_MARK) {
        reader.reset();
      }
      opened = true;
      return reader;
    } finally {
      if (!opened) {
        reader.close();
      }
    }
  }

  /**
   * A table with a header.
   *
   * @param header names of the columns
   * @param rows behind it
   */
  public record Table(List<String> header, List<CSVRecord> rows) {
    /** Copies the lists. */
    public Table {
      header = List.copyOf(header);
      rows = List.copyOf(rows);
    }
  }

  /**
   * Reads a small file as a table.
   *
   * @param file in UTF-8, with a header
   * @param format how cells are divided; the header is taken from the file
   * @return all of it
   * @throws IOException if it cannot be read, or is no CSV text; the message names the file and
   *     what is wrong
   */
  public static Table read(Path file, CSVFormat format) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(
          file + " has " + Files.size(file) + " bytes, at most " + MOST_BYTES + " are read");
    }
    CSVFormat withHeader = format.builder().setHeader().setSkipHeaderRecord(true).build();
    try (CSVParser parser = CSVParser.parse(open(file), withHeader)) {
      return new Table(parser.getHeaderNames(), parser.getRecords());
    } catch (FileSystemException e) {
      throw e;
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is no CSV text: it is not in UTF-8", e);
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      Throwable cause =
          e instanceof UncheckedIOException unchecked
              ? Objects.requireNonNull(unchecked.getCause())
              : e;
      throw new IOException(
          file
              + " is no CSV text"
              + (cause instanceof CharacterCodingException
                  ? ": it is not in UTF-8"
                  : Causes.after(cause)),
          e);
    }
  }

  /**
   * A cell of text that no spreadsheet takes for a formula, whoever has chosen the text.
   *
   * @param text such as a name or a reason; null stays
   * @return the text, with an apostrophe before what would begin a formula
   */
  public static @Nullable String cell(@Nullable String text) {
    return text != null && !text.isEmpty() && FORMULAS.indexOf(text.charAt(0)) >= 0
        ? "'" + text
        : text;
  }
}
