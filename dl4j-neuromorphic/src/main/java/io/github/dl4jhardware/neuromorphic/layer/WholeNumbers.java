package io.github.dl4jhardware.neuromorphic.layer;

/**
 * Statistics, spikes and gradients of responses that are whole numbers: loops over ints alone, and
 * tables of what depends on a response, as it takes few values.
 */
final class WholeNumbers {
  /** More than any response. */
  private static final int BOUND = 1 << 24;

  private static final int ONE = Float.floatToRawIntBits(1f);

  private WholeNumbers() {}

  /** A threshold that no response is beyond by more than the bound. */
  static int bounded(double threshold) {
    return threshold < BOUND ? (int) Math.max(-BOUND, threshold) : BOUND;
  }

  /**
   * Mean and variance, those of {@link Normalisation#statistics}: sums of whole numbers are exact
   * there too.
   *
   * @param fanIn responses are at most so far from 0
   */
  static void statistics(
      int[] row, int count, int fanIn, int feature, double[] mean, double[] variance) {
    // So many squares of differences of two responses are summed in an int.
    int atOnce = (int) Math.max(1, Integer.MAX_VALUE / (4L * fanIn * fanIn));
    int origin = row[0];
    long total = 0;
    long totalSquares = 0;
    for (int from = 0; from < count; from += atOnce) {
      int to = (int) Math.min(count, (long) from + atOnce);
      total += sum(row, from, to, origin);
      totalSquares += squares(row, from, to, origin);
    }
    double average = (double) total / count;
    mean[feature] = origin + average;
    variance[feature] = Math.max(0, (double) totalSquares / count - average * average);
  }

  private static int sum(int[] row, int from, int to, int origin) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += row[i] - origin;
    }
    return sum;
  }

  private static int squares(int[] row, int from, int to, int origin) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      int d = row[i] - origin;
      sum += d * d;
    }
    return sum;
  }

  /**
   * Lets responses fire: 1 at r ≥ t, else 0.
   *
   * @param row responses; takes the bits of the spikes as floats
   * @return how many spikes
   */
  static int fire(int[] row, int count, int threshold) {
    int spikes = 0;
    for (int i = 0; i < count; i++) {
      int silent = (row[i] - threshold) >> 31;
      row[i] = ~silent & ONE;
      spikes += silent + 1;
    }
    return spikes;
  }

  /**
   * From dL/da to dL/dr, where a is a spike with the triangle max(0, 1 − |r̂|) as its surrogate
   * gradient and r̂ = (r − μ)/(σ + ε) + b: what {@link Firing#backward} does with any numbers.
   *
   * @param gradient dL/da, overwritten with dL/dr
   * @param row responses
   * @param fanIn responses are at most so far from 0
   * @param activity is added to every dL/da
   * @param scale 1/(σ + ε)
   * @param shift b − μ·scale
   * @param steepness of the triangle that stands for the derivative
   * @return dL/db
   */
  static double backward(
      float[] gradient,
      int[] row,
      int fanIn,
      double activity,
      double mean,
      double variance,
      double scale,
      double shift,
      double steepness) {
    int count = gradient.length;
    double[] errors = errors(gradient, row, fanIn, activity);
    double sum = 0;
    double moment = 0;
    for (int at = 0; at < errors.length; at++) {
      double error = errors[at] * triangle((at - fanIn) * scale + shift, steepness);
      sum += error;
      moment += error * (at - fanIn - mean);
    }
    double sigma = Math.sqrt(variance);
    double tilt = sigma == 0 ? 0 : moment / count * scale / sigma;
    float[] slopes = new float[errors.length];
    float[] offsets = new float[errors.length];
    for (int at = 0; at < errors.length; at++) {
      double slope = triangle((at - fanIn) * scale + shift, steepness);
      slopes[at] = (float) (scale * slope);
      offsets[at] = (float) (scale * (activity * slope - sum / count - tilt * (at - fanIn - mean)));
    }
    for (int i = 0; i < count; i++) {
      int at = row[i] + fanIn;
      gradient[i] = gradient[i] * slopes[at] + offsets[at];
    }
    return sum;
  }

  /** Sums of dL/da over all positions of a response; two at once, which need not wait. */
  private static double[] errors(float[] gradient, int[] row, int fanIn, double activity) {
    double[] even = new double[2 * fanIn + 1];
    double[] odd = new double[even.length];
    int count = gradient.length;
    for (int i = 0; i + 1 < count; i += 2) {
      even[row[i] + fanIn] += gradient[i] + activity;
      odd[row[i + 1] + fanIn] += gradient[i + 1] + activity;
    }
    if (count % 2 == 1) {
      even[row[count - 1] + fanIn] += gradient[count - 1] + activity;
    }
    for (int at = 0; at < even.length; at++) {
      even[at] += odd[at];
    }
    return even;
  }

  private static double triangle(double normalised, double steepness) {
    return Math.max(0, 1 - Math.abs(normalised) * steepness);
  }
}
