package io.github.dl4jhardware.neuromorphic.layer;

/** What a forward pass leaves for the backward pass. */
final class Pass {
  final Geometry geometry;

  final Responses responses;

  /** Of the batch, per feature; empty after a pass that was not training. */
  final double[] mean;

  final double[] variance;

  Pass(Geometry geometry, Responses responses, int features) {
    this.geometry = geometry;
    this.responses = responses;
    mean = new double[features];
    variance = new double[features];
  }
}
