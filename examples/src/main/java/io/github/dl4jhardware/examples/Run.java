package io.github.dl4jhardware.examples;

import java.util.List;

/**
 * One variant trained with one seed.
 *
 * @param variant what was trained
 * @param data name of the data set
 * @param seed of weights, order and chip
 * @param epochs passes over the examples
 * @param curve test accuracy while training went on; the last point is the end
 * @param trainSeconds time spent in training alone
 * @param examplesPerSecond training rate
 * @param transfers weight transfers of each array
 */
record Run(
    Variant variant,
    String data,
    long seed,
    int epochs,
    List<Point> curve,
    double trainSeconds,
    double examplesPerSecond,
    long transfers) {

  double testAccuracyPercent() {
    return curve.get(curve.size() - 1).testAccuracyPercent();
  }

  /**
   * One evaluation.
   *
   * @param examples presented so far
   * @param testAccuracyPercent on the whole test set
   */
  record Point(long examples, double testAccuracyPercent) {}
}
