package io.github.dl4jhardware.examples.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.examples.data.GeneratedDigits;
import io.github.dl4jhardware.examples.data.Images;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureCacheTest {
  private static final Images DIGITS = GeneratedDigits.draw(20, 5);

  @TempDir private Path directory;
  private int extractions;

  private float[][] of(Images images, String identity) throws IOException {
    return new FeatureCache(directory.resolve("cache"))
        .of(
            "digits",
            images,
            identity,
            () ->
                (some, progress) -> {
                  extractions++;
                  float[][] rows = new float[some.count()][];
                  for (int i = 0; i < rows.length; i++) {
                    rows[i] = new float[] {some.pixels()[i][400], identity.length()};
                  }
                  return rows;
                },
            done -> {})
        .features()
        .values();
  }

  private File[] files() {
    return directory.resolve("cache").toFile().listFiles((folder, name) -> name.endsWith(".npy"));
  }

  @Test
  void isReadTheSecondTime() throws IOException {
    float[][] first = of(DIGITS, "a");
    assertThat(of(DIGITS, "a")).isDeepEqualTo(first);
    assertThat(extractions).isEqualTo(1);
    assertThat(files()).hasSize(1);
    assertThat(files()[0].getName()).matches("digits-[0-9a-f]{32}\\.npy");
  }

  @Test
  void whatIsNotFiniteIsNotKept() {
    FeatureExtractor bad = (some, progress) -> new float[][] {{1, 2}, {3, Float.NaN}};
    assertThatThrownBy(
            () ->
                new FeatureCache(directory.resolve("cache"))
                    .of("digits", DIGITS.range(0, 2), "a", () -> bad, done -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Row 1, feature 1 is NaN");
    assertThat(files()).isEmpty();
  }

  @Test
  void anythingElseIsExtractedAnew() throws IOException {
    of(DIGITS, "a");
    of(DIGITS, "b");
    assertThat(extractions).isEqualTo(2);
    byte[][] pixels = Arrays.stream(DIGITS.pixels()).map(byte[]::clone).toArray(byte[][]::new);
    pixels[19][783]++;
    of(new Images(pixels, DIGITS.labels(), 28, 28, 10), "a");
    assertThat(extractions).isEqualTo(3);
    of(DIGITS.range(0, 19), "a");
    assertThat(extractions).isEqualTo(4);
    of(new Images(DIGITS.pixels(), DIGITS.labels(), 14, 56, 10), "a");
    assertThat(extractions).isEqualTo(5);
    // Labels are not features.
    of(new Images(DIGITS.pixels(), new int[20], 28, 28, 10), "a");
    assertThat(extractions).isEqualTo(5);
  }

  @Test
  void aDamagedFileIsReplaced() throws IOException {
    float[][] first = of(DIGITS, "a");
    Path file = files()[0].toPath();
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThat(of(DIGITS, "a")).isDeepEqualTo(first);
    assertThat(extractions).isEqualTo(2);
    assertThat(file).hasBinaryContent(whole);
  }

  /** A changed feature is a legal number, and only a digest of the content tells. */
  @Test
  void aChangedByteAnywhereIsSeen() throws IOException {
    float[][] first = of(DIGITS, "a");
    Path file = files()[0].toPath();
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at += 7) {
      byte[] changed = whole.clone();
      changed[at] ^= 4;
      Files.write(file, changed);
      assertThat(of(DIGITS, "a")).isDeepEqualTo(first);
      assertThat(file).hasBinaryContent(whole);
    }
    int before = extractions;
    Files.delete(directory.resolve("cache").resolve(file.getFileName() + ".sha256"));
    assertThat(of(DIGITS, "a")).isDeepEqualTo(first);
    assertThat(extractions).isEqualTo(before + 1);
  }
}
