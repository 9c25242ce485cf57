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
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A simple recurrent layer, h = φ(W·x + RW·h' + b), whose weights are cells of analogue memory: in
 * place of the host's {@link org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn}.
 *
 * <p>One array holds {@code W [nIn, nOut]}, {@code RW [nOut, nOut]} and the bias {@code b [nOut]},
 * and is read once at each step of a sequence; shapes, counts and updates as of {@link AnalogLSTM}.
 * With {@link Synapses#ideal()} the layer is the host's, but for truncated backpropagation in a
 * ComputationGraph: there the host's layer takes gradients as if each segment began anew, this one
 * from the state that the segment went on from. Layer normalisation is refused.
 */
public final class AnalogSimpleRnn extends BaseRecurrentLayer implements RecurrentSettings {
  private static final long serialVersionUID = 1;

  @JsonIgnore private final AnalogOptions options;
  private boolean hasLayerNorm;

  private AnalogSimpleRnn(Builder builder) {
    super(builder);
    options = builder.options;
    hasLayerNorm = builder.hasLayerNorm;
    initializeConstraints(builder);
    RecurrentSettings.constrainState(this, builder.getRecurrentConstraints());
  }

  // CPD-OFF What the host asks of each configuration class; they have no common parent of ours.

  @JsonCreator
  AnalogSimpleRnn(
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
    return new PlainCell(getActivationFn());
  }

  /** As DL4J's SimpleRnnParamInitializer has them. */
  @Override
  public Fans fans() {
    return new Fans(getNIn(), getNOut(), getNOut(), getNOut());
  }

  @Override
  public void initialiseBias(INDArray bias) {
    bias.assign(getBiasInit());
  }

  @Override
  public boolean layerNorm() {
    return hasLayerNorm;
  }

  /** As of the host's own layer, which has none. */
  @Override
  public @Nullable LayerMemoryReport getMemoryReport(InputType inputType) {
    return null;
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
    return super.equals(other)
        && other instanceof AnalogSimpleRnn that
        && hasLayerNorm == that.hasLayerNorm
        && options.equals(that.options);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof AnalogSimpleRnn;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), options, hasLayerNorm);
  }

  // CPD-ON

  /** Builds an {@link AnalogSimpleRnn}; the host's settings have the host's names. */
  @SuppressWarnings("unchecked") // The host declares <E extends Layer> E build().
  public static final class Builder extends BaseRecurrentLayer.Builder<Builder> {
    private AnalogOptions options = AnalogOptions.DEFAULT;
    private boolean hasLayerNorm;

    /** All settings at their defaults. */
    public Builder() {}

    /**
     * Accepted as in SimpleRnn; true is refused when the network is initialised.
     *
     * @param hasLayerNorm false by default
     * @return this
     */
    public Builder hasLayerNorm(boolean hasLayerNorm) {
      this.hasLayerNorm = hasLayerNorm;
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
    public AnalogSimpleRnn build() {
      return new AnalogSimpleRnn(this);
    }
  }
}
