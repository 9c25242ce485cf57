package io.github.dl4jhardware.analog.device;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * How phase-change devices are read while they are written and when a weight is read back: how long
 * a read is, and which reads share their noise.
 *
 * <p>The noise is 1/f ({@link PcmReadNoise}), so that reads in a row share most of it. Three bands
 * are told apart. What fluctuates more slowly than {@link #waitSeconds} belongs to the conductance
 * itself: a write compensates it, and forward reads see it, too. What is faster than that and
 * slower than a write (assumed: sixteen reads) is drawn once for all reads of one write. What is
 * faster still is drawn for each read. A read after the wait shares neither with the reads before.
 * With a wait of {@link PcmReadNoise#REFERENCE_SECONDS} nothing belongs to the conductance, and a
 * read after it has the whole noise of the formula.
 *
 * @param readsInARow reads of {@link PcmReadNoise#READ_SECONDS} that make one read, 1…1,000,000;
 *     together they are one longer read
 * @param waitSeconds time after which a read is independent of those before, from the duration of a
 *     read to {@link PcmReadNoise#REFERENCE_SECONDS}
 * @param sweeps reads, each a wait after the last, that are averaged where a weight is read back,
 *     1…1,000
 */
public record PcmReading(
    @JsonProperty(required = true) int readsInARow,
    @JsonProperty(required = true) double waitSeconds,
    @JsonProperty(required = true) int sweeps)
    implements Serializable {
  private static final int READS_OF_A_WRITE = 16;

  /** One read of the formula, independent of every other. */
  public static final PcmReading SINGLE = new PcmReading(1, PcmReadNoise.REFERENCE_SECONDS, 1);

  /** Checks every parameter. */
  public PcmReading {
    Check.inRange("PcmReading.readsInARow", readsInARow, 1, 1_000_000);
    Check.inRange(
        "PcmReading.waitSeconds",
        waitSeconds,
        readsInARow * PcmReadNoise.READ_SECONDS,
        PcmReadNoise.REFERENCE_SECONDS);
    Check.inRange("PcmReading.sweeps", sweeps, 1, 1000);
  }

  /**
   * Duration of one read.
   *
   * @return s
   */
  public double readSeconds() {
    return readsInARow * PcmReadNoise.READ_SECONDS;
  }

  /**
   * Duration of reading back all weights of an array, row by row: each sweep takes a wait, or its
   * reads if they take longer.
   *
   * @param rows of the array
   * @return s
   */
  public double sweepsSeconds(int rows) {
    return sweeps * Math.max(waitSeconds, rows * readSeconds());
  }

  /**
   * Noise that all reads of one write share.
   *
   * @return σ as a part of {@link PcmReadNoise#amplitude}
   */
  double sharedFactor() {
    return between(writeSeconds(), waitSeconds);
  }

  /**
   * Noise of each read of a write by itself.
   *
   * @return σ as a part of {@link PcmReadNoise#amplitude}
   */
  double ownFactor() {
    return between(readSeconds(), writeSeconds());
  }

  /**
   * Noise of the mean of all sweeps.
   *
   * @return σ as a part of {@link PcmReadNoise#amplitude}
   */
  double sweptFactor() {
    return between(readSeconds(), waitSeconds) / Math.sqrt(sweeps);
  }

  /**
   * Noise of one read of {@link PcmReadNoise#READ_SECONDS}, by itself.
   *
   * @return σ as a part of {@link PcmReadNoise#amplitude}
   */
  double singleFactor() {
    return between(PcmReadNoise.READ_SECONDS, waitSeconds);
  }

  private double writeSeconds() {
    return Math.min(waitSeconds, READS_OF_A_WRITE * readSeconds());
  }

  private static double between(double shorter, double longer) {
    return Math.sqrt(
        Math.max(0, PcmReadNoise.variance(0, shorter) - PcmReadNoise.variance(0, longer)));
  }
}
