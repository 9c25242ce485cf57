package io.github.dl4jhardware.neuromorphic.layer;

import io.github.dl4jhardware.neuromorphic.quantize.SpikeActivation;
import io.github.dl4jhardware.neuromorphic.quantize.TrinaryRule;
import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Grouped convolution with weights in {−1, 0, +1} and spikes in {0, 1}, trained by backpropagation
 * through hidden float weights: in place of the host's {@link ConvolutionLayer}, its activation
 * function and a batch normalisation behind it.
 *
 * <p>Shapes: input {@code [examples, nIn, height, width]} or NHWC, output the same with nOut
 * features. Parameters: hidden weight {@code W [nOut, nIn/groups, kH, kW]}, former trinary weight
 * {@code T} (state, same shape), bias {@code b [1, nOut]}, running {@code mean} and {@code var}
 * {@code [1, nOut]}. At inference only trinary weights and running values count: the neuron
 * compares its integer response with an integer threshold. Each neuron has at most 128 inputs
 * (kH·kW·nIn/groups), checked when the configuration is built. An activation function set on the
 * layer is replaced by the spike; dilation is 1. Weight noise and masks are refused.
 *
 * <p>Source: S. K. Esser et al., PNAS 113, 11441 (2016).
 */
public final class TrinaryConvolutionLayer extends ConvolutionLayer implements SpikingSettings {
  private static final long serialVersionUID = 1;

  private final SpikingOptions spiking;

  private TrinaryConvolutionLayer(Builder builder) {
    super(builder);
    spiking = builder.spiking;
    SpikingSettings.copy(builder, this);
    setActivationFn(new SpikeActivation());
    if (builder.dataFormat != null) {
      setCnn2dDataFormat(builder.dataFormat);
      setDefaultValueOverriden(true);
    }
    SpikingValidation.checkFit(this, null);
  }

  @JsonCreator
  TrinaryConvolutionLayer(
      @JsonProperty(value = "spiking", required = true) SpikingOptions spiking) {
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
  public int[] kernel() {
    return getKernelSize();
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
  public TrinaryConvolutionLayer clone() {
    return (TrinaryConvolutionLayer) super.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof TrinaryConvolutionLayer that
        && spiking.equals(that.spiking);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof TrinaryConvolutionLayer;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), spiking);
  }

  /** Builds a {@link TrinaryConvolutionLayer}; the host's settings have the host's names. */
  @SuppressWarnings("unchecked") // The host declares <E extends Layer> E build().
  public static final class Builder extends ConvolutionLayer.BaseConvBuilder<Builder> {
    private SpikingOptions spiking = SpikingOptions.TRINARY;
    private @Nullable CNN2DFormat dataFormat;

    /**
     * A kernel.
     *
     * @param kernelSize height and width; 5, 5 by default, as the host's
     */
    public Builder(int... kernelSize) {
      super(kernelSize);
    }

    /** The host's default kernel, 5×5. */
    public Builder() {
      super();
    }

    /**
     * Where the channels are.
     *
     * @param dataFormat that of the network's input by default
     * @return this
     */
    public Builder dataFormat(CNN2DFormat dataFormat) {
      this.dataFormat = dataFormat;
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
     * Groups of the convolution.
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
    protected boolean allowCausal() {
      return false;
    }

    @Override
    public TrinaryConvolutionLayer build() {
      return new TrinaryConvolutionLayer(this);
    }
  }
}
