package io.github.dl4jhardware.examples.data;

import io.github.dl4jhardware.files.CsvText;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads features that somebody else extracted. A folder holds either {@code train.csv} and {@code
 * test.csv}, with a column {@code label} and all other columns numbers; or {@code
 * train-features.npy}, {@code train-labels.npy}, {@code test-features.npy} and {@code
 * test-labels.npy}.
 */
public final class FeatureFiles {
  private static final String LABEL = "label";
  private static final int MAX_CLASSES = 10_000;
  private static final int MAX_COLUMNS = 1 << 16;
  private static final int MAX_ROWS = 10_000_000;

  /** As people and spreadsheets write it. */
  static final CSVFormat CSV =
      CSVFormat.DEFAULT
          .builder()
          .setIgnoreSurroundingSpaces(true)
          .setIgnoreEmptyLines(true)
          .build();

  private FeatureFiles() {}

  /**
   * Training and test examples.
   *
   * @param train for training
   * @param test for testing; as wide, and of the same classes
   * @param shape of one example: its number of features, or the sizes that a file of NumPy's has
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Pair(Features train, Features test, int[] shape) {}

  /**
   * Reads a folder.
   *
   * @param directory with the files
   * @return both sets; labels 0…classes − 1, where the largest label says how many there are
   * @throws IOException if a file is missing or damaged; the message names it and the place
   */
  public static Pair read(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new BadDataException(directory + " is not a directory; features are expected in it");
    }
    boolean csv = Files.exists(directory.resolve("train.csv"));
    Rows train = csv ? csv(directory.resolve("train.csv")) : npy(directory, "train");
    Rows test = csv ? csv(directory.resolve("test.csv")) : npy(directory, "test");
    if (train.values()[0].length != test.values()[0].length) {
      throw new BadDataException(
          test.file()
              + ", offset 0: rows of "
              + test.values()[0].length
              + " features; those of "
              + train.file()
              + " have "
              + train.values()[0].length);
    }
    if (!Arrays.equals(train.shape(), test.shape())) {
      throw new BadDataException(
          test.file()
              + ", offset 0: examples of shape "
              + Arrays.toString(test.shape())
              + "; those of "
              + train.file()
              + " have "
              + Arrays.toString(train.shape()));
    }
    for (int i = 0; i < train.names().size(); i++) {
      if (!train.names().get(i).equals(test.names().get(i))) {
        throw new BadDataException(
            test.file()
                + ", offset 0: feature "
                + (i + 1)
                + " is \""
                + test.names().get(i)
                + "\"; in "
                + train.file()
                + " it is \""
                + train.names().get(i)
                + "\"");
      }
    }
    int classes = 1 + Math.max(largest(train.labels()), largest(test.labels()));
    return new Pair(
        new Features(train.values(), train.labels(), classes),
        new Features(test.values(), test.labels(), classes),
        train.shape());
  }

  private static int largest(int[] labels) {
    return Arrays.stream(labels).max().orElse(0);
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Rows(Path file, int[] shape, List<String> names, float[][] values, int[] labels) {}

  private static Rows npy(Path directory, String set) throws IOException {
    Path file = directory.resolve(set + "-features.npy");
    Path labelFile = directory.resolve(set + "-labels.npy");
    Npy.Values read = Npy.array(file);
    float[][] values = read.rows();
    int[] shape = read.shape();
    float[][] column = Npy.rows(labelFile);
    if (column.length != values.length || column[0].length != 1) {
      throw new BadDataException(
          labelFile
              + ", offset 0: labels of shape "
              + column.length
              + "×"
              + column[0].length
              + "; for "
              + file
              + " it must be "
              + values.length
              + "×1");
    }
    int[] labels = new int[column.length];
    for (int row = 0; row < labels.length; row++) {
      labels[row] = label(column[row][0], labelFile + ", row " + row);
    }
    return new Rows(
        file,
        shape.length == 1 ? new int[] {1} : Arrays.copyOfRange(shape, 1, shape.length),
        List.of(),
        values,
        labels);
  }

  private static int label(float value, String where) throws BadDataException {
    if (value != Math.rint(value) || value < 0 || value >= MAX_CLASSES) {
      throw new BadDataException(
          where + ": label " + value + "; labels are whole numbers, 0…" + (MAX_CLASSES - 1));
    }
    return (int) value;
  }

  private static Rows csv(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BadDataException(file + " is missing");
    }
    List<String> names = new ArrayList<>();
    List<float[]> values = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    long reached = 0;
    try (Reader in = CsvText.open(file);
        CSVParser parser = CSVParser.parse(in, CSV)) {
      int labelAt = -1;
      int columns = 0;
      for (CSVRecord record : parser) {
        reached = record.getCharacterPosition();
        if (labelAt < 0) {
          columns = record.size();
          labelAt = record.toList().indexOf(LABEL);
          if (labelAt < 0 || columns < 2) {
            throw bad(
                file,
                record,
                "the header has no column \"" + LABEL + "\" beside at least one of features");
          }
          if (columns > MAX_COLUMNS) {
            throw bad(file, record, columns + " columns; at most " + MAX_COLUMNS + " are read");
          }
          names.addAll(record.toList());
          names.remove(labelAt);
          continue;
        }
        if (record.size() != columns) {
          throw bad(
              file, record, record.size() + " values; the header has " + columns + " columns");
        }
        if (values.size() == MAX_ROWS) {
          throw bad(file, record, "more than " + MAX_ROWS + " examples");
        }
        values.add(row(file, record, labelAt));
        labels.add(label(number(file, record, labelAt), place(file, record)));
      }
    } catch (UncheckedIOException | CharacterCodingException e) {
      boolean coding =
          e instanceof CharacterCodingException || e.getCause() instanceof CharacterCodingException;
      throw new BadDataException(
          file
              + ", offset "
              + reached
              + " or soon after: not a sound CSV file: "
              + (coding ? "it is not in UTF-8" : e.getMessage()));
    }
    if (values.isEmpty()) {
      throw new BadDataException(file + ", offset 0: no examples; a header and rows are expected");
    }
    return new Rows(
        file,
        new int[] {names.size()},
        names,
        values.toArray(new float[0][]),
        labels.stream().mapToInt(Integer::intValue).toArray());
  }

  private static float[] row(Path file, CSVRecord record, int labelAt) throws BadDataException {
    float[] row = new float[record.size() - 1];
    for (int column = 0, at = 0; column < record.size(); column++) {
      if (column != labelAt) {
        row[at++] = number(file, record, column);
      }
    }
    return row;
  }

  /** A cell, which must be a finite number. */
  static float number(Path file, CSVRecord record, int column) throws BadDataException {
    try {
      float value = Float.parseFloat(record.get(column));
      if (Float.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the error below.
    }
    throw bad(
        file,
        record,
        "column " + (column + 1) + " is \"" + record.get(column) + "\", not a finite number");
  }

  static BadDataException bad(Path file, CSVRecord record, String what) {
    return new BadDataException(place(file, record) + ": " + what);
  }

  private static String place(Path file, CSVRecord record) {
    return file
        + ", offset "
        + record.getCharacterPosition()
        + " (record "
        + record.getRecordNumber()
        + ")";
  }
}
