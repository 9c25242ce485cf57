package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;

/** The cells of {@link PcmPairSynapse}. */
final class PcmPairArray implements SynapseArray {
  private final PcmPairSynapse synapse;
  private final int rows;
  private final int columns;
  private final float gain;
  private final float pairScale;
  private final float microSiemensPerWeight;
  private final float[] gp;
  private final float[] gm;
  private final float[] weights;
  private final ArrayCounters counters = new ArrayCounters();

  PcmPairArray(PcmPairSynapse synapse, int rows, int columns) {
    this.synapse = synapse;
    this.rows = rows;
    this.columns = columns;
    gain = (float) synapse.gain();
    microSiemensPerWeight = (float) synapse.microSiemensPerWeight();
    pairScale = gain / microSiemensPerWeight;
    int cells = rows * columns;
    gp = new float[cells];
    gm = new float[cells];
    weights = new float[cells];
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
  public float[][] state() {
    return new float[][] {gp, gm};
  }

  @Override
  public ArrayCounters counters() {
    return counters;
  }

  @Override
  public void refreshWeights() {
    for (int cell = 0; cell < weights.length; cell++) {
      weights[cell] = (gp[cell] - gm[cell]) * pairScale;
    }
  }

  @Override
  public void pulse(
      int row, int[] columns, float[] pulses, int count, long noiseKey, PulseTally tally) {
    int start = row * this.columns;
    for (int i = 0; i < count; i++) {
      set(start + columns[i], Math.max(0, pulses[i]), Math.max(0, -pulses[i]), noiseKey);
      tally.add(pulses[i]);
    }
  }

  @Override
  public void pulse(
      int row, int from, int to, float scale, float[] factors, long noiseKey, PulseTally tally) {
    int start = row * columns;
    for (int column = from; column < to; column++) {
      float pulses = scale * factors[column];
      set(start + column, Math.max(0, pulses), Math.max(0, -pulses), noiseKey);
      tally.add(pulses);
    }
  }

  @Override
  public void pulse(float[] up, float[] down, long noiseKey, PulseTally tally) {
    for (int cell = 0; cell < weights.length; cell++) {
      if (up[cell] + down[cell] > 0) {
        set(cell, up[cell], down[cell], noiseKey);
        tally.add(up[cell], down[cell]);
      }
    }
  }

  private void set(int cell, float up, float down, long noiseKey) {
    Pcm pcm = synapse.pcm();
    if (up > 0) {
      gp[cell] = pcm.set(gp[cell], up, Draws.normal(noiseKey, 2L * cell));
    }
    if (down > 0) {
      gm[cell] = pcm.set(gm[cell], down, Draws.normal(noiseKey, 2L * cell + 1));
    }
    weights[cell] = (gp[cell] - gm[cell]) * pairScale;
  }

  @Override
  public boolean restDue(long examplesBefore, long examplesAfter) {
    return false;
  }

  @Override
  public void rest(int from, int to, long examplesBefore, long examplesAfter) {
    // Drift is not simulated during training.
  }

  @Override
  public boolean transferDue(long examplesBefore, long examplesAfter) {
    return WeightTransfer.due(synapse.refreshEveryExamples(), examplesBefore, examplesAfter);
  }

  @Override
  public TransferReport transfer(long key) {
    float[] before = weights.clone();
    Pcm pcm = synapse.pcm();
    float[] wanted = new float[before.length];
    for (int cell = 0; cell < wanted.length; cell++) {
      long draws = Draws.subKey(key, cell);
      // Words −1 and −2 lie below those of the write.
      wanted[cell] =
          gain
              * (pcm.read(gp[cell], Draws.normal(draws, -1))
                  - pcm.read(gm[cell], Draws.normal(draws, -2)));
    }
    long failures = write(wanted, key);
    counters.add(ArrayCounters.Count.TRANSFERS, 1);
    return TransferReport.of(before, weights, failures);
  }

  @Override
  public TransferReport program(float[] wantedWeights, long key) {
    float[] wanted = new float[wantedWeights.length];
    for (int cell = 0; cell < wanted.length; cell++) {
      wanted[cell] = wantedWeights[cell] * microSiemensPerWeight;
    }
    return TransferReport.of(wantedWeights, weights, write(wanted, key));
  }

  private long write(float[] wanted, long key) {
    long failures = 0;
    ClosedLoopWrite loop = synapse.write();
    for (int cell = 0; cell < wanted.length; cell++) {
      float found =
          loop.write(synapse.pcm(), gain, wanted[cell], gp, gm, cell, Draws.subKey(key, cell));
      if (!(Math.abs(found - wanted[cell]) <= loop.toleranceMicroSiemens())) {
        failures++;
      }
    }
    counters.add(ArrayCounters.Count.PROGRAMMING_FAILURES, failures);
    refreshWeights();
    return failures;
  }
}
