package io.github.dl4jhardware.examples.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * A recording.
 *
 * @param samples in −1…1, at least one; channels are mixed down
 * @param samplesPerSecond their rate
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Sound(double[] samples, int samplesPerSecond) {
  private static final long MOST_BYTES = 100_000_000;

  /** Checks that there is something. */
  public Sound {
    if (samples.length == 0 || samplesPerSecond < 1) {
      throw new IllegalArgumentException(
          "Sound of " + samples.length + " samples at " + samplesPerSecond + " a second");
    }
  }

  /**
   * Reads a WAV file.
   *
   * @param file of whole-number samples of 8, 16, 24 or 32 bits, of any number of channels
   * @return its sound
   * @throws IOException if it cannot be read, is compressed, cut or empty; the message names it
   */
  public static Sound read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new BadDataException(
          file + " has " + Files.size(file) + " bytes; at most " + MOST_BYTES + " are read");
    }
    try (AudioInputStream in =
        AudioSystem.getAudioInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
      AudioFormat format = in.getFormat();
      boolean signed = format.getEncoding().equals(AudioFormat.Encoding.PCM_SIGNED);
      int bits = format.getSampleSizeInBits();
      boolean whole = signed || format.getEncoding().equals(AudioFormat.Encoding.PCM_UNSIGNED);
      if (!whole || bits % 8 != 0 || bits < 8 || bits > 32 || format.getSampleRate() < 1) {
        throw new BadDataException(
            file
                + ", offset 0: "
                + format
                + "; samples must be whole numbers (PCM) of 8, 16, 24 or 32 bits");
      }
      byte[] bytes = in.readAllBytes();
      long frames = bytes.length / format.getFrameSize();
      if (frames < in.getFrameLength() || bytes.length % format.getFrameSize() != 0) {
        throw new BadDataException(
            file
                + " is cut: it announces "
                + in.getFrameLength()
                + " samples and has "
                + frames
                + " whole ones");
      }
      if (frames == 0) {
        throw new BadDataException(file + ", offset 0: a sound of no samples");
      }
      return new Sound(
          mixed(bytes, format, signed, (int) frames), Math.round(format.getSampleRate()));
    } catch (UnsupportedAudioFileException e) {
      throw new BadDataException(file + ", offset 0: no sound file that can be read");
    }
  }

  private static double[] mixed(byte[] bytes, AudioFormat format, boolean signed, int frames) {
    int channels = format.getChannels();
    int size = format.getSampleSizeInBits() / 8;
    double[] samples = new double[frames];
    for (int frame = 0; frame < frames; frame++) {
      double sum = 0;
      for (int channel = 0; channel < channels; channel++) {
        int at = frame * format.getFrameSize() + channel * size;
        sum += sample(bytes, at, size, format.isBigEndian(), signed);
      }
      samples[frame] = sum / channels;
    }
    return samples;
  }

  /** In −1…1. */
  private static double sample(byte[] bytes, int at, int size, boolean bigEndian, boolean signed) {
    // Its bytes at the top of an int, whose sign is then the sample's.
    int value = 0;
    for (int i = 0; i < size; i++) {
      int significance = bigEndian ? size - 1 - i : i;
      value |= (bytes[at + i] & 0xFF) << (8 * (Integer.BYTES - size + significance));
    }
    return (signed ? value : value ^ Integer.MIN_VALUE) / 0x1p31;
  }
}
