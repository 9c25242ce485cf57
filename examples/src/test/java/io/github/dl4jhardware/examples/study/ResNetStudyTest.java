package io.github.dl4jhardware.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dl4jhardware.examples.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The study of a whole network, on few images. */
class ResNetStudyTest {
  @TempDir private Path directory;

  private final CommandRun command = new CommandRun(ResNetStudy::run);

  /** Every row of the table, a picture, and a second call that measures nothing again. */
  @Test
  void tellsOfEveryTargetAndResumes() throws IOException {
    String data = System.getenv("HARDWARE_DATA");
    assumeThat(data).as("HARDWARE_DATA names no folder with models").isNotNull();
    Path model = Path.of(data, "models", "resnet14v1_cifar10.h5");
    assumeThat(Files.isRegularFile(model)).as(model + " is there").isTrue();
    String[] args = {
      "--epochs=1",
      "--examples=64",
      "--chips=1",
      "--test-examples=10",
      "--validation-examples=20",
      "--validation-chips=1",
      "--statistics-examples=20",
      "--out=" + directory
    };
    assertThat(command.with(args)).as(command.complaint()).isZero();
    assertThat(command.said()).contains("100.00 % of its weights on arrays");
    List<String> rows = Files.readAllLines(directory.resolve("resnet.csv"));
    assertThat(rows.get(0))
        .isEqualTo(
            "model,target,seconds_after,compensation,seed,test_images,test_accuracy_percent,weights_on_arrays_percent");
    // Software, twelve reads, the capacitor's cell twice; the same of the retrained, but for that
    // cell.
    assertThat(rows).hasSize(1 + 1 + 12 + 2 + 1 + 12);
    assertThat(directory.resolve("resnet.png")).isNotEmptyFile();
    assertThat(Files.readAllLines(directory.resolve("retraining.csv"))).hasSize(1 + 2);
    assertThat(command.with(args)).as(command.complaint()).isZero();
    assertThat(command.said().lines().filter(l -> l.contains("(recorded)")))
        .hasSize(rows.size() - 1);
    assertThat(Files.readAllLines(directory.resolve("resnet.csv"))).isEqualTo(rows);
    args[0] = "--epochs=2";
    assertThat(command.with(args)).isEqualTo(1);
    assertThat(command.complaint()).contains("holds a run with other settings");
  }

  @Test
  void whatIsMissingIsNamed() {
    String[] args = {"--model=" + directory.resolve("none.h5"), "--out=" + directory};
    assertThat(command.with(args)).isEqualTo(1);
    assertThat(command.complaint())
        .contains("none.h5 is no file; name a Keras ResNet with --model");
    assertThat(command.complaint().strip().lines()).hasSize(1);
  }
}
