package io.github.dl4jhardware.analog.update;

/**
 * Finds the cells of one row that get pulses. One for each thread.
 *
 * <p>Each search is a plain loop that the compiler turns into vector instructions, then one that
 * keeps the hits without a branch to mispredict.
 */
public final class Hits {
  /** Adding and subtracting it rounds a small float to the nearest whole number. */
  private static final float ROUNDER = 1.5f * (1 << 23);

  /** Pulses of one cell and example at the most, where rounding by {@link #ROUNDER} still holds. */
  private static final float MOST_PULSES = 1 << 20;

  int[] columns = new int[0];
  float[] pulses = new float[0];
  int[] lines = new int[0];
  int[] lineBits = new int[0];
  float[] lineSigns = new float[0];
  private int[] counts = new int[0];
  private float[] wholes = new float[0];

  /** Empty scratch; it grows as needed. */
  public Hits() {}

  void ensure(int width) {
    if (columns.length <= width) {
      columns = new int[width + 1];
      pulses = new float[width + 1];
      lines = new int[width + 1];
      lineBits = new int[width + 1];
      lineSigns = new float[width + 1];
      counts = new int[width + 1];
      wholes = new float[width + 1];
    }
  }

  /** Appends the lines that fire and whose delta has a sign; says how many there are then. */
  int firing(int count, int from, int to, int[] lineTrains, float[] delta, int sign) {
    int firing = count;
    for (int line = from; line < to; line++) {
      lines[firing] = line;
      lineBits[firing] = lineTrains[line];
      lineSigns[firing] = -sign;
      firing += lineTrains[line] != 0 && sign * delta[line] > 0 ? 1 : 0;
    }
    return firing;
  }

  /** Slots in which a row's train and those of the firing lines are both on. */
  int coincidences(int train, int firing, float sign) {
    for (int i = 0; i < firing; i++) {
      counts[i] = Integer.bitCount(train & lineBits[i]);
    }
    int count = 0;
    for (int i = 0; i < firing; i++) {
      columns[count] = i;
      count += -counts[i] >>> 31;
    }
    for (int hit = 0; hit < count; hit++) {
      int i = columns[hit];
      columns[hit] = lines[i];
      pulses[hit] = counts[i] * sign * lineSigns[i];
    }
    return count;
  }

  /** ⌊|perDelta · δ| + φ⌋ with its sign, φ = (row phase + column phase) mod 1. */
  int counts(
      float[] delta, float[] columnPhases, float perDelta, float rowPhase, int from, int to) {
    for (int column = from; column < to; column++) {
      float wanted = Math.abs(perDelta * delta[column]);
      float phase = rowPhase + columnPhases[column];
      // ⌊v⌋ as the nearest whole number to v − ½.
      float wrapped = phase - ((phase - 0.5f + ROUNDER) - ROUNDER);
      wholes[column - from] = (wanted + wrapped - 0.5f + ROUNDER) - ROUNDER;
    }
    int count = 0;
    for (int column = from; column < to; column++) {
      columns[count] = column;
      count += wholes[column - from] > 0 ? 1 : 0;
    }
    for (int hit = 0; hit < count; hit++) {
      int column = columns[hit];
      float whole = Math.min(MOST_PULSES, wholes[column - from]);
      pulses[hit] = perDelta * delta[column] > 0 ? whole : -whole;
    }
    return count;
  }
}
