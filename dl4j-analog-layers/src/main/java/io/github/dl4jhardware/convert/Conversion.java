package io.github.dl4jhardware.convert;

import org.deeplearning4j.nn.api.NeuralNetwork;

/**
 * A converted network.
 *
 * @param network a new one; the source is as it was
 * @param report what was done to each layer
 * @param <N> MultiLayerNetwork or ComputationGraph
 */
public record Conversion<N>(N network, ConversionReport report) {
  /**
   * What stands in the way of training: DL4J trains no network that ends without a loss.
   *
   * @return the name and kind of such an end; empty if there is none
   */
  public String endWithoutLoss() {
    return network instanceof NeuralNetwork trainable ? Heads.withoutLoss(trainable) : "";
  }
}
