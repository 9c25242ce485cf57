package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.host.HostSettings;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A convolution along a sequence whose kernel is cells of analogue memory: in place of the host's
 * {@link Convolution1DLayer}, and with groups, which the host has not.
 *
 * <p>As {@link AnalogConvolutionLayer} with images one pixel wide: one read for each step of the
 * sequence; with AnalogSgd each is an update. Shapes: input {@code [examples, nIn, steps]}, or NWC;
 * output the same with nOut features; {@code W [nOut, nIn/groups, k, 1]}, whose numbers are those
 * of {@code [k, nIn/groups, nOut]} as they are in the host's layer, {@code b [nOut]}. Modes, Causal
 * among them, strides, dilations and padding are the host's, and so is what a mask does: it
 * silences outputs.
 */
public final class AnalogConvolution1DLayer extends Convolution1DLayer
    implements ConvolutionSettings {
  private static final long serialVersionUID = 1;

  @JsonIgnore private final AnalogOptions options;
  private final int groups;

  private AnalogConvolution1DLayer(Builder builder) {
    options = builder.options;
    groups = ConvolutionSettings.checkedGroups(builder.groups);
    HostSettings.copy(builder, this);
    setHasBias(builder.isHasBias());
    setConvolutionMode(builder.getConvolutionMode());
    setKernelSize(builder.getKernelSize());
    setStride(builder.getStride());
    setPadding(builder.getPadding());
    setDilation(builder.getDilation());
    initializeConstraints(builder);
    if (builder.dataFormat != null) {
      setRnnDataFormat(builder.dataFormat);
      setDefaultValueOverriden(true);
    }
  }

  // CPD-OFF What the host asks of each configuration class; they have no common parent of ours.

  @JsonCreator
  AnalogConvolution1DLayer(
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
  public boolean channelsLast() {
    return getRnnDataFormat() == RNNFormat.NWC;
  }

  // DL4J's own layer shows W as [nOut, nIn, k, 1] and computes with the same numbers as [k, nIn,
  // nOut], which is the order of a crossbar's cells. So that weights of one do the same in the
  // other,
  // that shape is only what W is shown in here too.

  @Override
  public INDArray inHostShape(INDArray rows) {
    return rows.reshape('c', getNOut(), channelsOfGroup(), getKernelSize()[0], 1);
  }

  @Override
  public String weightAt(int row, int column) {
    int place = row * columns() + column;
    int taps = getKernelSize()[0];
    int channels = (int) channelsOfGroup();
    int[] where = {place / (channels * taps), place / taps % channels, place % taps, 0};
    return AnalogParams.WEIGHT + " at " + Arrays.toString(where);
  }

  /**
   * As DL4J draws them, whose layer has its kernel and stride twice, as if for images: the same
   * seed is to give the same weights.
   */
  @Override
  public INDArray draw(INDArray into) {
    double taps = (double) getKernelSize()[0] * getKernelSize()[0];
    double strides = (double) getStride()[0] * getStride()[0];
    long[] shape = {getNOut(), channelsOfGroup(), getKernelSize()[0], 1};
    double fanOut = getNOut() * taps / (groups * strides);
    return getWeightInitFn().init(channelsOfGroup() * taps, fanOut, shape, 'c', into);
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
        new AnalogConvolution1D(conf, networkDataType),
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
  public AnalogConvolution1DLayer clone() {
    return (AnalogConvolution1DLayer) super.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof AnalogConvolution1DLayer that
        && groups == that.groups
        && options.equals(that.options);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof AnalogConvolution1DLayer;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), options, groups);
  }

  // CPD-ON

  /** Builds an {@link AnalogConvolution1DLayer}; the host's settings have the host's names. */
  @SuppressWarnings("unchecked") // The host declares <E extends Layer> E build().
  public static final class Builder extends ConvolutionLayer.BaseConvBuilder<Builder> {
    private AnalogOptions options = AnalogOptions.DEFAULT;
    private int groups = 1;
    private @Nullable RNNFormat dataFormat;

    /**
     * A kernel, its stride and its padding.
     *
     * @param kernelSize steps
     * @param stride steps
     * @param padding before and after; not for convolution modes Same and Causal
     */
    public Builder(int kernelSize, int stride, int padding) {
      super(new int[] {kernelSize, 1}, new int[] {stride, 1}, new int[] {padding, 0});
      setDilation(new int[] {1, 1});
    }

    /**
     * A kernel and its stride.
     *
     * @param kernelSize steps
     * @param stride steps
     */
    public Builder(int kernelSize, int stride) {
      this(kernelSize, stride, 0);
    }

    /**
     * A kernel.
     *
     * @param kernelSize steps; 2 by default
     */
    public Builder(int kernelSize) {
      this(kernelSize, 1);
    }

    /** A kernel of two steps, which {@link #kernelSize(int)} changes. */
    public Builder() {
      this(2);
    }

    /**
     * The kernel.
     *
     * @param steps along the sequence
     * @return this
     */
    public Builder kernelSize(int steps) {
      setKernelSize(new int[] {steps, 1});
      return this;
    }

    /**
     * The stride.
     *
     * @param steps along the sequence
     * @return this
     */
    public Builder stride(int steps) {
      setStride(new int[] {steps, 1});
      return this;
    }

    /**
     * Zeros before and after the sequence.
     *
     * @param steps how many; not for convolution modes Same and Causal
     * @return this
     */
    public Builder padding(int steps) {
      setPadding(new int[] {steps, 0});
      return this;
    }

    /**
     * The distance of two taps.
     *
     * @param steps along the sequence
     * @return this
     */
    public Builder dilation(int steps) {
      setDilation(new int[] {steps, 1});
      return this;
    }

    /**
     * Where the channels are.
     *
     * @param format that of the network's input by default
     * @return this
     */
    public Builder rnnDataFormat(RNNFormat format) {
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
      return true;
    }

    @Override
    public AnalogConvolution1DLayer build() {
      return new AnalogConvolution1DLayer(this);
    }
  }
}
