package io.github.dl4jhardware.host;

import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;

/** Settings that the host gives every layer with weights. */
public final class HostSettings {
  private HostSettings() {}

  /**
   * Copies what a builder has gathered; null and NaN stay, for the network's value to fill in.
   * Constraints are the builder's own business.
   *
   * @param from builder
   * @param to layer that it builds
   */
  public static void copy(FeedForwardLayer.Builder<?> from, FeedForwardLayer to) {
    to.setLayerName(from.getLayerName());
    to.setNIn(from.getNIn());
    to.setNOut(from.getNOut());
    to.setActivationFn(from.getActivationFn());
    to.setWeightInitFn(from.getWeightInitFn());
    to.setBiasInit(from.getBiasInit());
    to.setGainInit(from.getGainInit());
    to.setRegularization(from.getRegularization());
    to.setRegularizationBias(from.getRegularizationBias());
    to.setIUpdater(from.getIupdater());
    to.setBiasUpdater(from.getBiasUpdater());
    to.setGradientNormalization(from.getGradientNormalization());
    to.setGradientNormalizationThreshold(from.getGradientNormalizationThreshold());
    to.setWeightNoise(from.getWeightNoise());
    to.setIDropout(from.getIDropout());
  }

  /**
   * Copies all of them.
   *
   * @param from source
   * @param to target
   */
  // CPD-OFF The host's builders and layers have these getters, and no type in common.
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

  // CPD-ON
}
