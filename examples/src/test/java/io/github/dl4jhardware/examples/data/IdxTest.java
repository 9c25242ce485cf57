package io.github.dl4jhardware.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  private static final int COUNT = 5;

  @TempDir private Path directory;
  private Path images = Path.of("unset");
  private Path labels = Path.of("unset");

  @BeforeEach
  void writeSoundFiles() throws IOException {
    images = directory.resolve("images.gz");
    labels = directory.resolve("labels.gz");
    pack(images, imageFile(0x803, COUNT, 4, 3));
    pack(labels, labelFile(0x801, COUNT, 9));
  }

  @Test
  void readsPackedAndUnpacked() throws IOException {
    Images packed = Idx.read(images, labels, 10);
    assertThat(packed.count()).isEqualTo(COUNT);
    assertThat(packed.height()).isEqualTo(4);
    assertThat(packed.width()).isEqualTo(3);
    assertThat(packed.labels()).containsExactly(0, 1, 2, 3, 9);
    assertThat(packed.pixels()[1][2]).isEqualTo((byte) 14);
    Path plain = directory.resolve("plain");
    Files.write(plain, imageFile(0x803, COUNT, 4, 3));
    assertThat(Idx.read(plain, labels, 10).pixels()).isDeepEqualTo(packed.pixels());
  }

  @Test
  void everyTruncationIsNamed() throws IOException {
    byte[] whole = imageFile(0x803, COUNT, 4, 3);
    for (int length = 0; length < whole.length; length++) {
      pack(images, Arrays.copyOf(whole, length));
      assertBad(images + ", offset " + length + ": ends in the middle of");
    }
    pack(images, whole);
    byte[] wholeLabels = labelFile(0x801, COUNT, 9);
    for (int length = 0; length < wholeLabels.length; length++) {
      pack(labels, Arrays.copyOf(wholeLabels, length));
      assertBad(labels + ", offset " + length + ": ends in the middle of");
    }
  }

  @Test
  void cutShortGzipIsNamed() throws IOException {
    byte[] packed = Files.readAllBytes(images);
    for (int length = 0; length < packed.length; length++) {
      Files.write(images, Arrays.copyOf(packed, length));
      assertBad(images + ", offset ");
    }
  }

  @Test
  void otherDamageIsNamed() throws IOException {
    pack(images, imageFile(0x801, COUNT, 4, 3));
    assertBad(images + ", offset 0: magic number 0x00000801; a file of images has 0x00000803");
    pack(images, imageFile(0x803, 0, 4, 3));
    assertBad(images + ", offset 4: number of images 0; it must be 1…");
    pack(images, imageFile(0x803, COUNT, 5000, 3));
    assertBad(images + ", offset 8: height 5000; it must be 1…4096");
    pack(images, Arrays.copyOf(imageFile(0x803, COUNT, 4, 3), 16 + COUNT * 12 + 1));
    assertBad(images + ", offset 76: more data than the header announces");
    pack(images, imageFile(0x803, COUNT + 1, 4, 3));
    assertBad(images + " holds 6 images, but " + labels + " holds 5 labels");
    pack(images, imageFile(0x803, COUNT, 4, 3));
    pack(labels, labelFile(0x801, COUNT, 10));
    assertBad(labels + ", offset 12: label 10; labels are 0…9");
    Files.delete(images);
    assertBad(images + " is missing");
  }

  private void assertBad(String message) {
    assertThatThrownBy(() -> Idx.read(images, labels, 10))
        .isInstanceOf(BadDataException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void readsMnist() throws IOException {
    Path mnist = DataFolders.environment().find(PublishedData.MNIST);
    assumeTrue(mnist != null, "HARDWARE_DATA names no folder with MNIST");
    ImageData data = ImageData.mnist(Objects.requireNonNull(mnist));
    assertThat(data.train().count()).isEqualTo(60_000);
    assertThat(data.test().count()).isEqualTo(10_000);
    // Published class counts of the test set.
    int[] counts = new int[10];
    Arrays.stream(data.test().labels()).forEach(label -> counts[label]++);
    assertThat(counts).containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
  }

  private static byte[] imageFile(int magic, int count, int height, int width) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(magic);
    out.writeInt(count);
    out.writeInt(height);
    out.writeInt(width);
    for (int i = 0; i < COUNT * 12; i++) {
      out.write(i);
    }
    return bytes.toByteArray();
  }

  private static byte[] labelFile(int magic, int count, int last) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(magic);
    out.writeInt(count);
    for (int i = 0; i < count - 1; i++) {
      out.write(i);
    }
    out.write(last);
    return bytes.toByteArray();
  }

  private static void pack(Path file, byte[] content) throws IOException {
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(content);
    }
  }
}
