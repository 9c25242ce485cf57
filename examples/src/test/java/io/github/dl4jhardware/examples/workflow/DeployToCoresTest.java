package io.github.dl4jhardware.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.neuromorphic.exchange.NirFile;
import io.github.dl4jhardware.neuromorphic.exchange.SpkFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeployToCoresTest {
  @TempDir private Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    return DeployToCores.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void trainsMapsAndCompares() throws IOException {
    assertThat(
            run(
                "--data",
                "synthetic",
                "--network",
                "T-8, P4-32(1), N-32(1), P2-60(2)",
                "--examples",
                "500",
                "--frames",
                "20",
                "--export",
                "nir,ranc",
                "--out",
                directory.toString()))
        .as(err::toString)
        .isZero();
    assertThat(printed())
        .contains("splitters")
        .contains("All four forms agree on every neuron for 20 frames")
        .contains("on every neuron and class for all")
        .contains("frames/s/W");
    assertThat(Files.readAllLines(directory.resolve("forms.csv")))
        .hasSize(5)
        .first()
        .isEqualTo("form,frames,test_accuracy_percent,frames_per_second");
    assertThat(Files.size(directory.resolve("chip.png"))).isGreaterThan(5_000);
    assertThat(directory.resolve("network.spk")).isNotEmptyFile();
    assertThat(directory.resolve("mapping.csv")).isNotEmptyFile();
    assertThat(directory.resolve("input.json")).isNotEmptyFile();
    assertThat(Files.readAllLines(directory.resolve("last_spikes.csv"))).hasSize(50);
    assertThat(NirFile.read(directory.resolve("network.nir")).layers())
        .hasSameSizeAs(SpkFile.read(directory.resolve("network.spk")).layers());
  }

  @Test
  void mapsAlone() {
    assertThat(run("--network", "one-chip", "--map-only", "--out", directory + "/none")).isZero();
    assertThat(printed()).contains("4,042 cores on 1 chip").doesNotContain("frames");
    assertThat(directory.resolve("none")).doesNotExist();
  }

  @Test
  void advisesWhatIsTooLarge() {
    assertThat(run("--network", "T-12, P4-252(2), N-512(2), N-512(4), N-260(4)", "--map-only"))
        .isZero();
    assertThat(printed()).contains("cores are", "more than one chip has", "makes it fit");
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThat(run("--network", "T-12, S-64(1), S-64(1)", "--map-only")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("S-64(1)")
        .contains("576 inputs per neuron")
        .contains("smallest legal number of groups is 8");
    assertThat(run("--model", directory.resolve("none.zip").toString(), "--data", "synthetic"))
        .isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("none.zip");
  }
}
