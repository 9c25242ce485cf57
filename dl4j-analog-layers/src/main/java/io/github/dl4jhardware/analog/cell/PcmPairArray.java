package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Draws;

/** The cells of {@link PcmPairSynapse}. Drift is not simulated during training. */
final class PcmPairArray extends CellArray {
  private final PcmPairSynapse synapse;
  private final float pairScale;
  private final float microSiemensPerWeight;
  private final PcmPairs pairs;
  private final float[] gp;
  private final float[] gm;

  /** Of a read of each weight; empty until somebody asks. */
  private float[] readVariances = new float[0];

  PcmPairArray(PcmPairSynapse synapse, int rows, int columns, PcmPairs pairs) {
    super(rows, columns);
    this.synapse = synapse;
    this.pairs = pairs;
    microSiemensPerWeight = (float) synapse.microSiemensPerWeight();
    pairScale = (float) synapse.gain() / microSiemensPerWeight;
    gp = pairs.plus().conductance();
    gm = pairs.minus().conductance();
    refreshWeights();
  }

  @Override
  public Synapse synapse() {
    return synapse;
  }

  @Override
  public float[] readVariances() {
    if (readVariances.length == 0) {
      readVariances = new float[weights.length];
      for (int cell = 0; cell < weights.length; cell++) {
        refreshVariance(cell);
      }
    }
    return readVariances;
  }

  private void refreshVariance(int cell) {
    readVariances[cell] =
        (float)
            (pairs.readVariance(cell) / ((double) microSiemensPerWeight * microSiemensPerWeight));
  }

  @Override
  public float[][] state() {
    return new float[][] {gp, gm};
  }

  /** One of the two is full. */
  @Override
  public boolean saturated(int cell) {
    float full = (float) synapse.pcm().gMaxMicroSiemens();
    return gp[cell] >= full || gm[cell] >= full;
  }

  @Override
  public void refreshWeights() {
    readVariances = new float[0];
    for (int cell = 0; cell < weights.length; cell++) {
      weights[cell] = (gp[cell] - gm[cell]) * pairScale;
    }
  }

  @Override
  public void pulse(
      int[] cells, int[] columns, float[] pulses, int count, long noiseKey, PulseTally tally) {
    for (int i = 0; i < count; i++) {
      set(cells[i], Math.max(0, pulses[i]), Math.max(0, -pulses[i]), noiseKey);
    }
    tally.add(pulses, count);
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
    if (up > 0) {
      pairs.plus().set(cell, up, Draws.normal(noiseKey, 2L * cell));
    }
    if (down > 0) {
      pairs.minus().set(cell, down, Draws.normal(noiseKey, 2L * cell + 1));
    }
    weights[cell] = (gp[cell] - gm[cell]) * pairScale;
    if (readVariances.length > 0) {
      refreshVariance(cell);
    }
  }

  @Override
  public boolean transferDue(long examplesBefore, long examplesAfter) {
    return WeightTransfer.due(synapse.refreshEveryExamples(), examplesBefore, examplesAfter);
  }

  @Override
  public TransferReport transfer(long key) {
    float[] before = weights.clone();
    float[] wanted = new float[before.length];
    CellRanges.sum(
        wanted.length,
        (from, to) -> {
          for (int cell = from; cell < to; cell++) {
            wanted[cell] = pairs.readBack(cell, Draws.subKey(key, cell));
          }
          return 0;
        });
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
    long failures =
        CellRanges.sum(
            wanted.length,
            (from, to) -> {
              long missed = 0;
              for (int cell = from; cell < to; cell++) {
                long draws = Draws.subKey(key, cell);
                missed += pairs.write(cell, wanted[cell], draws) ? 0 : 1;
                // No capacitor takes what is missing.
                pairs.complete(cell, wanted[cell] - pairs.readBackWritten(cell, draws), draws);
              }
              return missed;
            });
    counters.add(ArrayCounters.Count.PROGRAMMING_FAILURES, failures);
    refreshWeights();
    return failures;
  }
}
