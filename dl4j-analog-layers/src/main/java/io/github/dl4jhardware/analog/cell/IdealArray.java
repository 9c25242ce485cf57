package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.PulsedArray;
import org.jspecify.annotations.Nullable;

/** The cells of {@link IdealSynapse} and {@link InferenceSynapse}: weights alone. */
final class IdealArray implements SynapseArray {
  private final Synapse synapse;
  private final int rows;
  private final int columns;
  private final float step;
  private final float[] weights;
  private final ArrayCounters counters = new ArrayCounters();

  IdealArray(Synapse synapse, int rows, int columns) {
    this.synapse = synapse;
    this.rows = rows;
    this.columns = columns;
    step = (float) synapse.stepWeight();
    weights = new float[rows * columns];
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public Synapse synapse() {
    return synapse;
  }

  @Override
  public float[] weights() {
    return weights;
  }

  @Override
  public float[] readVariances() {
    return new float[0];
  }

  @Override
  public float[][] state() {
    return new float[0][];
  }

  @Override
  public @Nullable PulsedArray pulsed() {
    return null;
  }

  @Override
  public boolean saturated(int cell) {
    return false;
  }

  @Override
  public ArrayCounters counters() {
    return counters;
  }

  @Override
  public void refreshWeights() {
    // The weights are the state.
  }

  @Override
  public void pulse(
      int[] cells, int[] columns, float[] pulses, int count, long noiseKey, PulseTally tally) {
    for (int i = 0; i < count; i++) {
      weights[cells[i]] += step * pulses[i];
    }
    tally.add(pulses, count);
  }

  /** Not counted: on a device without a step there are no pulses to speak of. */
  @Override
  public void pulse(
      int row, int from, int to, float scale, float[] factors, long noiseKey, PulseTally tally) {
    float change = step * scale;
    int start = row * columns;
    for (int column = from; column < to; column++) {
      weights[start + column] += change * factors[column];
    }
  }

  @Override
  public void pulse(float[] up, float[] down, long noiseKey, PulseTally tally) {
    for (int cell = 0; cell < weights.length; cell++) {
      weights[cell] += step * (up[cell] - down[cell]);
      tally.add(up[cell], down[cell]);
    }
  }

  @Override
  public boolean restDue(long examplesBefore, long examplesAfter) {
    return false;
  }

  @Override
  public void rest(int from, int to, long examplesBefore, long examplesAfter) {
    // An ideal cell keeps its weight.
  }

  @Override
  public boolean transferDue(long examplesBefore, long examplesAfter) {
    return false;
  }

  @Override
  public TransferReport transfer(long key) {
    return new TransferReport(0, 0, 0);
  }

  @Override
  public TransferReport program(float[] wanted, long key) {
    System.arraycopy(wanted, 0, weights, 0, weights.length);
    return new TransferReport(0, 0, 0);
  }
}
