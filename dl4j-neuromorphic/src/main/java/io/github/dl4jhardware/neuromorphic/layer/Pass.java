package io.github.dl4jhardware.neuromorphic.layer;

import org.nd4j.linalg.api.ndarray.INDArray;

/** What a forward pass leaves for the backward pass. */
final class Pass {
  final Geometry geometry;

  /** {@code [groups, inputs per neuron, positions]}. */
  final INDArray patches;

  /** r, {@code [groups, features per group, positions]}. */
  final INDArray responses;

  /** Of the batch, per feature; empty after a pass that was not training. */
  final double[] mean;

  final double[] variance;

  Pass(Geometry geometry, INDArray patches, INDArray responses, int features) {
    this.geometry = geometry;
    this.patches = patches;
    this.responses = responses;
    mean = new double[features];
    variance = new double[features];
  }
}
