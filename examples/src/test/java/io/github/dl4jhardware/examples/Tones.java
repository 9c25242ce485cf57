package io.github.dl4jhardware.examples;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/** Sound files for tests. */
public final class Tones {
  private Tones() {}

  /** A WAV file of some samples. */
  public static void write(Path file, AudioFormat format, byte[] bytes) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    AudioInputStream in =
        new AudioInputStream(
            new ByteArrayInputStream(bytes), format, bytes.length / format.getFrameSize());
    AudioSystem.write(in, AudioFileFormat.Type.WAVE, file.toFile());
  }

  /** A tone, at half of full scale, of 16 bits. */
  public static void write(Path file, int rate, double hertz, int samples) throws IOException {
    byte[] bytes = new byte[2 * samples];
    for (int i = 0; i < samples; i++) {
      int value = (int) Math.round(16_384 * Math.sin(2 * Math.PI * hertz * i / rate));
      bytes[2 * i] = (byte) value;
      bytes[2 * i + 1] = (byte) (value >> 8);
    }
    write(file, new AudioFormat(rate, 16, 1, true, false), bytes);
  }
}
