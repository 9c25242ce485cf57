package io.github.dl4jhardware.examples.data;

import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/**
 * Sound as frames of logarithmic energies in bands of equal width in mel: what recognisers of
 * speech usually see. Each frame is weighted by a Hann window; band k weights the power spectrum by
 * a triangle from the centre of band k − 1 to that of band k + 1; 1 mel is as in m = 2595·log₁₀(1 +
 * f/700 Hz) (D. O'Shaughnessy, Speech Communication, 1987). The value is ln(energy + {@value
 * #FLOOR}), of samples in −1…1.
 *
 * @param samplesPerSecond of the sound
 * @param frame samples of a frame, a power of two
 * @param hop samples from one frame to the next
 * @param bands from 0 Hz to half of the samples' rate
 */
public record LogMel(int samplesPerSecond, int frame, int hop, int bands) {
  /** Added to an energy, so that silence has a logarithm. */
  public static final double FLOOR = 1e-6;

  /** Checks every value. */
  public LogMel {
    if (samplesPerSecond < 1 || hop < 1 || bands < 1) {
      throw new IllegalArgumentException(
          "LogMel of "
              + samplesPerSecond
              + " samples/s, hops of "
              + hop
              + " and "
              + bands
              + " bands; each must be at least 1");
    }
    if (frame < 4 || Integer.bitCount(frame) != 1) {
      throw new IllegalArgumentException(
          "LogMel.frame must be a power of two of at least 4, but is " + frame);
    }
  }

  /**
   * For speech of 8,000 samples a second: frames of 32 ms, every 20 ms, 32 bands.
   *
   * @return the usual settings
   */
  public static LogMel telephone() {
    return speech(8_000);
  }

  /**
   * For speech of any rate: frames of about 32 ms, every 20 ms, 32 bands.
   *
   * @param samplesPerSecond of the sound, at least 200
   * @return the usual settings
   */
  public static LogMel speech(int samplesPerSecond) {
    int frame = 1 << Math.round(Math.log(0.032 * samplesPerSecond) / Math.log(2));
    return new LogMel(samplesPerSecond, frame, Math.round(0.02f * samplesPerSecond), 32);
  }

  /**
   * Analyses a sound.
   *
   * @param samples in −1…1
   * @return {@code [frames][bands]}, at least one frame; the last one is filled up with silence
   */
  public float[][] of(double[] samples) {
    int frames = Math.max(1, (int) Math.ceil((samples.length - frame) / (double) hop) + 1);
    double[][] triangles = triangles();
    FastFourierTransformer transformer = new FastFourierTransformer(DftNormalization.STANDARD);
    float[][] energies = new float[frames][bands];
    double[] part = new double[frame];
    for (int each = 0; each < frames; each++) {
      for (int i = 0; i < frame; i++) {
        int at = each * hop + i;
        double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / frame);
        part[i] = at < samples.length ? window * samples[at] : 0;
      }
      var spectrum = transformer.transform(part, TransformType.FORWARD);
      for (int band = 0; band < bands; band++) {
        double energy = 0;
        for (int bin = 0; bin <= frame / 2; bin++) {
          double magnitude = spectrum[bin].abs();
          energy += triangles[band][bin] * magnitude * magnitude;
        }
        energies[each][band] = (float) Math.log(energy + FLOOR);
      }
    }
    return energies;
  }

  private double[][] triangles() {
    double highest = mel(samplesPerSecond / 2.0);
    double[][] triangles = new double[bands][frame / 2 + 1];
    for (int band = 0; band < bands; band++) {
      double centre = highest * (band + 1) / (bands + 1);
      double width = highest / (bands + 1);
      for (int bin = 0; bin <= frame / 2; bin++) {
        double distance = Math.abs(mel(bin * (double) samplesPerSecond / frame) - centre);
        triangles[band][bin] = Math.max(0, 1 - distance / width);
      }
    }
    return triangles;
  }

  private static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }
}
