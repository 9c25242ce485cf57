package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What an analogue layer's configuration holds beyond its host's. */
interface AnalogSettings {
  /** The layer as DL4J sees it. */
  FeedForwardLayer host();

  /** What it has beyond its host's settings. */
  AnalogOptions options();

  /**
   * What one weight is made of.
   *
   * @return the parameters
   */
  @JsonProperty("synapse")
  default Synapse getSynapse() {
    return options().synapse();
  }

  /**
   * The seed of the devices' variation and noise.
   *
   * @return the seed, or null for the network's
   */
  @JsonProperty("chipSeed")
  default @Nullable Long getChipSeed() {
    return options().chipSeed();
  }

  /**
   * Whether the bias is one more row of devices.
   *
   * @return false for a digital bias
   */
  @JsonProperty("biasOnArray")
  default boolean isBiasOnArray() {
    return options().biasOnArray();
  }

  /**
   * Converters, bounds and noise of reads.
   *
   * @return both directions
   */
  @JsonProperty("edges")
  default ArrayEdges getEdges() {
    return options().edges();
  }

  boolean hasBias();

  /** Rows of the crossbar that inputs come in at: all but the bias row. */
  default int inputRows() {
    return (int) inputs();
  }

  /** The same, as the configuration has it, which may be too many for an array. */
  default long inputs() {
    return host().getNIn();
  }

  /** Rows of the crossbar. */
  default int rows() {
    return inputRows() + (hasBias() && isBiasOnArray() ? 1 : 0);
  }

  /**
   * Of the input rows, the last ones: those at which the layer's own outputs of the step before
   * come in. They are the parameter RW.
   */
  default int stateRows() {
    return 0;
  }

  default int columns() {
    return (int) host().getNOut();
  }

  default int cells() {
    return rows() * columns();
  }

  /**
   * Arrays that stand side by side, each with columns of its own and inputs of its own at the same
   * rows.
   */
  default int groups() {
    return 1;
  }

  /**
   * W as the host shapes it.
   *
   * @param rows {@code [inputRows, columns]}, row-major
   * @return a view of it
   */
  default INDArray inHostShape(INDArray rows) {
    return rows;
  }

  /** The weight of which parameter a cell is, and where in it, for messages. */
  default String weightAt(int row, int column) {
    return AnalogParams.WEIGHT + " at " + Arrays.toString(new int[] {row, column});
  }

  /**
   * Sets fresh weights and biases as the host does: from arrays of its own order, so that the same
   * seed gives the same weights as in its layer.
   *
   * @param params by their names; all but weights and biases are 0 already
   */
  default void initialise(Map<String, INDArray> params) {
    INDArray weights = Objects.requireNonNull(params.get(AnalogParams.WEIGHT));
    weights.assign(draw(Nd4j.createUninitialized(weights.dataType(), weights.length())));
    if (hasBias()) {
      Objects.requireNonNull(params.get(AnalogParams.BIAS)).assign(host().getBiasInit());
    }
  }

  /** The host's fresh weights, drawn into an array of its own. */
  default INDArray draw(INDArray into) {
    FeedForwardLayer host = host();
    long[] shape = {host.getNIn(), host.getNOut()};
    return host.getWeightInitFn()
        .init(
            (double) shape[0],
            (double) shape[1],
            shape,
            IWeightInit.DEFAULT_WEIGHT_INIT_ORDER,
            into);
  }

  /** What a layer becomes in a network, around its array. */
  static <L extends BaseLayer<?> & ArrayLayer> L inNetwork(
      L layer,
      AnalogSettings settings,
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray params,
      boolean initialise) {
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(params);
    layer.setParamTable(AnalogParams.INSTANCE.init(conf, params, initialise));
    layer.setConf(conf);
    layer.attach(new Crossbar(layer, settings));
    if (initialise) {
      layer.crossbar().program();
    }
    return layer;
  }
}
