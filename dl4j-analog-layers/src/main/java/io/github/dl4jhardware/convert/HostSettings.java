package io.github.dl4jhardware.convert;

import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;

/** Settings that the host gives every layer with weights. */
final class HostSettings {
  private HostSettings() {}

  static void copy(FeedForwardLayer from, FeedForwardLayer to) {
    to.setLayerName(from.getLayerName());
    to.setNIn(from.getNIn());
    to.setNOut(from.getNOut());
    to.setActivationFn(from.getActivationFn());
    to.setWeightInitFn(from.getWeightInitFn());
    to.setBiasInit(from.getBiasInit());
    to.setGainInit(from.getGainInit());
    to.setRegularization(from.getRegularization());
    to.setRegularizationBias(from.getRegularizationBias());
    to.setIUpdater(from.getIUpdater());
    to.setBiasUpdater(from.getBiasUpdater());
    to.setGradientNormalization(from.getGradientNormalization());
    to.setGradientNormalizationThreshold(from.getGradientNormalizationThreshold());
    to.setWeightNoise(from.getWeightNoise());
    to.setIDropout(from.getIDropout());
    to.setConstraints(from.getConstraints());
  }
}
