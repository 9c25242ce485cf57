package io.github.dl4jhardware.neuromorphic.convert;

import io.github.dl4jhardware.convert.LayerConversion;
import org.nd4j.linalg.learning.config.IUpdater;

/** Conversions for {@link io.github.dl4jhardware.convert.HardwareConversion}. */
public final class Trinary {
  private Trinary() {}

  /**
   * Convolutions as spiking layers that fit cores.
   *
   * <ul>
   *   <li>A convolution that reads pixels, or anything but spikes, becomes a TransductionLayer and
   *       keeps its float filters.
   *   <li>One that reads spikes becomes a TrinaryConvolutionLayer with the fewest groups that give
   *       a neuron at most 128 inputs. Of its filters the weights within the groups are kept; each
   *       filter is scaled so that 0.7 times its mean magnitude comes to ½, where the trinary rule
   *       turns (F. Li et al., Ternary weight networks, 2016), and clipped to ±1.
   *   <li>Pooling of spikes becomes a strided TrinaryConvolutionLayer that starts with +1 on its
   *       own feature: one active input lets it fire for maximum, half of them for average pooling.
   *   <li>BatchNormalization behind a converted convolution is folded into it: a sharp neuron asks
   *       only where γ·x̂ + β turns positive.
   * </ul>
   *
   * <p>Activation functions are replaced by the spike. Means and variances are those that follow
   * from the source; measure them anew with RunningStatistics before a test without retraining.
   *
   * @return the conversion
   */
  public static LayerConversion eedn() {
    return new ToTrinary(null);
  }

  /**
   * The same, with what trains the spiking layers: hidden weights within ±1 want larger steps than
   * float weights do.
   *
   * @param updater such as Adam from 0.1, falling
   * @return the conversion
   */
  public static LayerConversion eedn(IUpdater updater) {
    return new ToTrinary(updater);
  }

  /**
   * Spiking layers as plain convolutions with the same spikes: weights and normalisation in one
   * float filter, groups as zeros, the spike as activation function.
   *
   * @return the conversion
   */
  public static LayerConversion toSoftware() {
    return new ToConvolution();
  }
}
