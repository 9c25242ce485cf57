package io.github.dl4jhardware.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dl4jhardware.examples.CommandRun;
import io.github.dl4jhardware.examples.data.DataFolders;
import io.github.dl4jhardware.examples.data.SpokenDigits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LSTMs on arrays beside software, on few sequences. */
class SequenceStudyTest {
  @TempDir private Path directory;

  private final CommandRun command = new CommandRun(SequenceStudy::run);

  private int run(String... args) {
    return command.with(args);
  }

  /** Ideal cells are DL4J's own layer, up to rounding. */
  @Test
  void rowsOfImages() throws IOException {
    String[] args = {
      "--data=synthetic-rows",
      "--cells=ideal,pcm-inference",
      "--hidden=16",
      "--epochs=2",
      "--examples=320",
      "--test-examples=100",
      "--chips=1",
      "--rate=0.02",
      "--out=" + directory
    };
    assertThat(run(args)).as(command::complaint).isZero();
    assertThat(command.said()).contains("28 rows of 28 pixels", "ideal", "pcm-inference");
    List<String> rows = Files.readAllLines(directory.resolve("results.csv"));
    assertThat(rows).hasSize(1 + 3);
    int column = List.of(rows.get(0).split(",", -1)).indexOf("test_accuracy_percent");
    double software = Double.parseDouble(rows.get(1).split(",", -1)[column]);
    double ideal = Double.parseDouble(rows.get(2).split(",", -1)[column]);
    assertThat(software).isGreaterThan(20);
    assertThat(Math.abs(software - ideal)).isLessThanOrEqualTo(3);
  }

  @Test
  void spokenDigits() {
    Path recordings = SpokenDigits.find(DataFolders.environment());
    assumeThat(recordings).as("HARDWARE_DATA holds no spoken digits").isNotNull();
    String[] args = {
      "--data=spoken-digits",
      "--cells=ideal",
      "--hidden=8",
      "--epochs=1",
      "--examples=128",
      "--test-examples=50",
      "--chips=1",
      "--validation",
      "--out=" + directory
    };
    assertThat(run(args)).as(command::complaint).isZero();
    assertThat(command.said())
        .contains("2,430 examples to train on, 270 to test on, 10 classes; up to");
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThat(run("--cells=gold")).isEqualTo(2);
    assertThat(command.complaint()).contains("--cells gold is none of ideal");
    assertThat(run("--data=words")).isEqualTo(2);
    assertThat(command.complaint()).contains("--data words is none of mnist-rows");
    assertThat(run("--data=spoken-digits", "--data-dir=" + directory)).isEqualTo(1);
    assertThat(command.complaint()).contains("The spoken digits were not found");
  }
}
