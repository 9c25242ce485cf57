package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.CapacitorArray;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;

/** The cells of {@link PcmCapacitorSynapse}. */
final class PcmCapacitorArray implements SynapseArray {
  /** Read and pulse passes in which the residual is written into g. */
  private static final int RESIDUAL_PASSES = 4;

  private final PcmCapacitorSynapse synapse;
  private final int rows;
  private final int columns;
  private final float gain;
  private final float gShared;
  private final float weightPerMicroSiemens;
  private final float microSiemensPerWeight;
  private final float step;
  private final CapacitorArray capacitor;
  private final float[] gp;
  private final float[] gm;
  private final float[] g;
  private final float[] weights;

  /** F·(G+ − G−) in weight units, so that a pulse need not read the pair. */
  private final float[] pairWeights;

  private final ArrayCounters counters = new ArrayCounters();

  PcmCapacitorArray(PcmCapacitorSynapse synapse, int rows, int columns, CapacitorArray capacitor) {
    this.synapse = synapse;
    this.rows = rows;
    this.columns = columns;
    this.capacitor = capacitor;
    gain = (float) synapse.gain();
    gShared = (float) synapse.capacitor().gSharedMicroSiemens();
    microSiemensPerWeight = (float) synapse.microSiemensPerWeight();
    weightPerMicroSiemens = 1 / microSiemensPerWeight;
    step = (float) synapse.capacitor().stepMicroSiemens();
    int cells = rows * columns;
    gp = new float[cells];
    gm = new float[cells];
    g = capacitor.conductance();
    weights = new float[cells];
    pairWeights = new float[cells];
    refreshWeights();
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
    return new float[][] {gp, gm, g};
  }

  @Override
  public ArrayCounters counters() {
    return counters;
  }

  @Override
  public void refreshWeights() {
    float pairScale = gain * weightPerMicroSiemens;
    float capacitorScale = counters.polarity() * weightPerMicroSiemens;
    for (int cell = 0; cell < weights.length; cell++) {
      pairWeights[cell] = (gp[cell] - gm[cell]) * pairScale;
      weights[cell] = pairWeights[cell] + (g[cell] - gShared) * capacitorScale;
    }
  }

  @Override
  public void pulse(
      int row, int[] columns, float[] pulses, int count, long noiseKey, PulseTally tally) {
    int polarity = counters.polarity();
    float capacitorScale = polarity * weightPerMicroSiemens;
    int start = row * this.columns;
    for (int i = 0; i < count; i++) {
      int cell = start + columns[i];
      capacitor.pulse(cell, polarity * pulses[i], noiseKey);
      weights[cell] = pairWeights[cell] + (g[cell] - gShared) * capacitorScale;
      tally.add(pulses[i]);
    }
  }

  @Override
  public void pulse(
      int row, int from, int to, float scale, float[] factors, long noiseKey, PulseTally tally) {
    int polarity = counters.polarity();
    float capacitorScale = polarity * weightPerMicroSiemens;
    int start = row * columns;
    for (int column = from; column < to; column++) {
      float pulses = scale * factors[column];
      if (pulses != 0) {
        int cell = start + column;
        capacitor.pulse(cell, polarity * pulses, noiseKey);
        weights[cell] = pairWeights[cell] + (g[cell] - gShared) * capacitorScale;
        tally.add(pulses);
      }
    }
  }

  @Override
  public void pulse(float[] up, float[] down, long noiseKey, PulseTally tally) {
    float capacitorScale = counters.polarity() * weightPerMicroSiemens;
    float[] raise = counters.polarity() > 0 ? up : down;
    float[] lower = counters.polarity() > 0 ? down : up;
    for (int start = 0; start < weights.length; start += columns) {
      int end = start + columns;
      if (!tally.addRow(up, down, start, end)) {
        continue;
      }
      capacitor.pulse(start, end, raise, lower, noiseKey);
      for (int cell = start; cell < end; cell++) {
        weights[cell] = pairWeights[cell] + (g[cell] - gShared) * capacitorScale;
      }
    }
  }

  @Override
  public boolean restDue(long examplesBefore, long examplesAfter) {
    return leakBlocks(examplesBefore, examplesAfter) > 0;
  }

  @Override
  public void rest(int from, int to, long examplesBefore, long examplesAfter) {
    capacitor.leak(from, to, leakBlocks(examplesBefore, examplesAfter));
    float capacitorScale = counters.polarity() * weightPerMicroSiemens;
    for (int cell = from; cell < to; cell++) {
      weights[cell] = pairWeights[cell] + (g[cell] - gShared) * capacitorScale;
    }
  }

  private static long leakBlocks(long before, long after) {
    return after / CapacitorArray.LEAK_BLOCK_EXAMPLES - before / CapacitorArray.LEAK_BLOCK_EXAMPLES;
  }

  @Override
  public boolean transferDue(long examplesBefore, long examplesAfter) {
    return WeightTransfer.due(synapse.transfer().everyExamples(), examplesBefore, examplesAfter);
  }

  @Override
  public TransferReport transfer(long key) {
    float[] before = weights.clone();
    float[] wanted = new float[before.length];
    Pcm pcm = synapse.pcm();
    int polarity = counters.polarity();
    for (int cell = 0; cell < wanted.length; cell++) {
      long draws = Draws.subKey(key, cell);
      // Words −1 and −2 lie below those of the write.
      float pair =
          gain
              * (pcm.read(gp[cell], Draws.normal(draws, -1))
                  - pcm.read(gm[cell], Draws.normal(draws, -2)));
      wanted[cell] = pair + polarity * (g[cell] - gShared);
    }
    long failures = write(wanted, synapse.transfer().nextPolarity(polarity), key);
    counters.add(ArrayCounters.Count.TRANSFERS, 1);
    return TransferReport.of(before, weights, failures);
  }

  @Override
  public TransferReport program(float[] wantedWeights, long key) {
    float[] wanted = new float[wantedWeights.length];
    for (int cell = 0; cell < wanted.length; cell++) {
      wanted[cell] = wantedWeights[cell] * microSiemensPerWeight;
    }
    long failures = write(wanted, counters.polarity(), key);
    return TransferReport.of(wantedWeights, weights, failures);
  }

  /**
   * Brings every cell to a wanted weight in µS: the pair first, then the capacitor takes what the
   * pair missed.
   */
  private long write(float[] wanted, int nextPolarity, long key) {
    long failures = 0;
    ClosedLoopWrite loop = synapse.write();
    for (int cell = 0; cell < wanted.length; cell++) {
      long draws = Draws.subKey(key, cell);
      float mismatch = capacitor.resetMicroSiemens(cell) - gShared;
      float target = synapse.transfer().pairTarget(wanted[cell], mismatch, nextPolarity);
      float pair = loop.write(synapse.pcm(), gain, target, gp, gm, cell, draws);
      if (!(Math.abs(pair - target) <= loop.toleranceMicroSiemens())) {
        failures++;
      }
      capacitor.reset(cell);
      float goal = gShared + nextPolarity * (wanted[cell] - pair);
      for (int pass = 0; pass < RESIDUAL_PASSES; pass++) {
        float pulses = (float) Math.rint((goal - g[cell]) / step);
        if (pulses == 0) {
          break;
        }
        // Each pass has a stream of its own, since a pulse addresses its noise by the cell.
        capacitor.pulse(cell, pulses, Draws.subKey(draws, pass));
      }
    }
    counters.polarity(nextPolarity);
    counters.add(ArrayCounters.Count.PROGRAMMING_FAILURES, failures);
    refreshWeights();
    return failures;
  }
}
