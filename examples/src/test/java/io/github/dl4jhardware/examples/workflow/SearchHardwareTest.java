package io.github.dl4jhardware.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchHardwareTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... more) {
    List<String> args =
        new ArrayList<>(List.of("--data", "synthetic", "--out", directory.toString()));
    args.addAll(List.of(more));
    return SearchHardware.run(
        args.toArray(String[]::new),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private int small(String... more) {
    List<String> args =
        new ArrayList<>(List.of("--examples", "400", "--validation", "200", "--test-chips", "2"));
    args.addAll(List.of("--test-examples", "500", "--budget-nanojoules", "3"));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  @Test
  void searchesComparesAndGoesOn() throws Exception {
    assertThat(small("--candidates", "1")).as(err::toString).isZero();
    assertThat(Files.readAllLines(directory.resolve("candidates.csv"))).hasSize(2);
    assertThat(small("--candidates", "2")).as(err::toString).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("candidate   0:", "(recorded)");
    List<String> candidates = Files.readAllLines(directory.resolve("candidates.csv"));
    assertThat(candidates).hasSize(3);
    assertThat(candidates.get(0)).contains("updater.learningRate", "layer_0.synapse.gain");
    assertThat(directory.resolve("pareto.png")).isNotEmptyFile();
    List<String> runs = Files.readAllLines(directory.resolve("final/results.csv"));
    assertThat(runs).hasSize(1 + 2 * 2);
    assertThat(runs.get(1)).startsWith("default,synthetic,103,1,");
    assertThat(runs.get(4)).startsWith("winner,synthetic,104,1,");

    // Another search does not overwrite this one.
    assertThat(small("--candidates", "2", "--generator", "grid")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("record of another search");
    assertThat(Files.readAllLines(directory.resolve("candidates.csv"))).isEqualTo(candidates);
  }

  @ParameterizedTest
  @CsvSource({
    "--candidates,0,--candidates must be 1…100000",
    "--minutes,-1,--minutes must be above 0",
    "--validation,59999,--validation must be 1…30000",
    "--examples,59900,--examples must be 1…55000",
    "--budget-nanojoules,0,--budget-nanojoules must be above 0",
    "--generator,magic,Invalid value for option '--generator'"
  })
  void badOptionsAreNamed(String option, String value, String message) {
    assertThat(run(option, value)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(message);
  }
}
