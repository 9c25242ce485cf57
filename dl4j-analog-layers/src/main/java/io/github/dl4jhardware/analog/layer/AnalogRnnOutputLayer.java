package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.host.HostSettings;
import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * An output layer with a loss at each step of a sequence, whose weights are cells of analogue
 * memory.
 *
 * <p>As {@link AnalogOutputLayer}, with one read for each step; with AnalogSgd each is an update,
 * and a sequence counts as one example. With {@link Synapses#ideal()} it is DL4J's {@link
 * RnnOutputLayer}. Shapes: input {@code [examples, nIn, steps]}, or {@code [examples, steps, nIn]};
 * output the same with nOut features; {@code W [nIn, nOut]}, {@code b [nOut]}.
 */
public final class AnalogRnnOutputLayer extends RnnOutputLayer implements AnalogSettings {
  private static final long serialVersionUID = 1;

  // CPD-OFF What the host asks of each configuration class; they have no common parent of ours.

  @JsonIgnore private final AnalogOptions options;

  private AnalogRnnOutputLayer(Builder builder) {
    options = builder.options;
    HostSettings.copy(builder, this);
    setHasBias(builder.isHasBias());
    setLossFn(builder.getLossFn());
    setRnnDataFormat(builder.dataFormat);
    initializeConstraints(builder);
  }

  @JsonCreator
  AnalogRnnOutputLayer(
      @JsonProperty(value = "synapse", required = true) Synapse synapse,
      @JsonProperty(value = "chipSeed", required = true) @Nullable Long chipSeed,
      @JsonProperty(value = "biasOnArray", required = true) boolean biasOnArray,
      @JsonProperty(value = "edges", required = true) ArrayEdges edges) {
    options = new AnalogOptions(synapse, chipSeed, biasOnArray, edges);
  }

  @Override
  public FeedForwardLayer host() {
    return this;
  }

  @Override
  public AnalogOptions options() {
    return options;
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
        new AnalogRnnOutput(conf, networkDataType),
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
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof AnalogRnnOutputLayer that
        && options.equals(that.options);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof AnalogRnnOutputLayer;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), options);
  }

  // CPD-ON

  /** Builds an {@link AnalogRnnOutputLayer}; the host's settings have the host's names. */
  @SuppressWarnings("unchecked") // The host declares <E extends Layer> E build().
  public static final class Builder extends BaseOutputLayer.Builder<Builder> {
    private AnalogOptions options = AnalogOptions.DEFAULT;
    private @Nullable RNNFormat dataFormat;

    /** Softmax with cross-entropy, as in DL4J. */
    public Builder() {
      setActivationFn(new ActivationSoftmax());
    }

    /**
     * Softmax with a loss, as in DL4J.
     *
     * @param lossFunction the loss
     */
    public Builder(LossFunction lossFunction) {
      this();
      lossFunction(lossFunction);
    }

    /**
     * Softmax with a loss, as in DL4J.
     *
     * @param lossFunction the loss
     */
    public Builder(ILossFunction lossFunction) {
      this();
      lossFunction(lossFunction);
    }

    /**
     * Where the features are.
     *
     * @param format that of the network's input by default
     * @return this
     */
    public Builder dataFormat(RNNFormat format) {
      dataFormat = format;
      return this;
    }

    // CPD-OFF Two builders of the host, without a common parent of ours.

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
    public AnalogRnnOutputLayer build() {
      return new AnalogRnnOutputLayer(this);
    }
  }
}
