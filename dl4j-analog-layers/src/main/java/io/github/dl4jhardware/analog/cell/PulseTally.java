package io.github.dl4jhardware.analog.cell;

/**
 * Counts fired pulses in 1/1,024 of a pulse, so that sums do not depend on the order of the work.
 * One for each thread.
 */
public final class PulseTally {
  /** Units in a whole pulse. */
  public static final int UNITS = 1024;

  /** Of one train at the most, so that a diverging run does not overflow the sums. */
  private static final float MOST = 1L << 40;

  private long up;
  private long down;

  /** A tally of zero. */
  public PulseTally() {}

  void add(float pulses) {
    long units = units(pulses);
    up += Math.max(0, units);
    down += Math.max(0, -units);
  }

  /** Counts the first of some trains, positive up. */
  void add(float[] pulses, int count) {
    for (int i = 0; i < count; i++) {
      add(pulses[i]);
    }
  }

  /** Counts the trains of a row, {@code scale · factors[column]}, positive up. */
  void add(float scale, float[] factors, int from, int to) {
    for (int column = from; column < to; column++) {
      add(scale * factors[column]);
    }
  }

  void add(float upPulses, float downPulses) {
    up += units(upPulses);
    down += units(downPulses);
  }

  private static long units(float pulses) {
    int few = (int) (pulses * UNITS);
    // An int that is not full takes fewer operations.
    return few > -Integer.MAX_VALUE && few < Integer.MAX_VALUE ? few : manyUnits(pulses);
  }

  private static long manyUnits(float pulses) {
    return (long) Math.max(-MOST, Math.min(MOST, pulses * UNITS));
  }

  /** Counts the pulses of a row in the order of its cells, and says whether there are any. */
  boolean addRow(float[] upPulses, float[] downPulses, int from, int to) {
    // Two sums each hide the latency of an addition.
    float upSum = 0;
    float upOdd = 0;
    float downSum = 0;
    float downOdd = 0;
    int cell = from;
    for (; cell + 1 < to; cell += 2) {
      upSum += upPulses[cell];
      upOdd += upPulses[cell + 1];
      downSum += downPulses[cell];
      downOdd += downPulses[cell + 1];
    }
    if (cell < to) {
      upSum += upPulses[cell];
      downSum += downPulses[cell];
    }
    upSum += upOdd;
    downSum += downOdd;
    add(upSum, downSum);
    return upSum + downSum > 0;
  }

  /**
   * Moves what was counted into an array's counters.
   *
   * @param counters where to
   */
  public void drainTo(ArrayCounters counters) {
    counters.add(ArrayCounters.Count.PULSE_UNITS_UP, up);
    counters.add(ArrayCounters.Count.PULSE_UNITS_DOWN, down);
    up = 0;
    down = 0;
  }
}
