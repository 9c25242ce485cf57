package io.github.dl4jhardware.neuromorphic.layer;

import io.github.dl4jhardware.neuromorphic.quantize.SpikeActivation;
import io.github.dl4jhardware.neuromorphic.quantize.TrinaryRule;
import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A fully connected layer, in groups, with weights in {−1, 0, +1} and spikes in {0, 1}: {@link
 * TrinaryConvolutionLayer} without an image.
 *
 * <p>Shapes: input {@code [examples, nIn]}, output {@code [examples, nOut]}; group j reads inputs j
 * nIn/groups and on. Parameters: {@code W} and {@code T} {@code [nOut, nIn/groups]}, {@code b},
 * {@code mean}, {@code var} {@code [1, nOut]}. nIn/groups is at most 128.
 */
public final class TrinaryDenseLayer extends DenseLayer implements SpikingSettings {
  private static final long serialVersionUID = 1;

  // CPD-OFF What the host asks of each configuration class; they have no common parent of ours.

  private final SpikingOptions spiking;

  private TrinaryDenseLayer(Builder builder) {
    spiking = builder.spiking;
    SpikingSettings.copy(builder, this);
    setActivationFn(new SpikeActivation());
    setHasBias(builder.hasBias);
    initializeConstraints(builder);
    SpikingValidation.checkFit(this, null);
  }

  @JsonCreator
  TrinaryDenseLayer(@JsonProperty(value = "spiking", required = true) SpikingOptions spiking) {
    this.spiking = spiking;
  }

  @Override
  public FeedForwardLayer host() {
    return this;
  }

  /**
   * What the layer has beyond the host's settings.
   *
   * @return the options
   */
  @Override
  public SpikingOptions getSpiking() {
    return spiking;
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    super.setNIn(inputType, override);
    SpikingValidation.checkFit(this, null);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> trainingListeners,
      int layerIndex,
      INDArray layerParamsView,
      boolean initializeParams,
      DataType networkDataType) {
    return SpikingNeurons.of(
        this,
        conf,
        trainingListeners,
        layerIndex,
        layerParamsView,
        initializeParams,
        networkDataType);
  }

  @Override
  public ParamInitializer initializer() {
    return SpikingParams.INSTANCE;
  }

  @Override
  public IUpdater getUpdaterByParam(String paramName) {
    return SpikingParams.updater(paramName, super.getUpdaterByParam(paramName));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof TrinaryDenseLayer that
        && spiking.equals(that.spiking);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof TrinaryDenseLayer;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), spiking);
  }

  /** Builds a {@link TrinaryDenseLayer}; the host's settings have the host's names. */
  @SuppressWarnings("unchecked") // The host declares <E extends Layer> E build().
  public static final class Builder extends FeedForwardLayer.Builder<Builder> {
    private SpikingOptions spiking = SpikingOptions.TRINARY;
    private boolean hasBias = true;

    /** All settings at their defaults. */
    public Builder() {}

    /**
     * Whether the layer has a bias.
     *
     * @param hasBias true by default
     * @return this
     */
    public Builder hasBias(boolean hasBias) {
      this.hasBias = hasBias;
      return this;
    }

    /**
     * All options at once.
     *
     * @param options {@link SpikingOptions#TRINARY} by default
     * @return this
     */
    public Builder spiking(SpikingOptions options) {
      this.spiking = Objects.requireNonNull(options, "options are missing");
      return this;
    }

    /**
     * Groups of inputs and outputs.
     *
     * @param groups divides nIn and nOut; 1 by default
     * @return this
     */
    public Builder groups(int groups) {
      spiking = spiking.withGroups(groups);
      return this;
    }

    /**
     * Hysteresis of the trinary rule.
     *
     * @param hysteresis h, 0…0.5; 0.1 by default
     * @return this
     */
    public Builder hysteresis(double hysteresis) {
      spiking = spiking.withWeights(new TrinaryRule(hysteresis));
      return this;
    }

    /**
     * The cost of activity.
     *
     * @param gamma γ; 1e−4 by default
     * @return this
     */
    public Builder sparsityPenalty(double gamma) {
      spiking = spiking.withSparsityPenalty(gamma);
      return this;
    }

    @Override
    public TrinaryDenseLayer build() {
      return new TrinaryDenseLayer(this);
    }
  }
}
