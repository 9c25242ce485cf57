package io.github.dl4jhardware.analog.readout;

import io.github.dl4jhardware.analog.cell.ArrayCounters;
import io.github.dl4jhardware.analog.cell.ArrayObserver;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.cell.TransferReport;
import io.github.dl4jhardware.analog.device.PulsedArray;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the pulses of every cell between weight transfers, and keeps what the last two transfers
 * wrote. Give it to {@code InSituTrainer.observe}; without a log nothing is counted cell by cell.
 */
public final class PulseLog implements ArrayObserver {
  private final Map<Integer, LayerLog> layers = new TreeMap<>();

  /** An empty log. */
  public PulseLog() {}

  /** A later call of the trainer goes on where an earlier one left off. */
  @Override
  public SynapseArray observe(int layer, SynapseArray array) {
    LayerLog log = layers.get(layer);
    if (log == null || log.current.length != array.weights().length) {
      log = new LayerLog(array.weights().length, array.columns());
      layers.put(layer, log);
    }
    return new LoggedArray(array, log);
  }

  /**
   * The logs of the layers seen so far.
   *
   * @return by the layer's index
   */
  public Map<Integer, LayerLog> layers() {
    return Map.copyOf(layers);
  }

  /**
   * The log of one layer.
   *
   * @param index of the layer
   * @return its pulses and transfers
   * @throws IllegalArgumentException if no array of that layer was seen
   */
  public LayerLog layer(int index) {
    LayerLog log = layers.get(index);
    if (log == null) {
      throw new IllegalArgumentException(
          "The log has seen no layer " + index + ", only " + layers.keySet());
    }
    return log;
  }

  /** One layer's pulses and transfers. */
  public static final class LayerLog {
    private final float[] current;
    private final int columns;
    private float[] last;
    private float[] beforeLast;
    private float[] lastPair = new float[0];
    private float[] pairBeforeLast = new float[0];
    private int intervals;

    private LayerLog(int cells, int columns) {
      current = new float[cells];
      last = new float[cells];
      beforeLast = new float[cells];
      this.columns = columns;
    }

    private void count(int cell, float pulses) {
      current[cell] += pulses;
    }

    private void transferred(SynapseArray array) {
      beforeLast = last;
      last = current.clone();
      Arrays.fill(current, 0);
      pairBeforeLast = lastPair;
      lastPair = pairDifference(array);
      intervals++;
    }

    private static float[] pairDifference(SynapseArray array) {
      int plus = array.synapse().stateNames().names().indexOf("gp");
      int minus = array.synapse().stateNames().names().indexOf("gm");
      float[] difference = new float[plus < 0 ? 0 : array.weights().length];
      for (int cell = 0; cell < difference.length; cell++) {
        difference[cell] = array.state()[plus][cell] - array.state()[minus][cell];
      }
      return difference;
    }

    /**
     * Number of columns, to find a cell's row and column.
     *
     * @return outputs of the layer
     */
    public int columns() {
      return columns;
    }

    /**
     * Complete transfer intervals seen.
     *
     * @return their number
     */
    public int intervals() {
      return intervals;
    }

    /**
     * Net pulses of every cell since the last transfer.
     *
     * @return positive if the weight was raised more often
     */
    public float[] pulsesSinceTransfer() {
      return current.clone();
    }

    /**
     * Net pulses of every cell over the last two complete transfer intervals.
     *
     * @return positive if the weight was raised more often
     */
    public float[] pulsesOverTwoIntervals() {
      float[] sum = last.clone();
      for (int cell = 0; cell < sum.length; cell++) {
        sum[cell] += beforeLast[cell];
      }
      return sum;
    }

    /**
     * G+ − G− as the last transfer left it.
     *
     * @return in µS; empty before the first transfer
     */
    public float[] lastTransferMicroSiemens() {
      return lastPair.clone();
    }

    /**
     * G+ − G− as the transfer before the last left it.
     *
     * @return in µS; empty before the second transfer
     */
    public float[] transferBeforeLastMicroSiemens() {
      return pairBeforeLast.clone();
    }
  }

  /** Hands everything on, and counts. */
  private record LoggedArray(SynapseArray array, LayerLog log) implements SynapseArray {
    @Override
    public int rows() {
      return array.rows();
    }

    @Override
    public int columns() {
      return array.columns();
    }

    @Override
    public Synapse synapse() {
      return array.synapse();
    }

    @Override
    public float[] weights() {
      return array.weights();
    }

    @Override
    public float[] readVariances() {
      return array.readVariances();
    }

    @Override
    public float[][] state() {
      return array.state();
    }

    @Override
    public @Nullable PulsedArray pulsed() {
      return array.pulsed();
    }

    @Override
    public ArrayCounters counters() {
      return array.counters();
    }

    @Override
    public void refreshWeights() {
      array.refreshWeights();
    }

    @Override
    public void pulse(
        int[] cells, int[] columns, float[] pulses, int count, long noiseKey, PulseTally tally) {
      array.pulse(cells, columns, pulses, count, noiseKey, tally);
      for (int i = 0; i < count; i++) {
        log.count(cells[i], pulses[i]);
      }
    }

    @Override
    public void pulse(
        int row, int from, int to, float scale, float[] factors, long noiseKey, PulseTally tally) {
      array.pulse(row, from, to, scale, factors, noiseKey, tally);
      int start = row * array.columns();
      for (int column = from; column < to; column++) {
        log.count(start + column, scale * factors[column]);
      }
    }

    @Override
    public void pulse(float[] up, float[] down, long noiseKey, PulseTally tally) {
      array.pulse(up, down, noiseKey, tally);
      for (int cell = 0; cell < up.length; cell++) {
        log.count(cell, up[cell] - down[cell]);
      }
    }

    @Override
    public boolean saturated(int cell) {
      return array.saturated(cell);
    }

    @Override
    public boolean restDue(long examplesBefore, long examplesAfter) {
      return array.restDue(examplesBefore, examplesAfter);
    }

    @Override
    public void rest(int from, int to, long examplesBefore, long examplesAfter) {
      array.rest(from, to, examplesBefore, examplesAfter);
    }

    @Override
    public boolean transferDue(long examplesBefore, long examplesAfter) {
      return array.transferDue(examplesBefore, examplesAfter);
    }

    @Override
    public TransferReport transfer(long key) {
      TransferReport report = array.transfer(key);
      log.transferred(array);
      return report;
    }

    @Override
    public TransferReport program(float[] weights, long key) {
      return array.program(weights, key);
    }
  }
}
