package io.github.dl4jhardware.neuromorphic.layer;

/**
 * r̂ = (r − μ)/(σ + ε) + b of one feature over batch and positions, and its derivative. Variances
 * are those of the batch itself (divided by n).
 */
final class Normalisation {
  private Normalisation() {}

  static void statistics(double[] row, int count, int feature, double[] mean, double[] variance) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += row[i];
    }
    double average = sum / count;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double distance = row[i] - average;
      squares += distance * distance;
    }
    mean[feature] = average;
    variance[feature] = squares / count;
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
    double sum = 0;
    double moment = 0;
    for (int i = 0; i < count; i++) {
      sum += error[i];
      moment += error[i] * (response[i] - mean);
    }
    double sigma = Math.sqrt(variance);
    // d(1/(σ + ε))/dr has a σ below the line; at σ = 0 every r is the mean and the term is none.
    double slope = sigma == 0 ? 0 : moment / count * scale / sigma;
    double average = sum / count;
    for (int i = 0; i < count; i++) {
      error[i] = scale * (error[i] - average - slope * (response[i] - mean));
    }
    return sum;
  }
}
