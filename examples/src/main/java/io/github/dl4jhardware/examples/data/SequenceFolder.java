package io.github.dl4jhardware.examples.data;

import io.github.dl4jhardware.files.CsvText;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads sequences from a folder for each class, {@code train/CLASS} and {@code test/CLASS}, in the
 * order of their names: a CSV file is a sequence, a line of numbers one step. A first line without
 * any number is a header.
 */
public final class SequenceFolder {
  private static final int MAX_STEPS = 1_000_000;
  private static final int MAX_SEQUENCES = 10_000_000;

  private SequenceFolder() {}

  /**
   * Training and test sequences.
   *
   * @param train for training
   * @param test for testing; steps as wide, and of the same classes
   */
  public record Pair(Sequences train, Sequences test) {}

  /**
   * Reads a folder.
   *
   * @param directory holds {@code train} and {@code test}, both with the same classes
   * @return both sets
   * @throws IOException if a file cannot be read or does not fit; the message names it and the
   *     place
   */
  public static Pair read(Path directory) throws IOException {
    Path train = directory.resolve("train");
    Path test = directory.resolve("test");
    List<String> classes = ClassFolders.sameIn(train, test);
    Set ofTrain = new Set();
    ofTrain.read(train, classes);
    Set ofTest = new Set();
    ofTest.first = ofTrain.first;
    ofTest.width = ofTrain.width;
    ofTest.read(test, classes);
    return new Pair(ofTrain.sequences(classes.size()), ofTest.sequences(classes.size()));
  }

  /** Whether a file is a sequence by its name. */
  static boolean named(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".csv");
  }

  /** What has been read. */
  private static final class Set {
    private final List<float[][]> steps = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private int width;
    private String first = "";

    void read(Path directory, List<String> classes) throws IOException {
      for (int label = 0; label < classes.size(); label++) {
        for (Path file : ClassFolders.files(directory.resolve(classes.get(label)))) {
          if (!Files.isRegularFile(file) || !named(file)) {
            throw new BadDataException(
                file + ", offset 0: not a sequence by its name, which is to end in .csv");
          }
          if (steps.size() == MAX_SEQUENCES) {
            throw new BadDataException(
                directory + " has more than " + MAX_SEQUENCES + " sequences");
          }
          steps.add(sequence(file));
          labels.add(label);
        }
      }
    }

    Sequences sequences(int classes) {
      return new Sequences(
          steps.toArray(float[][][]::new),
          labels.stream().mapToInt(Integer::intValue).toArray(),
          classes);
    }

    private float[][] sequence(Path file) throws IOException {
      List<float[]> rows = new ArrayList<>();
      long reached = 0;
      try (Reader in = CsvText.open(file);
          CSVParser parser = CSVParser.parse(in, FeatureFiles.CSV)) {
        for (CSVRecord record : parser) {
          reached = record.getCharacterPosition();
          boolean header =
              record.getRecordNumber() == 1 && record.stream().noneMatch(SequenceFolder::isNumber);
          if (header) {
            continue;
          }
          if (rows.size() == MAX_STEPS) {
            throw FeatureFiles.bad(file, record, "more than " + MAX_STEPS + " steps");
          }
          rows.add(row(file, record));
        }
      } catch (UncheckedIOException | CharacterCodingException e) {
        throw new BadDataException(
            file + ", offset " + reached + " or soon after: not a sound CSV file in UTF-8");
      }
      if (rows.isEmpty()) {
        throw new BadDataException(
            file + ", offset 0: a sequence of no steps; at least one line of numbers is expected");
      }
      return rows.toArray(float[][]::new);
    }

    private float[] row(Path file, CSVRecord record) throws BadDataException {
      if (first.isEmpty()) {
        first = file.toString();
        width = record.size();
      }
      if (record.size() != width) {
        throw FeatureFiles.bad(
            file, record, "a step of " + record.size() + " numbers; " + first + " has " + width);
      }
      float[] row = new float[width];
      for (int column = 0; column < width; column++) {
        row[column] = FeatureFiles.number(file, record, column);
      }
      return row;
    }
  }

  private static boolean isNumber(String text) {
    try {
      Float.parseFloat(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
