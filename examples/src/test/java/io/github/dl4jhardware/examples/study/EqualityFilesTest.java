package io.github.dl4jhardware.examples.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.compare.ComparisonListener;
import io.github.dl4jhardware.compare.ComparisonResult;
import io.github.dl4jhardware.examples.data.Features;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EqualityFilesTest {
  private static final Features FEATURES =
      new Features(new float[][] {{1, 0}, {0, 1}, {1, 1}, {0, 0}}, new int[] {0, 1, 0, 1}, 2);

  @TempDir private Path directory;

  private ComparisonResult result(String name, boolean sound) throws IOException {
    EqualityData data =
        new EqualityData(
            name,
            List.of(sound ? 2 : 3, 2),
            seed -> FEATURES.training(2, 4, seed),
            FEATURES.testing(4),
            seed -> FEATURES.training(2, 4, seed),
            FEATURES.testing(4),
            Map.of());
    EqualitySettings settings = new EqualitySettings(0.1, 0.1, 80, 3, 8000);
    return new EqualityTask(data, settings, PulseScheme.LOW_DISCREPANCY, 1)
        .run(
            new EqualityTask.Chips(2, 1, 0),
            directory.resolve(name),
            "command",
            ComparisonListener.SILENT);
  }

  private String printed(List<ComparisonResult> results) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EqualityFiles.print(results, new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  /** A sixth is validated on; no example is in both parts, and all are in one. */
  @Test
  void splitTakesEachExampleOnce() {
    for (int count : new int[] {2, 7, 600}) {
      EqualityData.Split split = EqualityData.Split.of(count);
      assertThat(split.validation()).hasSize(Math.max(1, count / 6));
      assertThat(
              IntStream.concat(Arrays.stream(split.part()), Arrays.stream(split.validation()))
                  .sorted()
                  .toArray())
          .isEqualTo(IntStream.range(0, count).toArray());
    }
  }

  /** Three inputs where the data have two: no variant has a result, and the others still have. */
  @Test
  void variantsThatFailAreToldAndNotDrawn() throws IOException {
    ComparisonResult bad = result("bad", false);
    ComparisonResult good = result("good", true);
    EqualityFiles.write(List.of(bad, good), directory);
    assertThat(printed(List.of(bad, good)))
        .containsPattern("bad\\R +variant .*\\R +software +0 +failed")
        .containsPattern("analog-inversion +0 +failed")
        .containsPattern("good\\R(?s:.)* analog-inversion +2 +[0-9.]+ ± [0-9.]+ +[+-]")
        .doesNotContain("NaN");
    assertThat(Files.readAllLines(directory.resolve("equivalent-accuracy.csv"))).hasSize(1 + 2 * 5);
    assertThat(directory.resolve("equivalent-accuracy.png")).isNotEmptyFile();
    EqualityFiles.write(List.of(bad), directory);
    assertThat(directory.resolve("equivalent-accuracy.png")).doesNotExist();
  }
}
