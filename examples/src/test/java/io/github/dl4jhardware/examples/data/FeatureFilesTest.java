package io.github.dl4jhardware.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureFilesTest {
  @TempDir private Path directory;

  @BeforeEach
  void writeSoundTest() throws IOException {
    Files.writeString(directory.resolve("test.csv"), "a,b,label\n7,8,1\n");
  }

  @Test
  void readsCsvWhereverTheLabelStands() throws IOException {
    Files.writeString(directory.resolve("train.csv"), "a, label, b\n1.5,2,-3e2\r\n\n4,0,5\n");
    FeatureFiles.Pair pair = FeatureFiles.read(directory);
    assertThat(pair.train().values()).isDeepEqualTo(new float[][] {{1.5f, -300}, {4, 5}});
    assertThat(pair.train().labels()).containsExactly(2, 0);
    assertThat(pair.train().classes()).isEqualTo(3);
    assertThat(pair.test().classes()).isEqualTo(3);
    assertThat(pair.test().values()).isDeepEqualTo(new float[][] {{7, 8}});
  }

  @Test
  void columnsStandForTheSameInBothFiles() throws IOException {
    Files.writeString(directory.resolve("train.csv"), "b,a,label\n1,2,0\n");
    assertBad("test.csv, offset 0: feature 1 is \"a\"; in " + directory.resolve("train.csv"));
  }

  @Test
  void readsNpy() throws IOException {
    for (String set : new String[] {"train", "test"}) {
      Npy.write(new float[][] {{1, 2}, {3, 4}}, directory.resolve(set + "-features.npy"));
      Npy.write(new float[][] {{1}, {0}}, directory.resolve(set + "-labels.npy"));
    }
    FeatureFiles.Pair pair = FeatureFiles.read(directory);
    assertThat(pair.train().values()).isDeepEqualTo(new float[][] {{1, 2}, {3, 4}});
    assertThat(pair.test().labels()).containsExactly(1, 0);
    Npy.write(new float[][] {{1}, {0.5f}}, directory.resolve("test-labels.npy"));
    assertBad("test-labels.npy, row 1: label 0.5");
    Npy.write(new float[][] {{1}}, directory.resolve("test-labels.npy"));
    assertBad("test-labels.npy, offset 0: labels of shape 1×1");
    Npy.write(new float[][] {{1}, {0}}, directory.resolve("test-labels.npy"));
    Npy.write(new float[][] {{1, 2, 3}, {3, 4, 5}}, directory.resolve("test-features.npy"));
    assertBad("test-features.npy, offset 0: rows of 3 features; those of");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "``;offset 0: no examples",
        "`a,b,label`;offset 0: no examples",
        "`a,b,c|1,2,3`;offset 0 (record 1): the header has no column \"label\"",
        "`label|1`;offset 0 (record 1): the header has no column \"label\" beside",
        "`a,b,label|1,2,0|1,2`;offset 16 (record 3): 2 values; the header has 3",
        "`a,b,label|1,2,0|1,two,0`;offset 16 (record 3): column 2 is \"two\"",
        "`a,b,label|1,NaN,0`;offset 10 (record 2): column 2 is \"NaN\"",
        "`a,b,label|1,1e99,0`;offset 10 (record 2): column 2 is \"1e99\"",
        "`a,b,label|1,2,-1`;offset 10 (record 2): label -1",
        "`a,b,label|1,2,0.5`;offset 10 (record 2): label 0.5",
        "`a,b,label|1,2,3000000`;offset 10 (record 2): label 3000000.0",
        "`a,b,label|\"1,2,0`;offset 0 or soon after: not a sound CSV file",
        "`a,label|1,0`;rows of 2 features; those of"
      })
  void badCsvIsNamed(String content, String message) throws IOException {
    Files.writeString(directory.resolve("train.csv"), content.replace('|', '\n'));
    assertBad(message);
  }

  @Test
  void otherFilesAreNamed() throws IOException {
    Files.write(
        directory.resolve("train.csv"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, -1});
    assertBad("train.csv, offset 0 or soon after: not a sound CSV file: it is not in UTF-8");
    Files.delete(directory.resolve("train.csv"));
    assertBad("train-features.npy is missing");
    assertThatThrownBy(() -> FeatureFiles.read(directory.resolve("none")))
        .hasMessageContaining("none is not a directory");
  }

  private void assertBad(String message) {
    assertThatThrownBy(() -> FeatureFiles.read(directory))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(directory.toString());
  }
}
