package io.github.dl4jhardware.neuromorphic.layer;

import io.github.dl4jhardware.neuromorphic.quantize.Neuron;

/** From responses to spikes and back, feature by feature in fused loops over a row. */
final class Firing {
  private Firing() {}

  /**
   * Normalises responses and lets them fire.
   *
   * @param training whether mean and variance are to be those of the batch, which are written
   * @param thresholds whole thresholds that stand for normalisation and bias; empty where there are
   *     none
   * @param output takes the activations, a row a feature
   * @return the mean activation of each feature
   */
  static double[] forward(
      Pass own,
      boolean training,
      int[] thresholds,
      double[] bias,
      double[] mean,
      double[] variance,
      SpikingOptions options,
      Rows output) {
    int features = bias.length;
    int positions = own.geometry.outPositions();
    Responses responses = own.responses;
    double[] sums = new double[features];
    boolean integers = thresholds.length > 0;
    boolean whole = options.weights() != null && options.strictInput();
    Workers.each(
        features,
        feature -> {
          // A bias that is NaN makes NaN of every spike, so that training ends and does not run on.
          if (responses instanceof SpikeResponses spikes
              && options.neuron() == Neuron.SPIKE
              && !Double.isNaN(bias[feature])) {
            int[] row = Scratch.counts(positions);
            spikes.read(feature, row);
            if (training) {
              WholeNumbers.statistics(row, positions, spikes.fanIn(), feature, mean, variance);
            }
            int threshold =
                integers
                    ? thresholds[feature]
                    : threshold(bias[feature], mean[feature], variance[feature], options);
            sums[feature] = WholeNumbers.fire(row, positions, threshold);
            output.writeBits(feature, row);
            return;
          }
          double[] row = Scratch.row(0, positions);
          responses.read(feature, row);
          if (training) {
            Normalisation.statistics(row, positions, feature, mean, variance);
          }
          double scale = Normalisation.scale(variance[feature], options.epsilon());
          double shift = bias[feature] - mean[feature] * scale;
          if (integers) {
            spikes(row, positions, thresholds[feature]);
          } else if (options.neuron() == Neuron.SPIKE && whole && scale > 0) {
            spikes(row, positions, Math.ceil(-shift / scale));
          } else {
            for (int i = 0; i < positions; i++) {
              row[i] = options.neuron().value(row[i] * scale + shift);
            }
          }
          sums[feature] = Normalisation.sum(row, positions);
          output.write(feature, row);
        });
    for (int feature = 0; feature < features; feature++) {
      sums[feature] /= positions;
    }
    return sums;
  }

  /** The least whole r that fires: that of r/(σ + ε) − μ/(σ + ε) + b ≥ 0. */
  private static int threshold(double bias, double mean, double variance, SpikingOptions options) {
    double scale = Normalisation.scale(variance, options.epsilon());
    double shift = bias - mean * scale;
    if (scale > 0) {
      return WholeNumbers.bounded(Math.ceil(-shift / scale));
    }
    return WholeNumbers.bounded(shift >= 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
  }

  /** 1 at r ≥ t, else 0, for whole r and t; without a branch, for the vector units. */
  private static void spikes(double[] row, int positions, double threshold) {
    for (int i = 0; i < positions; i++) {
      double beyond = row[i] - threshold;
      row[i] = 0.5 * (Math.abs(beyond + 1) - Math.abs(beyond) + 1);
    }
  }

  /**
   * dL/dr in the place of r.
   *
   * @param errors dL/da, a row a feature
   * @param rates mean activation of each feature, which the sparsity penalty is of
   * @return the bias's gradient
   */
  static double[] backward(
      Pass own, Rows errors, double[] bias, double[] rates, SpikingOptions options) {
    int features = bias.length;
    Geometry g = own.geometry;
    int positions = g.outPositions();
    Responses responses = own.responses;
    double[] biasGradient = new double[features];
    responses.makeRoom();
    // DL4J's epsilons are sums over examples; the penalty is a mean over examples and positions.
    double penalty = options.sparsityPenalty() * g.examples() / positions;
    Workers.each(
        features,
        feature -> {
          double mean = own.mean[feature];
          double variance = own.variance[feature];
          double scale = Normalisation.scale(variance, options.epsilon());
          double activity = penalty * rates[feature];
          double shift = bias[feature] - mean * scale;
          Neuron neuron = options.neuron();
          double steepness = 1 / options.width();
          // Tables are worth while where a response has many more positions than values.
          if (responses instanceof SpikeResponses spikes
              && neuron == Neuron.SPIKE
              && positions > 4 * spikes.fanIn()) {
            int[] row = Scratch.counts(positions);
            float[] gradient = spikes.gradient(feature);
            spikes.read(feature, row);
            errors.readFloats(feature, gradient);
            biasGradient[feature] =
                WholeNumbers.backward(
                    gradient,
                    row,
                    spikes.fanIn(),
                    activity,
                    mean,
                    variance,
                    scale,
                    shift,
                    steepness);
            return;
          }
          double[] error = Scratch.row(0, positions);
          double[] response = Scratch.row(1, positions);
          errors.read(feature, error);
          responses.read(feature, response);
          if (neuron == Neuron.IDENTITY) {
            for (int i = 0; i < positions; i++) {
              error[i] += activity;
            }
          } else {
            // The triangle max(0, 1 − |r̂| / width), without a branch, for the vector units.
            for (int i = 0; i < positions; i++) {
              double slope = 1 - Math.abs(response[i] * scale + shift) * steepness;
              error[i] = (error[i] + activity) * (0.5 * (slope + Math.abs(slope)));
            }
          }
          biasGradient[feature] =
              Normalisation.backward(error, response, positions, mean, variance, scale);
          responses.replace(feature, error);
        });
    return biasGradient;
  }
}
