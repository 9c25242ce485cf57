package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What an analogue layer's configuration holds beyond its host's. */
interface AnalogSettings {
  /** The layer as DL4J sees it. */
  FeedForwardLayer host();

  /** What it has beyond its host's settings. */
  AnalogOptions options();

  /**
   * What one weight is made of.
   *
   * @return the parameters
   */
  @JsonProperty("synapse")
  default Synapse getSynapse() {
    return options().synapse();
  }

  /**
   * The seed of the devices' variation and noise.
   *
   * @return the seed, or null for the network's
   */
  @JsonProperty("chipSeed")
  default @Nullable Long getChipSeed() {
    return options().chipSeed();
  }

  /**
   * Whether the bias is one more row of devices.
   *
   * @return false for a digital bias
   */
  @JsonProperty("biasOnArray")
  default boolean isBiasOnArray() {
    return options().biasOnArray();
  }

  /**
   * Converters, bounds and noise of reads.
   *
   * @return both directions
   */
  @JsonProperty("edges")
  default ArrayEdges getEdges() {
    return options().edges();
  }

  boolean hasBias();

  /** Rows of the crossbar. */
  default int rows() {
    return (int) host().getNIn() + (hasBias() && isBiasOnArray() ? 1 : 0);
  }

  default int columns() {
    return (int) host().getNOut();
  }

  default int cells() {
    return rows() * columns();
  }

  /** Copies what DL4J's builders gather; null and NaN stay, for the global value to fill in. */
  static void copy(FeedForwardLayer.Builder<?> from, FeedForwardLayer to) {
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
}
