package io.github.dl4jhardware.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarBatchesTest {
  private static final int RECORD = 3073;

  @TempDir private Path directory;

  private Path file(int records) throws IOException {
    byte[] content = new byte[records * RECORD];
    for (int record = 0; record < records; record++) {
      content[record * RECORD] = (byte) (record % 10);
      Arrays.fill(content, record * RECORD + 1, (record + 1) * RECORD, (byte) (200 + record));
    }
    return Files.write(directory.resolve("batch.bin"), content);
  }

  @Test
  void readsLabelsAndPlanes() throws IOException {
    Images images = CifarBatches.read(List.of(file(3), file(12)), 10);
    assertThat(images.count()).isEqualTo(24);
    assertThat(images.channels()).isEqualTo(3);
    assertThat(images.labels()[11]).isEqualTo(1);
    assertThat(images.pixels()[11]).hasSize(3072).containsOnly((byte) 211);
  }

  @Test
  void namesFileAndOffsetOfWhatIsWrong() throws IOException {
    Path file = file(2);
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, 2 * RECORD - 1));
    assertThatThrownBy(() -> CifarBatches.read(List.of(file), 10))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(file + ", offset " + RECORD);
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> CifarBatches.read(List.of(file), 10))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("offset 0");
    content[RECORD] = 10;
    Files.write(file, content);
    assertThatThrownBy(() -> CifarBatches.read(List.of(file), 10))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("offset " + RECORD + ": label 10");
    Files.delete(file);
    assertThatThrownBy(() -> CifarBatches.read(List.of(file), 10))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("is missing");
  }

  @Test
  void readsCoarseAndFineLabels() throws IOException {
    int record = 3074;
    byte[] content = new byte[2 * record];
    content[0] = 19;
    content[1] = 99;
    content[record] = 3;
    content[record + 1] = 42;
    Arrays.fill(content, record + 2, 2 * record, (byte) 7);
    for (String name : new String[] {"train.bin", "test.bin"}) {
      Files.write(directory.resolve(name), content);
    }
    ImageData data = ImageData.cifar100(directory);
    assertThat(data.name()).isEqualTo("cifar100");
    assertThat(data.train().labels()).containsExactly(99, 42);
    assertThat(data.test().pixels()[1]).hasSize(3072).containsOnly((byte) 7);
    content[record + 1] = 100;
    Files.write(directory.resolve("test.bin"), content);
    assertThatThrownBy(() -> ImageData.cifar100(directory))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("test.bin, offset " + (record + 1) + ": label 100; labels are 0…99");
    Files.write(directory.resolve("train.bin"), Arrays.copyOf(content, record + 5));
    assertThatThrownBy(() -> ImageData.cifar100(directory))
        .hasMessageContaining("train.bin, offset " + record);
  }

  @Test
  void readsTheRealHundredClasses() throws IOException {
    Path cifar = DataFolders.environment().find(PublishedData.CIFAR100);
    assumeThat(cifar).as("HARDWARE_DATA names no CIFAR-100").isNotNull();
    ImageData data = ImageData.cifar100(java.util.Objects.requireNonNull(cifar));
    assertThat(data.test().count()).isEqualTo(10_000);
    int[] counts = new int[100];
    Arrays.stream(data.test().labels()).forEach(label -> counts[label]++);
    assertThat(counts).containsOnly(100);
  }

  @Test
  void readsTheRealSet() throws IOException {
    Path cifar = DataFolders.environment().find(PublishedData.CIFAR10);
    assumeThat(cifar).as("HARDWARE_DATA names no CIFAR-10").isNotNull();
    ImageData data = ImageData.cifar10(java.util.Objects.requireNonNull(cifar));
    assertThat(data.train().count()).isEqualTo(50_000);
    assertThat(data.test().count()).isEqualTo(10_000);
    int[] counts = new int[10];
    Arrays.stream(data.train().labels()).forEach(label -> counts[label]++);
    assertThat(counts).containsOnly(5000);
  }
}
