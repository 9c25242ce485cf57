package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import java.util.List;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a DL4J layer's parameters hold of an array, and nothing else: read as arrays and written.
 */
final class ArrayParameters {
  private static final float[] NONE = new float[0];

  private final BaseLayer<?> layer;
  private final AnalogSettings settings;
  private float[] wanted = NONE;
  private float[] owed = NONE;

  ArrayParameters(BaseLayer<?> layer, AnalogSettings settings) {
    this.layer = layer;
    this.settings = settings;
  }

  /** The layer, for messages. */
  String describe() {
    return AnalogValidation.describe(settings.host(), layer.getIndex());
  }

  AnalogSettings settings() {
    return settings;
  }

  INDArray param(String name) {
    return layer.getParam(name);
  }

  /** W, and RW where there is one, as the crossbar has them: a view. */
  INDArray rows() {
    return AnalogParams.rows(settings, layer.params());
  }

  List<String> stateNames() {
    return settings.getSynapse().stateNames().names();
  }

  /** The state vector as it stands, polarity and counters encoded. */
  float[] stateVector() {
    float[] vector = new float[ArrayCounters.LENGTH];
    NativeCopy.read(param(AnalogParams.STATE), vector, vector.length);
    return vector;
  }

  /** Whether devices were ever brought to weights; until then the state vector is all zeros. */
  boolean programmed() {
    return stateVector()[0] != 0;
  }

  /** Decodes a state vector; one that was written by something else is refused by name. */
  void decode(float[] vector, ArrayCounters into) {
    try {
      into.decode(vector);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(describe() + ": " + e.getMessage(), e);
    }
  }

  ArrayCounters counters() {
    ArrayCounters counters = new ArrayCounters();
    decode(stateVector(), counters);
    return counters;
  }

  void writeCounters(ArrayCounters counters) {
    NativeCopy.write(counters.encode(), param(AnalogParams.STATE), ArrayCounters.LENGTH);
  }

  /**
   * W, RW where there is one, and the bias row if it is on the array: one contiguous block of the
   * parameters. The array is the same at each call and overwritten by the next.
   */
  float[] weights() {
    if (wanted.length == 0) {
      wanted = new float[settings.cells()];
    }
    NativeCopy.read(param(AnalogParams.WEIGHT), wanted, wanted.length);
    return wanted;
  }

  void writeWeights(float[] weights) {
    NativeCopy.write(weights, param(AnalogParams.WEIGHT), settings.cells());
  }

  /** What updaters asked for and whole pulses have not given yet; overwritten by the next call. */
  float[] owed() {
    if (owed.length == 0) {
      owed = new float[settings.cells()];
    }
    NativeCopy.read(param(AnalogParams.ACCUMULATOR), owed, owed.length);
    return owed;
  }

  void writeOwed(float[] values) {
    NativeCopy.write(values, param(AnalogParams.ACCUMULATOR), values.length);
  }

  /** The devices' state into an array that simulates them. */
  void readState(SynapseArray cells) {
    List<String> names = stateNames();
    float[][] state = cells.state();
    for (int i = 0; i < state.length; i++) {
      NativeCopy.read(param(names.get(i)), state[i], state[i].length);
    }
  }

  /** All that an array holds: weights, state, counters. */
  void write(SynapseArray cells) {
    writeWeights(cells.weights());
    List<String> names = stateNames();
    float[][] state = cells.state();
    for (int i = 0; i < state.length; i++) {
      NativeCopy.write(state[i], param(names.get(i)), state[i].length);
    }
    writeCounters(cells.counters());
  }
}
