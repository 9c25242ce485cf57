package io.github.dl4jhardware.examples.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.examples.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small convolutional network trained one image at a time, on few images. */
class InSituStudyTest {
  @TempDir private Path directory;

  private final CommandRun command = new CommandRun(InSituStudy::run);

  @Test
  void trainsOnCellsBesideSoftware() throws IOException {
    String[] args = {
      "--data=synthetic",
      "--kernels=4",
      "--hidden=16",
      "--epochs=1",
      "--examples=600",
      "--test-examples=200",
      "--chips=1",
      "--threads=2",
      "--validation",
      "--rate=0.02",
      "--out=" + directory
    };
    assertThat(command.with(args)).as(command::complaint).isZero();
    assertThat(command.said())
        .contains("600 images x 1 epoch(s)", "4 and 8 kernels of 5x5", "no-inversion");
    List<String> rows = Files.readAllLines(directory.resolve("results.csv"));
    assertThat(rows).hasSize(1 + 3);
    int column = List.of(rows.get(0).split(",", -1)).indexOf("test_accuracy_percent");
    for (String row : rows.subList(1, 4)) {
      // Ten classes: a network that learns nothing has 10 %, within 6 points at 200 images.
      assertThat(Double.parseDouble(row.split(",", -1)[column])).as(row).isGreaterThan(25);
    }
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThat(command.with("--cells=gold")).isEqualTo(2);
    assertThat(command.complaint()).contains("--cells gold is none of software, inversion");
    assertThat(command.with("--scale=0")).isEqualTo(2);
    assertThat(command.complaint()).contains("--scale");
    assertThat(command.with("--data=synthetic", "--examples=20", "--out=" + directory))
        .isEqualTo(2);
    assertThat(command.complaint()).contains("--examples must be at least 50, but is 20");
    assertThat(directory).isEmptyDirectory();
  }
}
