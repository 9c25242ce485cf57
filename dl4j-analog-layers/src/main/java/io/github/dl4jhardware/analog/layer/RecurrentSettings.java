package io.github.dl4jhardware.analog.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An analogue recurrent layer: one array whose rows are the inputs, then the layer's own outputs of
 * the step before, then the bias.
 */
interface RecurrentSettings extends AnalogSettings {
  @Override
  BaseRecurrentLayer host();

  /** What is made of the array's sums at each step. */
  RecurrentCell cell();

  /** Inputs and outputs together, as the host counts them when it draws weights of these shapes. */
  Fans fans();

  /**
   * What the host takes as the numbers of a weight's inputs and outputs.
   *
   * @param in of W
   * @param out of W
   * @param stateIn of RW
   * @param stateOut of RW
   */
  record Fans(double in, double out, double stateIn, double stateOut) {}

  /** Whether the layer is to be normalised, which no array can do. */
  default boolean layerNorm() {
    return false;
  }

  /** Adds the host's constraints of RW to a layer's others. */
  static void constrainState(BaseRecurrentLayer layer, @Nullable List<LayerConstraint> ofState) {
    if (ofState == null) {
      return;
    }
    List<LayerConstraint> all = new ArrayList<>();
    if (layer.getConstraints() != null) {
      all.addAll(layer.getConstraints());
    }
    for (LayerConstraint each : ofState) {
      LayerConstraint own = each.clone();
      own.setParams(Set.of(AnalogParams.RECURRENT_WEIGHT));
      all.add(own);
    }
    layer.setConstraints(all);
  }

  /** Sets fresh biases. */
  void initialiseBias(INDArray bias);

  @Override
  default boolean hasBias() {
    return true;
  }

  @Override
  default long inputs() {
    return host().getNIn() + host().getNOut();
  }

  @Override
  default int stateRows() {
    return (int) host().getNOut();
  }

  @Override
  default int columns() {
    return cell().columnsOfOutput() * stateRows();
  }

  @Override
  default String weightAt(int row, int column) {
    int inputs = (int) host().getNIn();
    String name = row < inputs ? AnalogParams.WEIGHT : AnalogParams.RECURRENT_WEIGHT;
    int[] where = {row < inputs ? row : row - inputs, column};
    return name + " at " + Arrays.toString(where);
  }

  @Override
  default void initialise(Map<String, INDArray> params) {
    IWeightInit own = host().getWeightInitFn();
    IWeightInit ofState = host().getWeightInitFnRecurrent();
    Fans fans = fans();
    draw(params, AnalogParams.WEIGHT, own, fans.in(), fans.out());
    IWeightInit state = ofState == null ? own : ofState;
    draw(params, AnalogParams.RECURRENT_WEIGHT, state, fans.stateIn(), fans.stateOut());
    initialiseBias(Objects.requireNonNull(params.get(AnalogParams.BIAS)));
  }

  private static void draw(
      Map<String, INDArray> params, String name, IWeightInit init, double fanIn, double fanOut) {
    INDArray weights = Objects.requireNonNull(params.get(name));
    INDArray into = Nd4j.createUninitialized(weights.dataType(), weights.length());
    char order = IWeightInit.DEFAULT_WEIGHT_INIT_ORDER;
    weights.assign(init.init(fanIn, fanOut, weights.shape(), order, into));
  }
}
