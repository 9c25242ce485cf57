package io.github.dl4jhardware.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.examples.study.EquivalentAccuracy;
import io.github.dl4jhardware.examples.study.PolarityInversionStudy;
import io.github.dl4jhardware.examples.study.PulseStudy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Mains that go on where they stopped, killed between each two of the files that they leave, and
 * with each of these gone: the same command then leaves what an uninterrupted run leaves.
 */
class ResumableMainsTest {
  @TempDir private Path directory;

  private interface Main {
    int run(String[] args, PrintStream out, PrintStream err) throws IOException;
  }

  private static Arguments of(String name, Main main, String... args) {
    return Arguments.of(name, main, args);
  }

  /**
   * Without the profile full-fuzz those that take seconds. CompareHardware is PulseStudy with other
   * variants, and one of them takes long.
   */
  static Stream<Arguments> mains() {
    String small = "--data=synthetic --epochs=1 --seeds=1 --examples=100";
    Stream<Arguments> quick =
        Stream.of(
            of("EquivalentAccuracy", EquivalentAccuracy::run, words(small)),
            of(
                "PolarityInversionStudy",
                PolarityInversionStudy::run,
                words(small + " --sweep-seeds=0")),
            of(
                "TrainEedn",
                TrainEedn::run,
                "--data=synthetic",
                "--network=T-8, P2-12(2), N-20(1)",
                "--epochs=2",
                "--examples=100"));
    Stream<Arguments> slow =
        Stream.of(
            of("PulseStudy", PulseStudy::run, words(small)),
            of(
                "ConvertYourModel",
                ConvertYourModel::run,
                words(
                    "--data=synthetic --epochs=1 --software-epochs=1 --examples=640"
                        + " --test-examples=500")),
            of(
                "SearchHardware",
                SearchHardware::run,
                words(
                    "--data=synthetic --examples=200 --validation=200 --candidates=2"
                        + " --test-chips=1 --test-examples=500")));
    return Mutants.ALL ? Stream.concat(quick, slow) : quick;
  }

  private static String[] words(String options) {
    return options.split(" ");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mains")
  void leaveWhatAnUninterruptedRunLeaves(String name, Main main, String[] args) throws IOException {
    Path whole = directory.resolve("whole");
    run(main, args, whole);
    List<Path> files = inOrder(whole);
    assertThat(files).isNotEmpty();
    for (int kept = 0; kept < files.size(); kept++) {
      goOn(main, args, whole, files.subList(kept, files.size()));
      // A checkpoint without what was written before it, which no kill leaves, is refused.
      boolean before = files.get(kept).toString().matches(".*(settings.txt|curve.csv)");
      if (kept < files.size() - 1 && !before) {
        goOn(main, args, whole, files.subList(kept, kept + 1));
      }
    }
  }

  private void goOn(Main main, String[] args, Path whole, List<Path> gone) throws IOException {
    Path cut = Files.createTempDirectory(directory, "cut");
    copy(whole, cut);
    for (Path each : gone) {
      Files.delete(cut.resolve(whole.relativize(each)));
    }
    run(main, args, cut);
    assertThat(inOrder(cut).stream().map(cut::relativize).map(Path::toString).toList())
        .as("without " + gone)
        .containsExactlyInAnyOrderElementsOf(
            inOrder(whole).stream().map(whole::relativize).map(Path::toString).toList());
    for (Path each : inOrder(whole)) {
      if (each.toString().endsWith(".csv")) {
        assertThat(rows(cut.resolve(whole.relativize(each))))
            .as(each + " without " + gone)
            .containsExactlyInAnyOrderElementsOf(rows(each));
      }
    }
  }

  private static void run(Main main, String[] args, Path out) throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream console = new PrintStream(said, true, StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--out=" + out);
    assertThat(main.run(all.toArray(new String[0]), console, console)).as(said::toString).isZero();
  }

  /** All but how long it took, and the digests of rows that say so. */
  private static List<List<String>> rows(Path csv) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    try (CSVParser parser =
        CSVParser.parse(
            csv,
            StandardCharsets.UTF_8,
            CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).build())) {
      for (CSVRecord row : parser) {
        rows.add(
            parser.getHeaderNames().stream()
                .filter(column -> !column.matches(".*second.*|minutes|sha256.*"))
                .map(column -> column + "=" + row.get(column))
                .toList());
      }
    }
    return rows;
  }

  /** What others see of a folder, in the order of writing. */
  private static List<Path> inOrder(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted(Comparator.comparing(ResumableMainsTest::written))
          .toList();
    }
  }

  private static FileTime written(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Path target = to.resolve(from.relativize(each));
        if (Files.isDirectory(each)) {
          Files.createDirectories(target);
        } else {
          Files.copy(each, target);
        }
      }
    }
  }
}
