package io.github.dl4jhardware.neuromorphic.layer;

import io.github.dl4jhardware.neuromorphic.quantize.Neuron;
import io.github.dl4jhardware.neuromorphic.quantize.TrinaryRule;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonInclude;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The settings of a spiking layer beyond those of DL4J.
 *
 * <p>A feature's responses r are normalised to r̂ = (r − μ)/(σ + ε) + b, μ and σ over batch and
 * positions in training and running values at inference; there is no learned scale. With float
 * weights, an identity neuron, ε = 0 and running values 0 and 1 the layer is the host's.
 *
 * @param groups groups of the convolution; each sees its own share of the input features
 * @param weights how hidden weights become trinary; null for float weights
 * @param neuron what a normalised response becomes
 * @param sparsityPenalty γ of the extra cost γ·½·Σ over features of (mean activation)², at least 0
 * @param epsilon ε, at least 0; 1e−4 by default (assumed)
 * @param runningDecay part of the running mean and variance that a step keeps, 0…1; 0.9 by default,
 *     as in the host's BatchNormalization
 * @param strictInput whether inputs other than 0 and 1 are refused
 * @param surrogateWidth half the width of the triangle that stands for a spike's derivative, max(0,
 *     1 − |r̂| / width), above 0; 1 as published, and for any neuron but a spike
 */
public record SpikingOptions(
    @JsonProperty(required = true) int groups,
    @JsonProperty(required = true) @Nullable TrinaryRule weights,
    @JsonProperty(required = true) Neuron neuron,
    @JsonProperty(required = true) double sparsityPenalty,
    @JsonProperty(required = true) double epsilon,
    @JsonProperty(required = true) double runningDecay,
    @JsonProperty(required = true) boolean strictInput,
    @JsonProperty @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = UsualWidth.class)
        @Nullable Double surrogateWidth)
    implements Serializable {

  /** One group, the rule with h = 0.1, spikes in and out, γ = 1e−4 (assumed). */
  public static final SpikingOptions TRINARY =
      new SpikingOptions(1, TrinaryRule.EEDN, Neuron.SPIKE, 1e-4, 1e-4, 0.9, true, 1.0);

  /** Float weights and any input, spikes out. */
  public static final SpikingOptions TRANSDUCTION =
      new SpikingOptions(1, null, Neuron.SPIKE, 1e-4, 1e-4, 0.9, false, 1.0);

  /** Leaves a width of 1 out of configurations, which are then those of before. */
  static final class UsualWidth {
    @Override
    public boolean equals(@Nullable Object width) {
      return Double.valueOf(1).equals(width);
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  /** Checks every value. */
  public SpikingOptions {
    if (groups < 1) {
      throw new IllegalArgumentException(
          "SpikingOptions.groups must be at least 1, but is " + groups);
    }
    if (neuron == null) {
      throw new IllegalArgumentException("SpikingOptions.neuron is missing");
    }
    check("sparsityPenalty", sparsityPenalty, Double.MAX_VALUE);
    check("epsilon", epsilon, 1e6);
    check("runningDecay", runningDecay, 1);
    // Configurations of before do not have it.
    surrogateWidth = surrogateWidth == null ? Double.valueOf(1) : surrogateWidth;
    if (!(surrogateWidth > 0 && surrogateWidth <= 1e6)) {
      throw new IllegalArgumentException(
          "SpikingOptions.surrogateWidth must be a number above 0 and at most 1e6, but is "
              + surrogateWidth);
    }
    if (surrogateWidth != 1 && neuron != Neuron.SPIKE) {
      throw new IllegalArgumentException(
          "SpikingOptions.surrogateWidth is of spikes alone, and 1 for "
              + neuron
              + ", but is "
              + surrogateWidth);
    }
  }

  private static void check(String name, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new IllegalArgumentException(
          "SpikingOptions."
              + name
              + " must be a number of at least 0"
              + (most < Double.MAX_VALUE ? " and at most " + most : "")
              + ", but is "
              + value);
    }
  }

  /** {@link #surrogateWidth()}, which is there in every instance. */
  double width() {
    return surrogateWidth == null ? 1 : surrogateWidth;
  }

  /**
   * Other groups.
   *
   * @param other {@link #groups()}
   * @return a copy
   */
  public SpikingOptions withGroups(int other) {
    return new SpikingOptions(
        other,
        weights,
        neuron,
        sparsityPenalty,
        epsilon,
        runningDecay,
        strictInput,
        surrogateWidth);
  }

  /**
   * Another rule of weights.
   *
   * @param other {@link #weights()}
   * @return a copy
   */
  public SpikingOptions withWeights(@Nullable TrinaryRule other) {
    return new SpikingOptions(
        groups, other, neuron, sparsityPenalty, epsilon, runningDecay, strictInput, surrogateWidth);
  }

  /**
   * Another neuron.
   *
   * @param other {@link #neuron()}
   * @return a copy
   */
  public SpikingOptions withNeuron(Neuron other) {
    return new SpikingOptions(
        groups,
        weights,
        other,
        sparsityPenalty,
        epsilon,
        runningDecay,
        strictInput,
        surrogateWidth);
  }

  /**
   * Another cost of activity.
   *
   * @param other {@link #sparsityPenalty()}
   * @return a copy
   */
  public SpikingOptions withSparsityPenalty(double other) {
    return new SpikingOptions(
        groups, weights, neuron, other, epsilon, runningDecay, strictInput, surrogateWidth);
  }

  /**
   * Another ε.
   *
   * @param other {@link #epsilon()}
   * @return a copy
   */
  public SpikingOptions withEpsilon(double other) {
    return new SpikingOptions(
        groups, weights, neuron, sparsityPenalty, other, runningDecay, strictInput, surrogateWidth);
  }

  /**
   * Another memory of the statistics.
   *
   * @param other {@link #runningDecay()}
   * @return a copy
   */
  public SpikingOptions withRunningDecay(double other) {
    return new SpikingOptions(
        groups, weights, neuron, sparsityPenalty, epsilon, other, strictInput, surrogateWidth);
  }

  /**
   * Whether inputs must be spikes.
   *
   * @param other {@link #strictInput()}
   * @return a copy
   */
  public SpikingOptions withStrictInput(boolean other) {
    return new SpikingOptions(
        groups, weights, neuron, sparsityPenalty, epsilon, runningDecay, other, surrogateWidth);
  }

  /**
   * Another triangle.
   *
   * @param other {@link #surrogateWidth()}
   * @return a copy
   */
  public SpikingOptions withSurrogateWidth(double other) {
    return new SpikingOptions(
        groups, weights, neuron, sparsityPenalty, epsilon, runningDecay, strictInput, other);
  }
}
