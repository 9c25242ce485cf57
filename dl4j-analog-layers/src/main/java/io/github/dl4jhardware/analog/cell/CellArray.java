package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.PulsedArray;
import org.jspecify.annotations.Nullable;

/**
 * What every array keeps, and how it behaves where its cells have no capacitor, no pair and no
 * noise of reads: nothing leaks, nothing is transferred, reads are exact.
 */
abstract class CellArray implements SynapseArray {
  private static final float[] NO_VARIANCES = new float[0];

  final int rows;
  final int columns;

  /** W, row-major; it shows the state at any time. */
  final float[] weights;

  final ArrayCounters counters = new ArrayCounters();

  CellArray(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    weights = new float[rows * columns];
  }

  @Override
  public final int rows() {
    return rows;
  }

  @Override
  public final int columns() {
    return columns;
  }

  @Override
  public final float[] weights() {
    return weights;
  }

  @Override
  public final ArrayCounters counters() {
    return counters;
  }

  @Override
  public float[] readVariances() {
    return NO_VARIANCES;
  }

  @Override
  public @Nullable PulsedArray pulsed() {
    return null;
  }

  @Override
  public boolean restDue(long examplesBefore, long examplesAfter) {
    return false;
  }

  @Override
  public void rest(int from, int to, long examplesBefore, long examplesAfter) {
    // Nothing leaks.
  }

  @Override
  public boolean transferDue(long examplesBefore, long examplesAfter) {
    return false;
  }

  @Override
  public TransferReport transfer(long key) {
    return new TransferReport(0, 0, 0);
  }
}
