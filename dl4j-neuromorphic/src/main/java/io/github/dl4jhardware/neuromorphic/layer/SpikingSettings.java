package io.github.dl4jhardware.neuromorphic.layer;

import io.github.dl4jhardware.host.HostSettings;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.weights.WeightInitDistribution;

/** What the configurations of spiking layers share. */
interface SpikingSettings {
  FeedForwardLayer host();

  SpikingOptions getSpiking();

  boolean hasBias();

  /** Whether the layer computes on cores, and so has to fit them. */
  default boolean onCores() {
    return getSpiking().weights() != null;
  }

  /** {kH, kW}. */
  default int[] kernel() {
    return new int[] {1, 1};
  }

  /** Inputs of one neuron. */
  default long fanIn() {
    int[] kernel = kernel();
    return (long) kernel[0] * kernel[1] * (host().getNIn() / getSpiking().groups());
  }

  /**
   * Copies what DL4J's builders gather; null and NaN stay, for the global value to fill in. Hidden
   * weights are uniform in ±1 unless the layer says otherwise (assumed): the host's global default
   * is for layers without normalisation.
   */
  static void copy(FeedForwardLayer.Builder<?> from, FeedForwardLayer to) {
    HostSettings.copy(from, to);
    if (from.getWeightInitFn() == null) {
      to.setWeightInitFn(new WeightInitDistribution(new UniformDistribution(-1, 1)));
    }
  }
}
