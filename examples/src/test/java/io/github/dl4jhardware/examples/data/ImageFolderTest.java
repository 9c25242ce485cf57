package io.github.dl4jhardware.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {
  @TempDir private Path directory;

  @BeforeEach
  void writeSoundImages() throws IOException {
    for (String set : new String[] {"train", "test"}) {
      save(set + "/cat/1.png", colour(3, 2, 0x102030));
      save(set + "/dog/1.png", colour(3, 2, 0x405060));
    }
  }

  private static BufferedImage colour(int width, int height, int first) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int at = 0; at < width * height; at++) {
      image.setRGB(at % width, at / width, first + at * 0x010101);
    }
    return image;
  }

  private Path save(String name, BufferedImage image) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    String format = name.substring(name.lastIndexOf('.') + 1);
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
    return file;
  }

  @Test
  void readsPlanesAndClasses() throws IOException {
    ImageData data = ImageFolder.read(directory, "pets");
    assertThat(data.name()).isEqualTo("pets");
    Images train = data.train();
    assertThat(train.labels()).containsExactly(0, 1);
    assertThat(new int[] {train.channels(), train.height(), train.width(), train.classes()})
        .containsExactly(3, 2, 3, 2);
    assertThat(train.pixels()[0])
        .isEqualTo(
            new byte[] {
              0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x30, 0x31,
              0x32, 0x33, 0x34, 0x35
            });
    assertThat(data.test().count()).isEqualTo(2);
  }

  @Test
  void greyStaysGreyAndBecomesColourBesideColour() throws IOException {
    BufferedImage grey = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(1, 0, 0, 77);
    for (String name : new String[] {"train/cat/1", "train/dog/1", "test/cat/1", "test/dog/1"}) {
      save(name + ".png", grey);
    }
    assertThat(ImageFolder.read(directory, "grey").train().pixels()[1])
        .isEqualTo(new byte[] {0, 77, 0, 0, 0, 0});
    save("train/dog/1.png", colour(3, 2, 0));
    Images mixed = ImageFolder.read(directory, "mixed").train();
    assertThat(mixed.channels()).isEqualTo(3);
    assertThat(mixed.pixels()[0])
        .isEqualTo(new byte[] {0, 77, 0, 0, 0, 0, 0, 77, 0, 0, 0, 0, 0, 77, 0, 0, 0, 0});
  }

  /** A file that is cut short is refused, unless what is missing carries no pixels. */
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "bmp", "gif"})
  void everyTruncationIsRefused(String format) throws IOException {
    Path file = save("train/cat/2." + format, colour(3, 2, 0x102030));
    byte[][] sound = ImageFolder.read(directory, "x").train().pixels();
    byte[] whole = Files.readAllBytes(file);
    int refused = 0;
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      try {
        assertThat(ImageFolder.read(directory, "x").train().pixels())
            .as("%s of %d bytes", format, length)
            .isDeepEqualTo(sound);
      } catch (BadDataException e) {
        assertThat(e).hasMessageContaining(file + ", offset ");
        refused++;
      }
    }
    // At most a PNG's last checksums and its empty end chunk are spare.
    assertThat(refused).isGreaterThanOrEqualTo(whole.length - 24);
  }

  @Test
  void otherFilesAreNamed() throws IOException {
    Path text = directory.resolve("train/cat/notes.txt");
    Files.writeString(text, "no image");
    assertBad(text + ", offset 0: not an image by its name");
    Files.delete(text);
    Path pretends = directory.resolve("train/cat/2.png");
    Files.writeString(pretends, "no image");
    assertBad(pretends + ", offset 0: not an image of a known format");
    Files.delete(pretends);
    Path larger = save("test/dog/2.png", colour(4, 2, 0));
    assertBad(larger + ", offset 0: the image has 2×4 pixels, but ");
    Files.delete(larger);
    Path huge = save("test/dog/2.png", new BufferedImage(5000, 1, BufferedImage.TYPE_BYTE_BINARY));
    assertBad(huge + ", offset 0: the image has 1×5000 pixels; at most 4096×4096");
  }

  @Test
  void foldersThatDoNotFitAreNamed() throws IOException {
    Files.createDirectory(directory.resolve("test/horse"));
    assertBad("has the classes [cat, dog, horse], but ");
    Files.createDirectory(directory.resolve("train/horse"));
    assertBad("horse is empty");
    assertThatThrownBy(() -> ImageFolder.read(directory.resolve("none"), "x"))
        .hasMessageContaining("is not a directory");
    Files.createDirectories(directory.resolve("bare/train"));
    assertThatThrownBy(() -> ImageFolder.read(directory.resolve("bare"), "x"))
        .hasMessageContaining("has no folders");
  }

  private void assertBad(String message) {
    assertThatThrownBy(() -> ImageFolder.read(directory, "x"))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(message);
  }
}
