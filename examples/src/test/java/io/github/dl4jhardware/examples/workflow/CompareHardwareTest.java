package io.github.dl4jhardware.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareHardwareTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    return CompareHardware.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void writesTableAndPicture() throws Exception {
    Path results = directory.resolve("results");
    int status =
        run(
            "--data",
            "synthetic",
            "--examples",
            "400",
            "--seeds",
            "2",
            "--out",
            results.toString());
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(status).isZero();
    List<String> lines = Files.readAllLines(results.resolve("results.csv"));
    assertThat(lines.get(0))
        .startsWith(
            "variant,data,seed,epochs,test_accuracy_percent,train_seconds,examples_per_second,transfers,");
    assertThat(lines).hasSize(1 + 5 * 2);
    assertThat(lines.get(1)).startsWith("software,synthetic,1,1,");
    assertThat(lines.get(4)).startsWith("analog-inversion,synthetic,2,1,");
    assertThat(lines.get(9)).startsWith("trinary-spiking,synthetic,1,1,");
    assertThat(lines).noneMatch(line -> line.contains("diverged"));
    BufferedImage picture = ImageIO.read(results.resolve("accuracy.png").toFile());
    assertThat(picture.getWidth()).isGreaterThan(1200);
    assertThat(Files.readString(results.resolve("report.html")))
        .contains("-Dargs=&quot;compare --data synthetic --examples 400");
    try (var files = Files.list(results)) {
      assertThat(files).hasSize(4);
    }
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("±")
        .contains("pcm-only")
        .doesNotContain("\r");
  }

  @ParameterizedTest
  @CsvSource({
    "--epochs,0,--epochs must be 1…10000",
    "--seeds,-1,--seeds must be 1…1000",
    "--examples,420,--examples must be a multiple of 50",
    "--examples,60001,--examples must be 1…60000",
    "--learning-rate,NaN,--learning-rate must be above 0",
    "--data,cifar,Invalid value for option '--data'",
    "--epochs,many,Invalid value for option '--epochs'",
    "--colour,red,Unknown option"
  })
  void badOptionsAreNamed(String option, String value, String message) {
    Path results = directory.resolve("results");
    assertThat(run("--data=synthetic", option, value, "--out", results.toString())).isEqualTo(2);
    assertOneLine(message);
    assertThat(results).doesNotExist();
  }

  @Test
  void missingDataIsNamed() throws Exception {
    Path results = directory.resolve("results");
    Path nowhere = directory.resolve("nowhere");
    assertThat(run("--data-dir", nowhere.toString(), "--out", results.toString())).isEqualTo(1);
    assertOneLine("--data-dir " + nowhere + " is not a directory");
    err.reset();
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThat(run("--data", "mnist", "--data-dir", empty.toString(), "--out", results.toString()))
        .isEqualTo(1);
    assertOneLine("holds no train-images-idx3-ubyte.gz");
    err.reset();
    Files.write(empty.resolve("train-images-idx3-ubyte"), new byte[] {0, 0, 8});
    assertThat(run("--data-dir", empty.toString(), "--out", results.toString())).isEqualTo(1);
    assertOneLine("train-labels-idx1-ubyte.gz is missing");
    err.reset();
    Files.write(empty.resolve("train-labels-idx1-ubyte"), new byte[0]);
    assertThat(run("--data-dir", empty.toString(), "--out", results.toString())).isEqualTo(1);
    assertOneLine("train-images-idx3-ubyte, offset 3: ends in the middle of magic number");
    assertThat(results).doesNotExist();
  }

  @Test
  void fileInPlaceOfADirectoryIsNamed() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertThat(run("--data=synthetic", "--out", file.toString())).isEqualTo(2);
    assertOneLine("is a file; it must be a directory, or not exist");
  }

  private void assertOneLine(String message) {
    String text = err.toString(StandardCharsets.UTF_8);
    assertThat(text).startsWith("compare: ").contains(message);
    assertThat(text.strip().lines()).hasSize(1);
  }
}
