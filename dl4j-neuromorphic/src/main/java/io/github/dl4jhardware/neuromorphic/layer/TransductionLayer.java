package io.github.dl4jhardware.neuromorphic.layer;

import io.github.dl4jhardware.neuromorphic.quantize.SpikeActivation;
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
 * Turns pixels into spikes, off the chip: convolution with float weights over multi-bit input, then
 * normalisation and spikes as in {@link TrinaryConvolutionLayer}.
 *
 * <p>Shapes: input {@code [examples, nIn, height, width]} or NHWC, finite; output the same with
 * nOut features, 0 or 1. Parameters: {@code W [nOut, nIn, kH, kW]}, {@code b}, {@code mean}, {@code
 * var} {@code [1, nOut]}. It takes no cores, so no limit of theirs applies.
 *
 * <p>Source: the first layer of a public re-implementation of S. K. Esser et al., PNAS 113, 11441
 * (2016): 12 features of 3×3.
 */
public final class TransductionLayer extends ConvolutionLayer implements SpikingSettings {
  private static final long serialVersionUID = 1;

  // CPD-OFF What the host asks of each configuration class; they have no common parent of ours.

  private final SpikingOptions spiking;

  private TransductionLayer(Builder builder) {
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
  TransductionLayer(@JsonProperty(value = "spiking", required = true) SpikingOptions spiking) {
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
  public TransductionLayer clone() {
    return (TransductionLayer) super.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof TransductionLayer that
        && spiking.equals(that.spiking);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof TransductionLayer;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), spiking);
  }

  /** Builds a {@link TransductionLayer}; the host's settings have the host's names. */
  @SuppressWarnings("unchecked") // The host declares <E extends Layer> E build().
  public static final class Builder extends ConvolutionLayer.BaseConvBuilder<Builder> {
    private SpikingOptions spiking = SpikingOptions.TRANSDUCTION;
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
     * @param options {@link SpikingOptions#TRANSDUCTION} by default
     * @return this
     */
    public Builder spiking(SpikingOptions options) {
      this.spiking = Objects.requireNonNull(options, "options are missing");
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
    public TransductionLayer build() {
      return new TransductionLayer(this);
    }
  }
}
