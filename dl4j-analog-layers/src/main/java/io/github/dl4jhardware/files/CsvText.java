package io.github.dl4jhardware.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What spreadsheets put into CSV files, and take out of them. */
public final class CsvText {
  private static final int BYTE_ORDER_MARK = 0xFEFF;
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
