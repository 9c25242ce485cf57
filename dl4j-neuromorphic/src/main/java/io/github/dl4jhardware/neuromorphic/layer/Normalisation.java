package io.github.dl4jhardware.neuromorphic.layer;

/**
 * r̂ = (r − μ)/(σ + ε) + b of one feature over batch and positions, and its derivative. Variances
 * are those of the batch itself (divided by n).
 */
final class Normalisation {
  private Normalisation() {}

  /** Mean and variance, about the first value, so that little is lost when they are far from 0. */
  static void statistics(double[] row, int count, int feature, double[] mean, double[] variance) {
    double origin = row[0];
    // Four sums at once: each addition would else wait for the one before.
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    double squares0 = 0;
    double squares1 = 0;
    double squares2 = 0;
    double squares3 = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      double d0 = row[i] - origin;
      double d1 = row[i + 1] - origin;
      double d2 = row[i + 2] - origin;
      double d3 = row[i + 3] - origin;
      sum0 += d0;
      sum1 += d1;
      sum2 += d2;
      sum3 += d3;
      squares0 += d0 * d0;
      squares1 += d1 * d1;
      squares2 += d2 * d2;
      squares3 += d3 * d3;
    }
    for (; i < count; i++) {
      double d = row[i] - origin;
      sum0 += d;
      squares0 += d * d;
    }
    double average = ((sum0 + sum1) + (sum2 + sum3)) / count;
    double square = ((squares0 + squares1) + (squares2 + squares3)) / count;
    mean[feature] = origin + average;
    variance[feature] = Math.max(0, square - average * average);
  }

  /** Whether a row holds nothing but 0 and 1. */
  static boolean onlySpikes(double[] row, int count) {
    // x·(x − 1) is 0 for a spike alone. Two sums, so that additions need not wait for each other.
    double even = 0;
    double odd = 0;
    int i = 0;
    for (; i + 1 < count; i += 2) {
      even += Math.abs(row[i] * (row[i] - 1));
      odd += Math.abs(row[i + 1] * (row[i + 1] - 1));
    }
    if (i < count) {
      even += Math.abs(row[i] * (row[i] - 1));
    }
    return even + odd == 0;
  }

  /** Whether a row holds neither infinity nor NaN: 0·x would be NaN. */
  static boolean onlyFinite(double[] row, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += 0 * row[i];
    }
    return sum == 0;
  }

  /** Sum of a row. */
  static double sum(double[] row, int count) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      sum0 += row[i];
      sum1 += row[i + 1];
      sum2 += row[i + 2];
      sum3 += row[i + 3];
    }
    for (; i < count; i++) {
      sum0 += row[i];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }

  /** 1/(σ + ε); 0 where both are 0, as all responses are then the mean. */
  static double scale(double variance, double epsilon) {
    double spread = Math.sqrt(variance) + epsilon;
    return spread == 0 ? 0 : 1 / spread;
  }

  /**
   * The derivative.
   *
   * @param error dL/dr̂, overwritten with dL/dr
   * @return the sum of dL/dr̂, which is dL/db
   */
  static double backward(
      double[] error, double[] response, int count, double mean, double variance, double scale) {
    double sum = sum(error, count);
    double moment0 = 0;
    double moment1 = 0;
    double moment2 = 0;
    double moment3 = 0;
    int at = 0;
    for (; at + 3 < count; at += 4) {
      moment0 += error[at] * (response[at] - mean);
      moment1 += error[at + 1] * (response[at + 1] - mean);
      moment2 += error[at + 2] * (response[at + 2] - mean);
      moment3 += error[at + 3] * (response[at + 3] - mean);
    }
    for (; at < count; at++) {
      moment0 += error[at] * (response[at] - mean);
    }
    double moment = (moment0 + moment1) + (moment2 + moment3);
    double sigma = Math.sqrt(variance);
    // The derivative divides by σ. At σ = 0 all responses are equal, so the term is 0.
    double slope = sigma == 0 ? 0 : moment / count * scale / sigma;
    double average = sum / count;
    for (int i = 0; i < count; i++) {
      error[i] = scale * (error[i] - average - slope * (response[i] - mean));
    }
    return sum;
  }
}
