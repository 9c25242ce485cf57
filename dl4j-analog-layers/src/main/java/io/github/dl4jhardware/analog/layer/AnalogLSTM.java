package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.layers.recurrent.LSTMHelpers;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Long short-term memory whose weights are cells of analogue memory: in place of the host's {@link
 * org.deeplearning4j.nn.conf.layers.LSTM}.
 *
 * <p>One array holds the weights of the inputs, {@code W [nIn, 4·nOut]}, of the layer's own outputs
 * of the step before, {@code RW [nOut, 4·nOut]}, and the bias {@code b [4·nOut]}; its columns are
 * in the host's order: input, forget, output, modulation. It is read once at each step of a
 * sequence. With {@link Synapses#ideal()} the layer is the host's. Shapes: input {@code [examples,
 * nIn, steps]}, or {@code [examples, steps, nIn]}; output the same with nOut features.
 *
 * <p>With {@link io.github.dl4jhardware.analog.update.AnalogSgd} each step of a sequence is a pair
 * of vectors whose product is pulsed, after the sequence's backward pass. A sequence counts as one
 * example, whatever its length: transfers and leak go by sequences, and of truncated
 * backpropagation by its segments. Other updaters' requests are followed by the devices once a step
 * of training. The wrappers Bidirectional, LastTimeStep and MaskZero, {@code rnnTimeStep} and
 * truncated backpropagation work as with the host's layer. Network type FLOAT or DOUBLE.
 */
public final class AnalogLSTM extends AbstractLSTM implements RecurrentSettings {
  private static final long serialVersionUID = 1;

  @JsonIgnore private final AnalogOptions options;

  private AnalogLSTM(Builder builder) {
    super(builder);
    options = builder.options;
    initializeConstraints(builder);
    RecurrentSettings.constrainState(this, builder.getRecurrentConstraints());
  }

  // CPD-OFF What the host asks of each configuration class; they have no common parent of ours.

  @JsonCreator
  AnalogLSTM(
      @JsonProperty(value = "synapse", required = true) Synapse synapse,
      @JsonProperty(value = "chipSeed", required = true) @Nullable Long chipSeed,
      @JsonProperty(value = "biasOnArray", required = true) boolean biasOnArray,
      @JsonProperty(value = "edges", required = true) ArrayEdges edges) {
    options = new AnalogOptions(synapse, chipSeed, biasOnArray, edges);
  }

  @Override
  public BaseRecurrentLayer host() {
    return this;
  }

  @Override
  public AnalogOptions options() {
    return options;
  }

  @Override
  public RecurrentCell cell() {
    return new LstmCell(getActivationFn(), getGateActivationFn());
  }

  /** As DL4J's LSTMParamInitializer has them. */
  @Override
  public Fans fans() {
    double out = (double) getNIn() + getNOut();
    return new Fans(getNOut(), out, getNOut(), out);
  }

  /** As in DL4J's LSTM: all 0, but for the forget gate's. */
  @Override
  public void initialiseBias(INDArray bias) {
    bias.assign(0)
        .get(NDArrayIndex.interval(getNOut(), 2 * getNOut()))
        .assign(getForgetGateBiasInit());
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    return LSTMHelpers.getMemoryReport(this, inputType);
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
        new AnalogRecurrent(conf, networkDataType),
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
    return super.equals(other) && other instanceof AnalogLSTM that && options.equals(that.options);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof AnalogLSTM;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), options);
  }

  // CPD-ON

  /** Builds an {@link AnalogLSTM}; the host's settings have the host's names. */
  @SuppressWarnings("unchecked") // The host declares <E extends Layer> E build().
  public static final class Builder extends AbstractLSTM.Builder<Builder> {
    private AnalogOptions options = AnalogOptions.DEFAULT;

    /** All settings at their defaults. */
    public Builder() {}

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
    public AnalogLSTM build() {
      return new AnalogLSTM(this);
    }
  }
}
