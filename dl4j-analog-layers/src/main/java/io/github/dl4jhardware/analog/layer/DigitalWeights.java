package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.ChipStep;
import io.github.dl4jhardware.analog.update.PulseScheme;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** W is the whole state, in the network's own precision; only counters stand beside it. */
final class DigitalWeights implements HeldWeights {
  private static final float[] NO_VARIANCES = new float[0];

  private final ArrayParameters params;
  private final ArrayGradients gradients;
  private final Synapse synapse;
  private final SynapseArray array;
  private final Supplier<SynapseArray> fresh;
  private final ChipStep step;
  private final MinibatchPulses pulses;
  private final PulseTally tally;
  private final boolean biasRow;
  private @Nullable SynapseArray changes;

  /**
   * Weights of a layer.
   *
   * @param fresh makes an array of the layer's size
   * @param biasRow whether the bias is one of its rows
   */
  DigitalWeights(
      ArrayParameters params,
      ArrayGradients gradients,
      Supplier<SynapseArray> fresh,
      ArrayPlace place,
      boolean biasRow) {
    this.params = params;
    this.gradients = gradients;
    this.fresh = fresh;
    this.biasRow = biasRow;
    array = fresh.get();
    synapse = array.synapse();
    step = new ChipStep(array, place.chipSeed(), place.layer());
    tally = new PulseTally();
    pulses = new MinibatchPulses(place.chipSeed(), place.layer(), tally);
  }

  @Override
  public void program() {
    if (params.stateVector()[0] == 0) {
      params.writeCounters(new ArrayCounters());
    }
  }

  @Override
  public SynapseArray look() {
    params.decode(params.stateVector(), array.counters());
    System.arraycopy(params.weights(), 0, array.weights(), 0, array.weights().length);
    array.refreshWeights();
    return array;
  }

  @Override
  public SynapseArray settled() {
    return look();
  }

  @Override
  public long pending() {
    return 0;
  }

  @Override
  public void writeBack() {
    params.write(array);
  }

  @Override
  public void beforeStep() {
    // There is nothing that W could be out of step with.
  }

  @Override
  public void follow(float[] stateVector, long examples) {
    params.decode(stateVector, array.counters());
    step.passed(examples);
    params.writeCounters(array.counters());
    if (synapse instanceof InferenceSynapse target) {
      float[] weights = params.weights();
      if (target.clip(weights, array.columns()) > 0) {
        params.writeWeights(weights);
      }
    }
  }

  @Override
  public void pulse(AnalogSgd updater, Lines lines, int epoch, boolean averaged) {
    int examples = lines.examples();
    float[] before = params.stateVector();
    ArrayCounters counters = array.counters();
    params.decode(before, counters);
    double rate = step.rate(updater, epoch) / (averaged ? examples : 1);
    if (updater.getPulseScheme() == PulseScheme.EXPECTED) {
      expected(lines, rate);
    } else {
      fire(updater, lines, rate);
    }
    step.passed(examples);
    tally.drainTo(counters);
    gradients.difference(AnalogParams.STATE, before, counters.encode());
  }

  private void expected(Lines lines, double rate) {
    lines.gradient(gradients.rows(), rate);
    if (biasRow) {
      lines.biasGradient(gradients.view(AnalogParams.BIAS), rate);
    }
  }

  /** Cells that start at 0 collect the change itself, so that W keeps the network's precision. */
  private void fire(AnalogSgd updater, Lines lines, double rate) {
    if (changes == null) {
      changes = fresh.get();
    }
    SynapseArray change = changes;
    Arrays.fill(change.weights(), 0);
    change.counters().copyFrom(array.counters());
    pulses.fire(change, updater, lines, rate);
    float[] gradient = change.weights();
    for (int cell = 0; cell < gradient.length; cell++) {
      gradient[cell] = -gradient[cell];
    }
    NativeCopy.write(gradient, gradients.view(AnalogParams.WEIGHT), gradient.length);
  }

  @Override
  public float[] readVariances() {
    return NO_VARIANCES;
  }

  @Override
  public void zeroStateGradients() {
    // Only counters stand beside W, and a request is written over theirs.
  }
}
