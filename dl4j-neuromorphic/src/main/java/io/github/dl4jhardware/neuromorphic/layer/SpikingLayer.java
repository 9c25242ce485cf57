package io.github.dl4jhardware.neuromorphic.layer;

import io.github.dl4jhardware.neuromorphic.core.PixelLayer;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A spiking layer of a network, as its readers see it. */
public interface SpikingLayer extends Layer {
  /**
   * The options it was configured with.
   *
   * @return groups, rule, neuron and so on
   */
  SpikingOptions options();

  /**
   * The weights that the layer computes with now.
   *
   * @return a copy of {@code W}'s shape: −1, 0 and +1, or float weights
   */
  INDArray effectiveWeights();

  /**
   * Integer thresholds of the neurons at inference, as {@link
   * io.github.dl4jhardware.neuromorphic.quantize.FiringThreshold} gives them.
   *
   * @return one value a feature
   * @throws IllegalStateException if the layer has float weights or does not spike
   */
  int[] thresholds();

  /**
   * Mean activation of the last forward pass over features, positions and examples.
   *
   * @return 0…1 for spikes; NaN before the first pass
   */
  double firingRate();

  /**
   * Part of the trinary weights that the last training pass found changed by the step before.
   *
   * @return 0…1; NaN before the first training pass and for float weights
   */
  double flipRatio();

  /**
   * Mean response of every feature in the last training pass, over examples and positions.
   *
   * @return a copy, one value a feature; empty before the first training pass
   */
  double[] batchMean();

  /**
   * Variance of every feature's response in the last training pass.
   *
   * @return a copy, one value a feature; empty before the first training pass
   */
  double[] batchVariance();

  /**
   * The layer as cores run it: trinary weights and integer thresholds.
   *
   * @param inHeight rows of its input; 1 for a dense layer that reads no image
   * @param inWidth columns of its input
   * @return a copy of its present state
   * @throws IllegalStateException if it is not made for cores; the message says why
   */
  TrinaryLayer onCores(int inHeight, int inWidth);

  /**
   * The layer as it stands before the cores: float weights on pixels.
   *
   * @param inHeight rows of its input
   * @param inWidth columns of its input
   * @return a copy of its present state
   * @throws IllegalStateException if it is no transduction; the message says why
   */
  PixelLayer onPixels(int inHeight, int inWidth);
}
