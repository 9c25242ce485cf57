package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.PulsedArray;

/** The cells of {@link PulsedSynapse}. */
final class PulsedSynapseArray extends CellArray {
  /** Read and pulse passes in which a weight is programmed. */
  private static final int PROGRAM_PASSES = 20;

  private final PulsedSynapse synapse;
  private final PulsedArray device;
  private final float[] g;
  private final float[] gShared;
  private final float weightPerMicroSiemens;
  private final float microSiemensPerWeight;
  private final float step;

  PulsedSynapseArray(PulsedSynapse synapse, int rows, int columns, PulsedArray device) {
    super(rows, columns);
    this.synapse = synapse;
    this.device = device;
    g = device.conductance();
    gShared = device.gShared();
    microSiemensPerWeight = (float) synapse.microSiemensPerWeight();
    weightPerMicroSiemens = 1 / microSiemensPerWeight;
    step = (float) synapse.device().meanStepMicroSiemens();
    refreshWeights();
  }

  @Override
  public Synapse synapse() {
    return synapse;
  }

  @Override
  public float[][] state() {
    return new float[][] {device.state()};
  }

  @Override
  public PulsedArray pulsed() {
    return device;
  }

  @Override
  public boolean saturated(int cell) {
    return device.saturated(cell);
  }

  @Override
  public void refreshWeights() {
    device.refresh();
    refresh(0, weights.length);
  }

  private void refresh(int from, int to) {
    for (int cell = from; cell < to; cell++) {
      weights[cell] = (g[cell] - gShared[cell % columns]) * weightPerMicroSiemens;
    }
  }

  @Override
  public void pulse(
      int[] cells, int[] columns, float[] pulses, int count, long noiseKey, PulseTally tally) {
    device.pulse(cells, pulses, count, 1, noiseKey);
    for (int i = 0; i < count; i++) {
      int cell = cells[i];
      weights[cell] = (g[cell] - gShared[columns[i]]) * weightPerMicroSiemens;
    }
    tally.add(pulses, count);
  }

  @Override
  public void pulse(
      int row, int from, int to, float scale, float[] factors, long noiseKey, PulseTally tally) {
    int start = row * columns;
    device.pulse(start, from, to, scale, factors, noiseKey);
    tally.add(scale, factors, from, to);
    refresh(start + from, start + to);
  }

  @Override
  public void pulse(float[] up, float[] down, long noiseKey, PulseTally tally) {
    for (int start = 0; start < weights.length; start += columns) {
      int end = start + columns;
      if (tally.addRow(up, down, start, end)) {
        device.pulse(start, end, up, down, noiseKey);
        refresh(start, end);
      }
    }
  }

  @Override
  public boolean restDue(long examplesBefore, long examplesAfter) {
    return leakBlocks(examplesBefore, examplesAfter) > 0;
  }

  @Override
  public void rest(int from, int to, long examplesBefore, long examplesAfter) {
    device.leak(from, to, leakBlocks(examplesBefore, examplesAfter));
    refresh(from, to);
  }

  private long leakBlocks(long before, long after) {
    int block = device.leakBlockExamples();
    return block == 0 ? 0 : after / block - before / block;
  }

  /** By reading and pulsing; what is left is noise of the last pulses, or a range too small. */
  @Override
  public TransferReport program(float[] wanted, long key) {
    CellRanges.sum(
        wanted.length,
        (from, to) -> {
          for (int cell = from; cell < to; cell++) {
            program(cell, wanted[cell], Draws.subKey(key, cell));
          }
          return 0;
        });
    refresh(0, weights.length);
    return TransferReport.of(wanted, weights, 0);
  }

  private void program(int cell, float wanted, long draws) {
    device.reset(cell);
    float goal = gShared[cell % columns] + wanted * microSiemensPerWeight;
    for (int pass = 0; pass < PROGRAM_PASSES; pass++) {
      float pulses = (float) Math.rint((goal - g[cell]) / step);
      if (pulses == 0) {
        break;
      }
      float before = g[cell];
      device.pulse(cell, pulses, Draws.subKey(draws, pass));
      if (g[cell] == before) {
        // At an end of its range.
        break;
      }
    }
  }
}
