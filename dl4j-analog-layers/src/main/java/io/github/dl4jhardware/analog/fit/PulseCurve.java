package io.github.dl4jhardware.analog.fit;

import io.github.dl4jhardware.files.Causes;
import io.github.dl4jhardware.files.CsvText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A measured response to pulses: conductance after 0, 1, 2, … pulses up, and then down.
 *
 * <p>As a file: CSV with a header and the columns {@code direction} ({@code potentiation} or {@code
 * depression}), {@code pulse} (a whole number, growing within a direction) and {@code
 * conductance_microsiemens}; other columns are ignored.
 *
 * @param potentiation points of pulses up, in the order of their pulses
 * @param depression points of pulses down, in the order of their pulses
 */
public record PulseCurve(List<Point> potentiation, List<Point> depression) {
  /** Points of a direction at the least. */
  public static final int LEAST_POINTS = 4;

  /** A greatest conductance below this many µS was surely not given in µS. */
  private static final double LEAST_GREATEST_MICRO_SIEMENS = 1e-3;

  private static final double MOST_MICRO_SIEMENS = 1e6;
  private static final String DIRECTION = "direction";
  private static final String PULSE = "pulse";
  private static final String CONDUCTANCE = "conductance_microsiemens";

  /**
   * One measurement.
   *
   * @param pulse pulses so far in this direction
   * @param microSiemens conductance after them, in µS
   */
  public record Point(int pulse, double microSiemens) {}

  /** Takes copies. */
  public PulseCurve {
    potentiation = List.copyOf(potentiation);
    depression = List.copyOf(depression);
    if (potentiation.size() < LEAST_POINTS || depression.size() < LEAST_POINTS) {
      throw new IllegalArgumentException(
          "A pulse curve needs at least "
              + LEAST_POINTS
              + " points of potentiation and of depression, but has "
              + potentiation.size()
              + " and "
              + depression.size());
    }
  }

  /**
   * Reads a file.
   *
   * @param file the CSV
   * @return the curve
   * @throws BadCurveException if it is not as described; the message names line and column
   * @throws IOException if it cannot be read
   */
  public static PulseCurve read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BadCurveException(file + " is not a file");
    }
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setIgnoreSurroundingSpaces(true)
            .build();
    List<Point> up = new ArrayList<>();
    List<Point> down = new ArrayList<>();
    double greatest = 0;
    try (CSVParser parser = CSVParser.parse(CsvText.open(file), format)) {
      for (String column : List.of(DIRECTION, PULSE, CONDUCTANCE)) {
        if (!parser.getHeaderNames().contains(column)) {
          throw new BadCurveException(
              file
                  + ", line 1: there is no column \""
                  + column
                  + "\"; the columns found are "
                  + parser.getHeaderNames());
        }
      }
      for (CSVRecord row : parser) {
        Row place = new Row(file, parser.getCurrentLineNumber(), row);
        List<Point> points = place.direction().equals("potentiation") ? up : down;
        Point point = new Point(place.pulse(points), place.conductance());
        greatest = Math.max(greatest, point.microSiemens());
        points.add(point);
      }
    } catch (BadCurveException e) {
      throw e;
    } catch (CharacterCodingException e) {
      throw new BadCurveException(file + " is not a CSV text: it is not in UTF-8");
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new BadCurveException(file + " is not a CSV text" + Causes.after(e));
    }
    if (up.size() < LEAST_POINTS || down.size() < LEAST_POINTS) {
      throw new BadCurveException(
          file
              + ": "
              + up.size()
              + " points of potentiation and "
              + down.size()
              + " of depression; at least "
              + LEAST_POINTS
              + " of each are needed");
    }
    if (greatest < LEAST_GREATEST_MICRO_SIEMENS) {
      throw new BadCurveException(
          file
              + ", column "
              + CONDUCTANCE
              + ": the greatest value is "
              + greatest
              + " µS; below "
              + LEAST_GREATEST_MICRO_SIEMENS
              + " the unit is probably not µS");
    }
    return new PulseCurve(up, down);
  }

  /** The least and the greatest conductance of the curve, in µS. */
  double lowMicroSiemens() {
    return Math.min(extreme(potentiation, -1), extreme(depression, -1));
  }

  double highMicroSiemens() {
    return Math.max(extreme(potentiation, 1), extreme(depression, 1));
  }

  private static double extreme(List<Point> points, int sign) {
    return sign
        * points.stream().mapToDouble(point -> sign * point.microSiemens()).max().orElseThrow();
  }

  /** One line of the file, with what can be wrong with it. */
  private record Row(Path file, long line, CSVRecord values) {
    String direction() throws BadCurveException {
      String value = value(DIRECTION).toLowerCase(Locale.ROOT);
      if (!value.equals("potentiation") && !value.equals("depression")) {
        throw bad(DIRECTION, "\"" + value + "\" is neither potentiation nor depression");
      }
      return value;
    }

    int pulse(List<Point> before) throws BadCurveException {
      String text = value(PULSE);
      int pulse;
      try {
        pulse = Integer.parseInt(text);
      } catch (NumberFormatException e) {
        throw bad(PULSE, "\"" + text + "\" is not a whole number");
      }
      int last = before.isEmpty() ? -1 : before.get(before.size() - 1).pulse();
      if (pulse <= last || pulse < 0) {
        throw bad(
            PULSE,
            before.isEmpty()
                ? pulse + " is below 0"
                : pulse + " does not come after " + last + "; pulse numbers must grow");
      }
      return pulse;
    }

    double conductance() throws BadCurveException {
      String text = value(CONDUCTANCE);
      double value;
      try {
        value = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw bad(CONDUCTANCE, "\"" + text + "\" is not a number");
      }
      if (!(value >= 0 && value <= MOST_MICRO_SIEMENS)) {
        throw bad(CONDUCTANCE, text + " is not from 0 to " + MOST_MICRO_SIEMENS + " µS");
      }
      return value;
    }

    private String value(String column) throws BadCurveException {
      if (!values.isSet(column) || values.get(column).isBlank()) {
        throw bad(column, "the value is missing");
      }
      return values.get(column);
    }

    private BadCurveException bad(String column, String what) {
      return new BadCurveException(file + ", line " + line + ", column " + column + ": " + what);
    }
  }
}
