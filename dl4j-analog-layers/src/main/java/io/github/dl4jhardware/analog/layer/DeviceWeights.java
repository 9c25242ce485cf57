package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.ChipStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Devices hold the weights, their state stands in parameters of its own, and W shows it. */
final class DeviceWeights implements HeldWeights {
  /**
   * A weight this far from its devices was set from outside; rounding stays below. In weight units.
   */
  private static final float OUT_OF_STEP = 1e-5f;

  private final ArrayParameters params;
  private final ArrayGradients gradients;
  private final SynapseArray array;
  private final ChipStep step;
  private final PulseTally tally = new PulseTally();
  private final MinibatchPulses pulses;

  /** Copies of the state before a step. */
  private final float[][] copies;

  /** The array as the forward pass of the present step has read it; null between steps. */
  private @Nullable SynapseArray inStep;

  DeviceWeights(
      ArrayParameters params, ArrayGradients gradients, SynapseArray array, ArrayPlace place) {
    this.params = params;
    this.gradients = gradients;
    this.array = array;
    step = new ChipStep(array, place.chipSeed(), place.layer());
    pulses = new MinibatchPulses(place.chipSeed(), place.layer(), tally);
    copies = new float[array.state().length][0];
  }

  @Override
  public void program() {
    inStep = null;
    float[] vector = params.stateVector();
    // A layer that was never programmed has a vector of zeros.
    if (vector[0] == 0) {
      array.counters().copyFrom(new ArrayCounters());
    } else {
      params.decode(vector, array.counters());
    }
    float[] wanted = params.weights();
    for (int cell = 0; cell < wanted.length; cell++) {
      if (!Float.isFinite(wanted[cell])) {
        throw cannotHold(cell, wanted[cell]);
      }
    }
    array.program(wanted, step.key(Draws.PROGRAM));
    params.write(array);
    params.writeOwed(new float[wanted.length]);
  }

  @Override
  public SynapseArray look() {
    return read(params.stateVector());
  }

  private SynapseArray read(float[] vector) {
    inStep = null;
    params.decode(vector, array.counters());
    params.readState(array);
    array.refreshWeights();
    return array;
  }

  @Override
  public SynapseArray settled() {
    if (pendingIn(look()) > 0) {
      program();
      return look();
    }
    return array;
  }

  @Override
  public long pending() {
    return pendingIn(look());
  }

  private long pendingIn(SynapseArray cells) {
    float[] wanted = params.weights();
    float[] weights = cells.weights();
    long pending = 0;
    for (int cell = 0; cell < wanted.length; cell++) {
      // A NaN is as far as can be, so that programming sees it.
      pending += Math.abs(wanted[cell] - weights[cell]) <= OUT_OF_STEP ? 0 : 1;
    }
    return pending;
  }

  @Override
  public void writeBack() {
    inStep = null;
    params.write(array);
  }

  @Override
  public void beforeStep() {
    inStep = settled();
  }

  // ---- Another updater ----

  @Override
  public void follow(float[] stateVector, long examples) {
    read(stateVector);
    float[] wanted = params.weights();
    float[] owed = params.owed();
    firePulsesTowards(wanted, owed);
    step.passed(examples);
    tally.drainTo(array.counters());
    params.write(array);
    params.writeOwed(owed);
  }

  private void firePulsesTowards(float[] wanted, float[] owed) {
    long noiseKey = step.key(Draws.FOLLOW);
    float[] weights = array.weights();
    float stepWeight = (float) array.synapse().stepWeight();
    int columns = array.columns();
    int[] pulsed = new int[columns];
    int[] itsColumn = new int[columns];
    float[] counts = new float[columns];
    for (int row = 0; row < array.rows(); row++) {
      int count = 0;
      for (int column = 0; column < columns; column++) {
        int cell = row * columns + column;
        float debt = owed[cell] + wanted[cell] - weights[cell];
        if (!(Math.abs(debt) <= Float.MAX_VALUE)) {
          throw Crossbar.notFinite(
              params, "requested weight of row " + row + ", column " + column, wanted[cell]);
        }
        int whole = (int) (debt / stepWeight);
        owed[cell] = debt - whole * stepWeight;
        if (whole != 0) {
          pulsed[count] = cell;
          itsColumn[count] = column;
          counts[count++] = whole;
        }
      }
      if (count > 0) {
        array.pulse(pulsed, itsColumn, counts, count, noiseKey, tally);
      }
    }
  }

  // ---- AnalogSgd ----

  @Override
  public void pulse(AnalogSgd updater, Lines lines, int epoch, boolean averaged) {
    int examples = lines.examples();
    // Reading may program weights that were set from outside, and so comes before the counters.
    if (inStep == null) {
      settled();
    }
    inStep = null;
    float[] vector = params.stateVector();
    ArrayCounters counters = array.counters();
    params.decode(vector, counters);
    double rate = step.rate(updater, epoch) / (averaged ? examples : 1);
    long example = counters.get(Count.EXAMPLES);
    boolean transfer = array.transferDue(example, example + examples);
    float[] weightsBefore = params.weights();
    float[][] state = array.state();
    for (int i = 0; i < state.length; i++) {
      if (transfer || pulsesChange(i)) {
        copies[i] = copies[i].length == 0 ? state[i].clone() : copyInto(copies[i], state[i]);
      }
    }
    pulses.fire(array, updater, lines, rate);
    step.passed(examples);
    tally.drainTo(counters);

    List<String> names = params.stateNames();
    for (int i = 0; i < state.length; i++) {
      if (transfer || pulsesChange(i)) {
        gradients.difference(names.get(i), copies[i], state[i]);
      } else {
        gradients.zero(names.get(i));
      }
    }
    gradients.zero(AnalogParams.ACCUMULATOR);
    gradients.difference(AnalogParams.WEIGHT, weightsBefore, array.weights());
    gradients.difference(AnalogParams.STATE, vector, counters.encode());
  }

  private static float[] copyInto(float[] copy, float[] values) {
    System.arraycopy(values, 0, copy, 0, values.length);
    return copy;
  }

  private boolean pulsesChange(int state) {
    return array.synapse().stateNames().pulsed(state);
  }

  @Override
  public float[] readVariances() {
    return (inStep == null ? look() : inStep).readVariances();
  }

  @Override
  public void zeroStateGradients() {
    gradients.zero(params.stateNames());
    gradients.zero(AnalogParams.ACCUMULATOR);
  }

  private IllegalStateException cannotHold(int cell, float found) {
    int column = cell % array.columns();
    int row = cell / array.columns();
    String where =
        row >= params.settings().inputRows()
            ? AnalogParams.BIAS + " at [" + column + "]"
            : params.settings().weightAt(row, column);
    return new IllegalStateException(
        params.describe()
            + ": its parameter "
            + where
            + " is "
            + found
            + ", and no device can hold that");
  }
}
