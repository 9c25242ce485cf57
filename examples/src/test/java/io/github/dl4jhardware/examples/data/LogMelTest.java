package io.github.dl4jhardware.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.examples.Tones;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sound.sampled.AudioFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames of sound, and files of it. */
class LogMelTest {
  private static final LogMel MEL = LogMel.telephone();

  private static double[] tone(double hertz, double amplitude, int samples) {
    double[] tone = new double[samples];
    for (int i = 0; i < samples; i++) {
      tone[i] = amplitude * Math.sin(2 * Math.PI * hertz * i / 8_000);
    }
    return tone;
  }

  /** A tone of a bin's frequency has (A·N/4)² there and a quarter of that in each neighbour. */
  @Test
  void energyOfAToneIsWhereItBelongs() {
    for (int bin : new int[] {16, 40, 90}) {
      float[] frame = MEL.of(tone(bin * 8_000 / 256.0, 0.5, 256))[0];
      double[] wanted = new double[32];
      double highest = 2595 * Math.log10(1 + 4_000 / 700.0);
      for (int near = -1; near <= 1; near++) {
        double energy = Math.pow(0.5 * 256 / 4, 2) * (near == 0 ? 1 : 0.25);
        double mel = 2595 * Math.log10(1 + (bin + near) * 31.25 / 700);
        // Neighbouring triangles share a bin so that it counts once in all.
        double place = mel / highest * 33 - 1;
        int below = (int) Math.floor(place);
        for (int band = below; band <= below + 1; band++) {
          if (band >= 0 && band < 32) {
            wanted[band] += energy * (1 - Math.abs(place - band));
          }
        }
      }
      for (int band = 0; band < 32; band++) {
        assertThat(Math.exp(frame[band]))
            .isCloseTo(wanted[band] + LogMel.FLOOR, within(1e-3 + wanted[band] * 1e-4));
      }
    }
  }

  @Test
  void framesFollowEachOtherToTheEnd() {
    assertThat(MEL.of(new double[1])).hasDimensions(1, 32);
    assertThat(MEL.of(new double[256])).hasDimensions(1, 32);
    assertThat(MEL.of(new double[257])).hasDimensions(2, 32);
    assertThat(MEL.of(new double[256 + 3 * 160])).hasDimensions(4, 32);
    assertThat(MEL.of(new double[256])[0]).containsOnly((float) Math.log(LogMel.FLOOR));
    // Twice as loud is ln 4 more, in each frame of a steady tone.
    float[][] soft = MEL.of(tone(1_000, 0.2, 1_000));
    float[][] loud = MEL.of(tone(1_000, 0.4, 1_000));
    int band = 14;
    for (int frame = 0; frame < 4; frame++) {
      assertThat(loud[frame][band] - soft[frame][band])
          .isCloseTo((float) Math.log(4), within(1e-3f));
    }
    assertThat(LogMel.speech(8_000)).isEqualTo(new LogMel(8_000, 256, 160, 32));
    assertThat(LogMel.speech(44_100)).isEqualTo(new LogMel(44_100, 1024, 882, 32));
    assertThatThrownBy(() -> new LogMel(8_000, 250, 160, 32)).hasMessageContaining("power of two");
  }

  @Test
  void filesAreReadOrNamed(@TempDir Path directory) throws IOException {
    AudioFormat mono = new AudioFormat(8_000, 16, 1, true, false);
    Path file = directory.resolve("7_jackson_3.wav");
    Tones.write(file, mono, new byte[] {0, 0x40, 0, (byte) 0x80, 1, 0});
    assertThat(Sound.read(file).samples()).containsExactly(0.5, -1, 1 / 32768.0);
    assertThatThrownBy(() -> SpokenDigits.read(directory, MEL))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("0 recordings to train on and 1 to test on");
    Tones.write(directory.resolve("7_jackson_12.wav"), mono, new byte[2_000]);
    Tones.write(directory.resolve("3_theo_0.wav"), mono, new byte[200]);
    Files.writeString(directory.resolve("notes.txt"), "left out");
    SequenceFolder.Pair pair = SpokenDigits.read(directory, MEL);
    assertThat(pair.train().labels()).containsExactly(7);
    assertThat(pair.test().labels()).containsExactly(3, 7);
    assertThat(pair.train().steps()[0]).hasDimensions(6, 32);

    Tones.write(file, new AudioFormat(16_000, 16, 1, true, false), new byte[8]);
    assertThatThrownBy(() -> SpokenDigits.read(directory, MEL))
        .hasMessageContaining("7_jackson_3.wav")
        .hasMessageContaining("16000 samples a second; 8000 are expected");
    Tones.write(file, mono, new byte[0]);
    assertThatThrownBy(() -> SpokenDigits.read(directory, MEL))
        .hasMessageContaining("7_jackson_3.wav");
    Files.writeString(file, "no sound");
    assertThatThrownBy(() -> SpokenDigits.read(directory, MEL))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("no sound file that can be read");
  }
}
