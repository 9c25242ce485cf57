package io.github.dl4jhardware.neuromorphic.layer;

import org.deeplearning4j.exception.DL4JInvalidInputException;

/**
 * Finds what a layer cannot read, and says where it stands.
 *
 * @param strict whether only spikes are read
 * @param layer its name
 * @param layout of its inputs
 */
record InputCheck(boolean strict, String layer, Layout layout) {
  /**
   * Checks one feature of a batch.
   *
   * @param image the feature's values {@code [examples, inHeight, inWidth]}
   * @throws DL4JInvalidInputException if one is no spike where spikes are required, or not finite
   */
  void row(double[] image, int feature, Geometry g) {
    if (strict
        ? Normalisation.onlySpikes(image, g.inPositions())
        : Normalisation.onlyFinite(image, g.inPositions())) {
      return;
    }
    int at = 0;
    while (strict ? image[at] == 0 || image[at] == 1 : Double.isFinite(image[at])) {
      at++;
    }
    int perExample = g.inHeight() * g.inWidth();
    throw new DL4JInvalidInputException(
        layer
            + ": the input is "
            + image[at]
            + " in example "
            + at / perExample
            + ", feature "
            + feature
            + (layout != Layout.DENSE
                ? ", row " + at % perExample / g.inWidth() + ", column " + at % g.inWidth()
                : "")
            + (strict
                ? "; it must be a spike, 0 or 1. Put a TransductionLayer before it, or allow any input with strictInput false in its SpikingOptions"
                : "; it must be finite"));
  }
}
