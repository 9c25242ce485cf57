package io.github.dl4jhardware.host;

import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;

/** Settings that the host gives every layer with weights. */
public final class HostSettings {
  private HostSettings() {}

  /**
   * Copies all of them.
   *
   * @param from source
   * @param to target
   */
  public static void copy(FeedForwardLayer from, FeedForwardLayer to) {
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
