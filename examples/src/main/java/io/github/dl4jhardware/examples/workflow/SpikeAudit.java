package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.neuromorphic.layer.SpikingLayer;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whether a network is trinary and spiking to the last bit, counted.
 *
 * @param weights of layers that are to be trinary
 * @param oddWeights of them, those that are not −1, 0 or 1
 * @param activations of spiking layers for some images
 * @param gradedActivations of them, those that are not 0 or 1
 */
record SpikeAudit(long weights, long oddWeights, long activations, long gradedActivations) {
  /** Counts over all layers of a network, and over all images of a batch. */
  static SpikeAudit of(MultiLayerNetwork model, INDArray images) {
    long weights = 0;
    long odd = 0;
    long activations = 0;
    long graded = 0;
    List<INDArray> layers = model.feedForward(images, false);
    for (int index = 0; index < model.getnLayers(); index++) {
      if (model.getLayer(index) instanceof SpikingLayer layer) {
        if (layer.options().weights() != null) {
          INDArray w = layer.effectiveWeights();
          weights += w.length();
          odd += w.length() - equal(w, -1) - equal(w, 0) - equal(w, 1);
        }
        INDArray spikes = layers.get(index + 1);
        activations += spikes.length();
        graded += spikes.length() - equal(spikes, 0) - equal(spikes, 1);
      }
    }
    return new SpikeAudit(weights, odd, activations, graded);
  }

  private static long equal(INDArray array, double value) {
    return array.eq(value).castTo(DataType.INT64).sumNumber().longValue();
  }
}
