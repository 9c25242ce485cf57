package io.github.dl4jhardware.analog.convert;

/**
 * How large numbers are, to within a per cent, whatever their order of magnitude: a histogram of
 * magnitudes in steps of a constant ratio.
 */
final class Range {
  private static final double RATIO = 1.01;
  private static final double SMALLEST = 1e-12;
  private static final int STEPS = 6000;

  private final long[] counts = new long[STEPS];
  private long all;

  void add(double magnitude) {
    all++;
    if (magnitude > SMALLEST) {
      int step = (int) (Math.log(magnitude / SMALLEST) / Math.log(RATIO));
      counts[Math.min(step, STEPS - 1)]++;
    }
  }

  /**
   * What a share of the numbers stays within.
   *
   * @param percent 0…100
   * @return an upper bound; 0 if there is nothing but zeros
   */
  double percentile(double percent) {
    long allowed = (long) Math.floor(all * (100 - percent) / 100);
    long above = 0;
    for (int step = STEPS - 1; step >= 0; step--) {
      above += counts[step];
      if (above > allowed) {
        return SMALLEST * Math.pow(RATIO, step + 1);
      }
    }
    return 0;
  }
}
