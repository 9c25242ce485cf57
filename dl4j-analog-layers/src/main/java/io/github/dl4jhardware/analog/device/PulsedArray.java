package io.github.dl4jhardware.analog.device;

import java.util.Arrays;

/**
 * The pulsed devices of one array: each device's own variation, and its present state.
 *
 * <p>Row-major, cell = row · columns + column. Not safe for two threads on the same cell; any two
 * cells are independent. The leak is taken in blocks of {@link #leakBlockExamples()} examples,
 * exactly for a cell that is left alone.
 */
public abstract sealed class PulsedArray
    permits VoltageArray, LinearStepArray, SoftBoundsArray, ExponentialStepArray {
  private final float[] conductance;
  private final float[] reset;
  private final float[] gShared;
  private final float cycleNoise;
  private final Leak leak;

  /**
   * Pulses of a train that are taken as its law says. Longer trains, which none but a weight far
   * out of range asks for, are taken in larger parts, so that their number costs no time.
   */
  static final float LONG_TRAIN = 256;

  /** Beyond it all trains do the same, and sums stay finite. */
  static final float MOST_PULSES = 1e30f;

  /** What a part of a long train may move a device by, of its range. */
  private static final double LARGEST_PART = 1.0 / 64;

  /** Where a device has come to rest: what a part moves it by, of its range. */
  private static final double REST = 1e-7;

  PulsedArray(int rows, int columns, double gSharedMicroSiemens, double cycleNoise, Leak leak) {
    conductance = new float[rows * columns];
    reset = new float[rows * columns];
    gShared = new float[columns];
    Arrays.fill(gShared, (float) gSharedMicroSiemens);
    this.cycleNoise = (float) cycleNoise;
    this.leak = leak;
  }

  /**
   * The devices' conductances.
   *
   * @return the live array, in µS
   */
  public final float[] conductance() {
    return conductance;
  }

  /**
   * What the devices keep: the conductances themselves, or capacitor voltages. {@link #refresh}
   * after writing.
   *
   * @return the live array; in µS, or in V above the voltage that the leak tends to
   */
  public float[] state() {
    return conductance;
  }

  /**
   * The reference that each column is read against.
   *
   * @return the live array {@code [columns]}, in µS
   */
  public final float[] gShared() {
    return gShared;
  }

  /**
   * The conductance a device has after re-initialisation.
   *
   * @param cell its index
   * @return g in µS
   */
  public final float resetMicroSiemens(int cell) {
    return reset[cell];
  }

  final void resetTo(int cell, double microSiemens) {
    reset[cell] = (float) microSiemens;
    conductance[cell] = (float) microSiemens;
  }

  final float cycleNoise() {
    return cycleNoise;
  }

  final Leak leak() {
    return leak;
  }

  /** Computes the conductances anew from a state that was written from outside. */
  public void refresh() {
    // The conductance is the state.
  }

  /**
   * Re-initialises a device.
   *
   * @param cell its index
   */
  public void reset(int cell) {
    conductance[cell] = reset[cell];
  }

  /**
   * Whether pulses have driven a device to the end of its range.
   *
   * @param cell its index
   * @return true if pulses of one direction have no effect any more
   */
  public abstract boolean saturated(int cell);

  /**
   * Fires up and down pulses, interleaved, at one device; z is a draw of N(0, 1). Their numbers may
   * be as large as {@link #MOST_PULSES} each.
   */
  abstract void fire(int cell, float up, float down, float z);

  /**
   * Fires one train of pulses at a device.
   *
   * @param cell its index
   * @param pulses number of pulses, positive up, negative down; may be fractional
   * @param noiseKey stream of the cycle-to-cycle noise, addressed by the cell
   */
  public final void pulse(int cell, float pulses, long noiseKey) {
    float z = cycleNoise != 0 ? Draws.normal(noiseKey, cell) : 0;
    fire(cell, bounded(Math.max(0, pulses)), bounded(Math.max(0, -pulses)), z);
  }

  /**
   * Fires a train of pulses at each of some devices.
   *
   * @param cells their indices, each at most once
   * @param pulses number of pulses for each of them; may be fractional
   * @param count how many entries of the two arrays are used
   * @param sign +1 if positive pulses go up, −1 if they go down
   * @param noiseKey stream of the cycle-to-cycle noise, addressed by the cell
   */
  public void pulse(int[] cells, float[] pulses, int count, int sign, long noiseKey) {
    for (int i = 0; i < count; i++) {
      pulse(cells[i], sign * pulses[i], noiseKey);
    }
  }

  /**
   * Fires a train of pulses at each device of a range, each with a stream of noise of its own.
   *
   * @param from first cell
   * @param count how many
   * @param pulses number of pulses for each of them, positive up; at 0 nothing is fired
   * @param noiseKeys streams of the cycle-to-cycle noise, addressed by the cell
   */
  public void pulseEach(int from, int count, float[] pulses, long[] noiseKeys) {
    for (int i = 0; i < count; i++) {
      if (pulses[i] != 0) {
        pulse(from + i, pulses[i], noiseKeys[i]);
      }
    }
  }

  /**
   * Fires a fractional number of pulses at each device of a part of one row: {@code scale ·
   * factors[column]}.
   *
   * @param start index of the row's first device
   * @param from first column
   * @param to one past the last column
   * @param scale pulses for a factor of 1, positive up
   * @param factors one for each column of the array
   * @param noiseKey stream of the cycle-to-cycle noise, addressed by the cell
   */
  public void pulse(int start, int from, int to, float scale, float[] factors, long noiseKey) {
    for (int column = from; column < to; column++) {
      float pulses = scale * factors[column];
      if (pulses != 0) {
        pulse(start + column, pulses, noiseKey);
      }
    }
  }

  /**
   * Fires up and down pulses, interleaved, at a range of devices.
   *
   * @param from first cell
   * @param to one past the last cell
   * @param upPulses number of up pulses of every cell of the array, at least 0
   * @param downPulses number of down pulses of every cell of the array, at least 0
   * @param noiseKey stream of the cycle-to-cycle noise, addressed by the cell
   */
  public void pulse(int from, int to, float[] upPulses, float[] downPulses, long noiseKey) {
    for (int cell = from; cell < to; cell++) {
      if (upPulses[cell] + downPulses[cell] > 0) {
        float z = cycleNoise != 0 ? Draws.normal(noiseKey, cell) : 0;
        fire(cell, bounded(upPulses[cell]), bounded(downPulses[cell]), z);
      }
    }
  }

  /**
   * Examples between two applications of the leak.
   *
   * @return a power of two; 0 if nothing leaks
   */
  public final int leakBlockExamples() {
    return leak.blockExamples();
  }

  /**
   * Lets devices leak.
   *
   * @param from first cell
   * @param to one past the last cell
   * @param blocks how many blocks of {@link #leakBlockExamples()} examples have passed
   */
  public void leak(int from, int to, long blocks) {
    // No leak.
  }

  static float bounded(float pulses) {
    return Math.min(MOST_PULSES, pulses);
  }

  /**
   * How many pulses of a long train the next part has.
   *
   * @param left of the train
   * @param least that a part has
   * @param step what a pulse moves the device by at present, both directions together
   * @param range of the device, in the unit of the step
   * @return at most all that are left
   */
  static float part(float left, float least, double step, double range) {
    return (float) Math.min(left, Math.max(least, LARGEST_PART * range / step));
  }

  /**
   * Whether a part of a long train shows that the rest of it changes nothing.
   *
   * @param change of the last part
   * @param range of the device, in the same unit
   * @return true at an end of the range, or where up and down balance
   */
  static boolean atRest(double change, double range) {
    return Math.abs(change) <= REST * range;
  }

  /** 1 + σz, not below 0. */
  static double spread(double sigma, long key, long draw) {
    return Math.max(0, 1 + sigma * Draws.normal(key, draw));
  }
}
