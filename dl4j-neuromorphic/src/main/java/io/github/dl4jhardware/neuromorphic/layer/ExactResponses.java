package io.github.dl4jhardware.neuromorphic.layer;

import io.github.dl4jhardware.neuromorphic.core.PixelLayer;
import java.util.Arrays;

/**
 * Responses to values other than spikes, summed in the one order that a compiled network has too:
 * see {@link PixelLayer}. Spikes need no order, as their sums are whole numbers.
 */
final class ExactResponses {
  private ExactResponses() {}

  /**
   * Sums.
   *
   * @param weights a row for each output feature
   * @param features output features
   * @param groups that share them evenly
   * @param patches a row for each group's input under each tap
   * @param responses takes a row for each output feature
   */
  static void sum(Rows weights, int features, int groups, Rows patches, Rows responses) {
    int inputs = weights.length();
    int positions = responses.length();
    Workers.each(
        features,
        feature -> {
          double[] own = new double[inputs];
          weights.read(feature, own);
          double[] sums = Scratch.row(0, positions);
          Arrays.fill(sums, 0, positions, 0);
          double[] row = Scratch.row(1, positions);
          int first = feature / (features / groups) * inputs;
          for (int input = 0; input < inputs; input++) {
            patches.read(first + input, row);
            PixelLayer.accumulate(own[input], row, 0, sums, positions);
          }
          PixelLayer.normalise(sums, positions, 1, 0);
          responses.write(feature, sums);
        });
  }
}
