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
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A fully connected layer whose weights are cells of analogue memory.
 *
 * <p>With {@link Synapses#ideal()} it is DL4J's {@link DenseLayer}. With {@link
 * io.github.dl4jhardware.analog.update.AnalogSgd} it is trained by pulses in the array; with any
 * other updater the devices follow the weights that the updater asks for, in whole pulses.
 *
 * <p>Shapes: input {@code [examples, nIn]}, output {@code [examples, nOut]}. Network type FLOAT or
 * DOUBLE; devices are simulated in single precision. Layer normalisation and weight noise are
 * refused, and with AnalogSgd also L1, L2, weight decay, gradient normalisation, constraints and
 * every optimisation algorithm but SGD: an array cannot do them.
 */
public final class AnalogDenseLayer extends DenseLayer implements AnalogSettings {
  private static final long serialVersionUID = 1;

  // CPD-OFF What the host asks of each configuration class; they have no common parent of ours.

  @JsonIgnore private final AnalogOptions options;

  private AnalogDenseLayer(Builder builder) {
    options = builder.options;
    HostSettings.copy(builder, this);
    setHasBias(builder.hasBias);
    setHasLayerNorm(builder.hasLayerNorm);
    initializeConstraints(builder);
  }

  @JsonCreator
  AnalogDenseLayer(
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
        new AnalogDense(conf, networkDataType),
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
        && other instanceof AnalogDenseLayer that
        && options.equals(that.options);
  }

  @Override
  protected boolean canEqual(@Nullable Object other) {
    return other instanceof AnalogDenseLayer;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), options);
  }

  // CPD-ON

  /** Builds an {@link AnalogDenseLayer}; the host's settings have the host's names. */
  @SuppressWarnings("unchecked") // The host declares <E extends Layer> E build().
  public static final class Builder extends FeedForwardLayer.Builder<Builder> {
    private AnalogOptions options = AnalogOptions.DEFAULT;
    private boolean hasBias = true;
    private boolean hasLayerNorm;

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
     * Accepted as in DenseLayer; true is refused when the network is initialised.
     *
     * @param hasLayerNorm false by default
     * @return this
     */
    public Builder hasLayerNorm(boolean hasLayerNorm) {
      this.hasLayerNorm = hasLayerNorm;
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
    public AnalogDenseLayer build() {
      return new AnalogDenseLayer(this);
    }
  }
}
