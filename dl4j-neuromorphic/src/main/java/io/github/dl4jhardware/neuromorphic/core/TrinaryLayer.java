package io.github.dl4jhardware.neuromorphic.core;

/**
 * A layer of neurons with trinary weights and integer thresholds: a neuron fires if the sum of its
 * weights at active inputs reaches its threshold.
 */
public final class TrinaryLayer {
  private final LayerShape shape;
  private final byte[] weights;
  private final int[] thresholds;

  /**
   * A layer.
   *
   * @param shape sizes
   * @param weights −1, 0 or 1, {@code [outFeatures, inFeatures/groups, kernelHeight, kernelWidth]};
   *     copied
   * @param thresholds one for each output feature, from −fanIn to fanIn + 1; copied
   * @throws IllegalArgumentException if a length or value is not as said
   */
  public TrinaryLayer(LayerShape shape, byte[] weights, int[] thresholds) {
    this.shape = shape;
    this.weights = weights.clone();
    this.thresholds = thresholds.clone();
    int fanIn = shape.fanIn();
    if (weights.length != shape.outFeatures() * fanIn) {
      throw new IllegalArgumentException(
          shape.name()
              + ": "
              + weights.length
              + " weights; it has "
              + (long) shape.outFeatures() * fanIn);
    }
    if (thresholds.length != shape.outFeatures()) {
      throw new IllegalArgumentException(
          shape.name()
              + ": "
              + thresholds.length
              + " thresholds for "
              + shape.outFeatures()
              + " output features");
    }
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] < -1 || weights[i] > 1) {
        throw new IllegalArgumentException(
            shape.name()
                + ": the weight of feature "
                + i / fanIn
                + ", input "
                + i % fanIn
                + " is "
                + weights[i]
                + "; it must be -1, 0 or 1");
      }
    }
    for (int feature = 0; feature < thresholds.length; feature++) {
      if (thresholds[feature] < -fanIn || thresholds[feature] > fanIn + 1) {
        throw new IllegalArgumentException(
            shape.name()
                + ": the threshold of feature "
                + feature
                + " is "
                + thresholds[feature]
                + "; it must be "
                + -fanIn
                + " to "
                + (fanIn + 1));
      }
    }
  }

  /**
   * Sizes.
   *
   * @return the shape
   */
  public LayerShape shape() {
    return shape;
  }

  /**
   * One weight.
   *
   * @param feature output feature
   * @param input feature within the group
   * @param tap position in the kernel, row by row
   * @return −1, 0 or 1
   */
  public int weight(int feature, int input, int tap) {
    return weights[(feature * shape.groupInputs() + input) * shape.taps() + tap];
  }

  /**
   * When a feature's neurons fire.
   *
   * @param feature output feature
   * @return the least sum at which they do
   */
  public int threshold(int feature) {
    return thresholds[feature];
  }

  /**
   * All weights.
   *
   * @return a copy
   */
  public byte[] weights() {
    return weights.clone();
  }

  /**
   * All thresholds.
   *
   * @return a copy
   */
  public int[] thresholds() {
    return thresholds.clone();
  }
}
