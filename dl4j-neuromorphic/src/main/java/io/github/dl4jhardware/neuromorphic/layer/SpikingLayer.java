package io.github.dl4jhardware.neuromorphic.layer;

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
}
