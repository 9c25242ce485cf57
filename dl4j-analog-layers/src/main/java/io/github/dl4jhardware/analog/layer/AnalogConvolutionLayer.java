package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.util.ConvolutionUtils;
import org.deeplearning4j.util.ValidationUtils;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A convolution whose kernel is cells of analogue memory: in place of the host's {@link
 * ConvolutionLayer}, and with groups, which the host has not.
 *
 * <p>The kernel is unrolled: one row of the array for each of kH·kW·nIn/groups inputs, and one for
 * the bias; one column for each output; one read for each position. Groups are arrays that stand
 * side by side; with as many groups as channels the convolution is depthwise. With {@link
 * Synapses#ideal()} and one group it is DL4J's layer. With {@link
 * io.github.dl4jhardware.analog.update.AnalogSgd} each position of each example is an update of the
 * array by pulses; with any other updater the devices follow the weights that the updater asks for.
 *
 * <p>Shapes: input {@code [examples, nIn, height, width]}, or NHWC; output the same with nOut
 * features; {@code W [nOut, nIn/groups, kH, kW]}, {@code b [nOut]}. Convolution modes, strides,
 * dilations and padding are the host's. Network type FLOAT or DOUBLE; devices are simulated in
 * single precision. What {@link AnalogDenseLayer} refuses is refused here.
 *
 * <p>Source: T. Gokmen, M. Onen, W. Haensch, Frontiers in Neuroscience 11, 538 (2017), for
 * convolutions on crossbars.
 */
public final class AnalogConvolutionLayer extends ConvolutionLayer implements ConvolutionSettings {
  private static final long serialVersionUID = 1;

  @JsonIgnore private final AnalogOptions options;
  private final int groups;

  private AnalogConvolutionLayer(Builder builder) {
    super(builder);
    options = builder.options;
    groups = ConvolutionSettings.checkedGroups(builder.groups);
    if (builder.dataFormat != null) {
      setCnn2dDataFormat(builder.dataFormat);
      setDefaultValueOverriden(true);
    }
  }

  // CPD-OFF What the host asks of each configuration class; they have no common parent of ours.

  @JsonCreator
  AnalogConvolutionLayer(
      @JsonProperty(value = "synapse", required = true) Synapse synapse,
      @JsonProperty(value = "chipSeed", required = true) @Nullable Long chipSeed,
      @JsonProperty(value = "biasOnArray", required = true) boolean biasOnArray,
      @JsonProperty(value = "edges", required = true) ArrayEdges edges,
      @JsonProperty(value = "groups", required = true) int groups) {
    options = new AnalogOptions(synapse, chipSeed, biasOnArray, edges);
    this.groups = ConvolutionSettings.checkedGroups(groups);
  }

  @Override
  public ConvolutionLayer host() {
    return this;
  }

  @Override
  public AnalogOptions options() {
    return options;
  }

  @Override
  public int groups() {
    return groups;
  }

  /**
   * Groups of the convolution.
   *
   * @return how many arrays stand side by side
   */
  public int getGroups() {
    return groups;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> trainingListeners,
      int layerIndex,
      INDArray layerParamsView,
      boolean initializeParams,
      DataType networkDataType) {
    AnalogValidation.check(this, conf, layerIndex, networkDataType);
    return AnalogSettings.inNetwork(
        new AnalogConvolution(conf, networkDataType),
        this,
        conf,
        trainingListeners,
        layerIndex,
        layerParamsView,
        initializeParams);
  }

  @Override
  public ParamInitializer initializer() {
    return AnalogParams.INSTANCE;
  }

  @Override
  public IUpdater getUpdaterByParam(String paramName) {
    return AnalogParams.updater(this, paramName, super.getUpdaterByParam(paramName));
  }

  @Override
  public AnalogConvolutionLayer clone() {
    return (AnalogConvolutionLayer) super.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof AnalogConvolutionLayer that
        && groups == that.groups
        && options.equals(that.options);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof AnalogConvolutionLayer;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), options, groups);
  }

  // CPD-ON

  /** Builds an {@link AnalogConvolutionLayer}; the host's settings have the host's names. */
  @SuppressWarnings("unchecked") // The host declares <E extends Layer> E build().
  public static final class Builder extends ConvolutionLayer.BaseConvBuilder<Builder> {
    private AnalogOptions options = AnalogOptions.DEFAULT;
    private int groups = 1;
    private @Nullable CNN2DFormat dataFormat;

    /**
     * A kernel, its stride and its padding.
     *
     * @param kernelSize height and width
     * @param stride down and across
     * @param padding above and to the left; not for convolution mode Same
     */
    public Builder(int[] kernelSize, int[] stride, int[] padding) {
      super(kernelSize, stride, padding);
    }

    /**
     * A kernel and its stride.
     *
     * @param kernelSize height and width
     * @param stride down and across
     */
    public Builder(int[] kernelSize, int[] stride) {
      super(kernelSize, stride);
    }

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
     * @param format that of the network's input by default
     * @return this
     */
    public Builder dataFormat(CNN2DFormat format) {
      dataFormat = format;
      return this;
    }

    /**
     * Groups of the convolution.
     *
     * @param groups at least 1; divides nIn and nOut, which is checked when the network is
     *     initialised; 1 by default
     * @return this
     */
    public Builder groups(int groups) {
      this.groups = groups;
      return this;
    }

    // CPD-OFF Builders of the host, without a common parent of ours.

    /**
     * What one weight is made of.
     *
     * @param synapse {@link Synapses#pcmCapacitor2018()} by default
     * @return this
     */
    public Builder synapse(Synapse synapse) {
      options = options.withSynapse(synapse);
      return this;
    }

    /**
     * The seed of the devices' variation and noise.
     *
     * @param chipSeed the network's seed by default
     * @return this
     */
    public Builder chipSeed(long chipSeed) {
      options = options.withChipSeed(chipSeed);
      return this;
    }

    /**
     * Whether the bias is one more row of devices.
     *
     * @param biasOnArray true by default; false keeps the bias digital
     * @return this
     */
    public Builder biasOnArray(boolean biasOnArray) {
      options = options.withBiasOnArray(biasOnArray);
      return this;
    }

    /**
     * Converters, bounds and noise of reads.
     *
     * @param edges ideal by default
     * @return this
     */
    public Builder edges(ArrayEdges edges) {
      options = options.withEdges(edges);
      return this;
    }

    // CPD-ON

    @Override
    protected boolean allowCausal() {
      return false;
    }

    @Override
    public AnalogConvolutionLayer build() {
      // As the host's builder does: a single number stands for both.
      setKernelSize(ValidationUtils.validate2NonNegative(kernelSize, false, "kernelSize"));
      setStride(ValidationUtils.validate2NonNegative(stride, false, "stride"));
      setPadding(ValidationUtils.validate2NonNegative(padding, false, "padding"));
      setDilation(ValidationUtils.validate2NonNegative(dilation, false, "dilation"));
      ConvolutionUtils.validateConvolutionModePadding(convolutionMode, padding);
      ConvolutionUtils.validateCnnKernelStridePadding(kernelSize, stride, padding);
      return new AnalogConvolutionLayer(this);
    }
  }
}
