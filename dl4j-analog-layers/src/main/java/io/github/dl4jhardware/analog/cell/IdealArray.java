package io.github.dl4jhardware.analog.cell;

/** The cells of {@link IdealSynapse} and {@link InferenceSynapse}: weights alone. */
final class IdealArray extends CellArray {
  private final Synapse synapse;
  private final float step;

  IdealArray(Synapse synapse, int rows, int columns) {
    super(rows, columns);
    this.synapse = synapse;
    step = (float) synapse.stepWeight();
  }

  @Override
  public Synapse synapse() {
    return synapse;
  }

  @Override
  public float[][] state() {
    return new float[0][];
  }

  @Override
  public boolean saturated(int cell) {
    return false;
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
  public TransferReport program(float[] wanted, long key) {
    System.arraycopy(wanted, 0, weights, 0, weights.length);
    return new TransferReport(0, 0, 0);
  }
}
