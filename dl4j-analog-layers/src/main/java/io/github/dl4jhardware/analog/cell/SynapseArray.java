package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.PulsedArray;
import org.jspecify.annotations.Nullable;

/**
 * The cells of one layer in a crossbar, simulated on plain arrays.
 *
 * <p>Row-major, cell = row · {@link #columns()} + column. Calls that name a range of columns may
 * run at the same time on ranges that do not overlap; all others need the array alone. Every random
 * draw is keyed, so the result does not depend on how the work is divided.
 */
public interface SynapseArray {
  /**
   * Number of rows.
   *
   * @return inputs, with the bias row if there is one
   */
  int rows();

  /**
   * Number of columns.
   *
   * @return outputs
   */
  int columns();

  /**
   * What a cell is made of.
   *
   * @return the parameters
   */
  Synapse synapse();

  /**
   * The effective weights.
   *
   * @return the live array {@code [rows * columns]}, in weight units
   */
  float[] weights();

  /**
   * Variance of one read of each weight by the noise of its devices, as {@link
   * io.github.dl4jhardware.analog.device.Pcm#readVariance} has it.
   *
   * @return {@code [rows * columns]}, in squared weight units, to be read only and until the array
   *     changes; empty where devices do not fluctuate
   */
  float[] readVariances();

  /**
   * What the cells keep.
   *
   * @return the live arrays {@code [rows * columns]}, in the units and the order of {@link
   *     Synapse#stateNames()}
   */
  float[][] state();

  /**
   * The device that training pulses move.
   *
   * @return the live array, or null if there is none beside a PCM pair
   */
  @Nullable PulsedArray pulsed();

  /**
   * Polarity and counters.
   *
   * @return the live object
   */
  ArrayCounters counters();

  /** Computes the weights anew from a state that was written from outside. */
  void refreshWeights();

  /**
   * Fires pulses at some cells.
   *
   * @param cells their indices, row · columns + column, each at most once
   * @param columns the column of each
   * @param pulses number of pulses for each of them, positive to raise the weight; may be
   *     fractional
   * @param count how many entries of the three arrays are used
   * @param noiseKey stream of the cycle-to-cycle noise, addressed by the cell
   * @param tally where the pulses are counted
   */
  void pulse(
      int[] cells, int[] columns, float[] pulses, int count, long noiseKey, PulseTally tally);

  /**
   * Fires a fractional number of pulses at every cell of a part of one row: {@code scale ·
   * factors[column]}.
   *
   * @param row the row
   * @param from first column
   * @param to one past the last column
   * @param scale pulses for a factor of 1, positive to raise the weight
   * @param factors one for each column of the array
   * @param noiseKey stream of the cycle-to-cycle noise, addressed by the cell
   * @param tally where the pulses are counted
   */
  void pulse(
      int row, int from, int to, float scale, float[] factors, long noiseKey, PulseTally tally);

  /**
   * Fires up and down pulses at every cell.
   *
   * @param up pulses that raise the weight, {@code [rows * columns]}, at least 0
   * @param down pulses that lower the weight, {@code [rows * columns]}, at least 0
   * @param noiseKey stream of the cycle-to-cycle noise, addressed by the cell
   * @param tally where the pulses are counted
   */
  void pulse(float[] up, float[] down, long noiseKey, PulseTally tally);

  /**
   * Whether a cell's pulsed device has come to an end of its range.
   *
   * @param cell its index
   * @return true if pulses of one direction have no effect any more
   */
  boolean saturated(int cell);

  /**
   * Whether anything happens to cells that are left alone when the examples counter moves on.
   *
   * @param examplesBefore the counter before
   * @param examplesAfter the counter after
   * @return true if {@link #rest} has to be called
   */
  boolean restDue(long examplesBefore, long examplesAfter);

  /**
   * Lets time pass for some cells.
   *
   * @param from first cell
   * @param to one past the last cell
   * @param examplesBefore the counter before
   * @param examplesAfter the counter after
   */
  void rest(int from, int to, long examplesBefore, long examplesAfter);

  /**
   * Whether a weight transfer falls between two values of the examples counter.
   *
   * @param examplesBefore the counter before
   * @param examplesAfter the counter after
   * @return true if {@link #transfer} has to be called
   */
  boolean transferDue(long examplesBefore, long examplesAfter);

  /**
   * Moves every weight to its long-term devices, and turns the polarity if the cell has one to
   * turn.
   *
   * @param key stream of the transfer's draws
   * @return how well it went
   */
  TransferReport transfer(long key);

  /**
   * Programs the devices to weights that were set from outside. The polarity stays.
   *
   * @param weights the wanted weights, {@code [rows * columns]}
   * @param key stream of the draws
   * @return how well it went
   */
  TransferReport program(float[] weights, long key);
}
