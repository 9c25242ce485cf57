package io.github.dl4jhardware.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.examples.Tones;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoundTest {
  @TempDir private Path directory;

  /** The same levels in every width of a sample; WAV has 8 bits without a sign. */
  @ParameterizedTest
  @ValueSource(ints = {8, 16, 24, 32})
  void readsEveryWidthAndMixesDown(int bits) throws IOException {
    double[] levels = {-1, -0.5, 0, 0.5, 0.25, 0.75};
    int size = bits / 8;
    byte[] bytes = new byte[levels.length * size];
    for (int i = 0; i < levels.length; i++) {
      long value = Math.round(levels[i] * Math.pow(2, bits - 1)) + (bits == 8 ? 128 : 0);
      for (int b = 0; b < size; b++) {
        bytes[i * size + b] = (byte) (value >> (8 * b));
      }
    }
    Path file = directory.resolve("a.wav");
    boolean signed = bits > 8;
    Tones.write(file, new AudioFormat(11_025, bits, 1, signed, false), bytes);
    Sound mono = Sound.read(file);
    assertThat(mono.samplesPerSecond()).isEqualTo(11_025);
    assertThat(mono.samples()).containsExactly(levels, within(1e-9));
    Tones.write(file, new AudioFormat(44_100, bits, 2, signed, false), bytes);
    Sound stereo = Sound.read(file);
    assertThat(stereo.samplesPerSecond()).isEqualTo(44_100);
    assertThat(stereo.samples()).containsExactly(new double[] {-0.75, 0.25, 0.5}, within(1e-9));
  }

  @Test
  void refusesByName() throws IOException {
    Path file = directory.resolve("a.wav");
    Tones.write(file, new AudioFormat(Encoding.ULAW, 8_000, 8, 1, 1, 8_000, false), new byte[100]);
    assertThatThrownBy(() -> Sound.read(file))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("a.wav")
        .hasMessageContaining("samples must be whole numbers");
    Tones.write(file, 8_000, 440, 1_000);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 301));
    assertThatThrownBy(() -> Sound.read(file))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("a.wav is cut: it announces 1000 samples and has 849");
    Tones.write(file, new AudioFormat(8_000, 16, 1, true, false), new byte[0]);
    assertThatThrownBy(() -> Sound.read(file))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("no samples");
    Files.writeString(file, "RIFF and then nothing of the kind");
    assertThatThrownBy(() -> Sound.read(file))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("no sound file that can be read");
  }

  @Test
  void foldersOfRecordings() throws IOException {
    for (String set : new String[] {"train", "test"}) {
      Tones.write(directory.resolve(set).resolve("high").resolve("a.wav"), 16_000, 3_000, 8_000);
      Tones.write(directory.resolve(set).resolve("low").resolve("a.wav"), 16_000, 300, 4_000);
    }
    assertThat(OwnData.find(directory)).extracting(OwnData::kind).isEqualTo(OwnData.Kind.SOUNDS);
    SequenceFolder.Pair pair = SoundFolder.read(directory);
    assertThat(pair.train().labels()).containsExactly(0, 1);
    // Half a second of frames every 20 ms, the last of them filled up.
    assertThat(pair.train().steps()[0]).hasDimensions(1 + (8_000 - 512 + 319) / 320, 32);
    ImageData images = Spectrograms.of("tones", pair, 32, 24);
    Images train = images.train();
    assertThat(new int[] {train.channels(), train.height(), train.width(), train.classes()})
        .containsExactly(1, 32, 24, 2);
    // High is above, and bright.
    assertThat(brightestRow(train.pixels()[0], 24)).isLessThan(16);
    assertThat(brightestRow(train.pixels()[1], 24)).isGreaterThan(22);

    Tones.write(directory.resolve("test").resolve("low").resolve("b.wav"), 8_000, 300, 4_000);
    assertThatThrownBy(() -> SoundFolder.read(directory))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("b.wav has 8000 samples a second, but")
        .hasMessageContaining("16000");
    Files.writeString(directory.resolve("test").resolve("low").resolve("b.txt"), "words");
    Files.delete(directory.resolve("test").resolve("low").resolve("b.wav"));
    assertThatThrownBy(() -> SoundFolder.read(directory))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("b.txt");
  }

  private static int brightestRow(byte[] pixels, int columns) {
    int brightest = 0;
    int most = -1;
    for (int row = 0; row < pixels.length / columns; row++) {
      int sum = 0;
      for (int column = 0; column < columns; column++) {
        sum += pixels[row * columns + column] & 0xFF;
      }
      if (sum > most) {
        most = sum;
        brightest = row;
      }
    }
    return brightest;
  }
}
