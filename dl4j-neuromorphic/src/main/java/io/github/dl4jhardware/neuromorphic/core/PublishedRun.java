package io.github.dl4jhardware.neuromorphic.core;

import java.util.List;

/**
 * A network that was measured on a chip, at a supply of 1.0 V. Source: S. K. Esser et al., PNAS
 * 113, 11441 (2016), table of the networks on one chip.
 *
 * @param data what it was trained on
 * @param accuracyPercent on the test set
 * @param cores that it occupied
 * @param framesPerSecond that it took
 * @param milliwatts that the chip drew
 */
public record PublishedRun(
    String data, double accuracyPercent, int cores, double framesPerSecond, double milliwatts) {
  /** The supply of all of them, in V. */
  public static final double VOLTS = 1.0;

  /** All networks of the table. */
  public static final List<PublishedRun> ALL =
      List.of(
          new PublishedRun("CIFAR-10", 83.41, 4042, 1249, 204.4),
          new PublishedRun("CIFAR-100", 55.64, 4042, 1526, 207.8),
          new PublishedRun("SVHN", 96.66, 4042, 2526, 256.5),
          new PublishedRun("GTSRB", 96.50, 4042, 1615, 200.6),
          new PublishedRun("LOGO32", 85.70, 3236, 1775, 171.7),
          new PublishedRun("VAD", 95.42, 423, 1539, 26.1),
          new PublishedRun("TIMIT class", 79.16, 1943, 2610, 142.6),
          new PublishedRun("TIMIT frames", 71.17, 2476, 2107, 165.9));

  /**
   * Those of networks as large as a given one.
   *
   * @param cores occupied
   * @return in the table's order; none if no network has as many
   */
  public static List<PublishedRun> withCores(int cores) {
    return ALL.stream().filter(run -> run.cores() == cores).toList();
  }
}
