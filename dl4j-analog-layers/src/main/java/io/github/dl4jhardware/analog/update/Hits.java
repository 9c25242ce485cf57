package io.github.dl4jhardware.analog.update;

import io.github.dl4jhardware.Internal;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.SynapseArray;

/**
 * Finds the cells that get pulses and gathers them, so that an array is given many at a time. One
 * for each thread.
 *
 * <p>Each search is a plain loop that the compiler turns into vector instructions, then one that
 * keeps the hits without a branch to mispredict.
 */
@Internal
public final class Hits {
  /** Cells that are gathered before an array is given them; their numbers stay in a cache. */
  private static final int BATCH = 512;

  /** Adding and subtracting it rounds a small float to the nearest whole number. */
  private static final float ROUNDER = 1.5f * (1 << 23);

  /** Pulses of one cell and example at the most, where rounding by {@link #ROUNDER} still holds. */
  private static final float MOST_PULSES = 1 << 20;

  private int[] cells = new int[0];
  private int[] columns = new int[0];
  private float[] pulses = new float[0];
  private int count;
  private int[] lines = new int[0];
  private int[] lineBits = new int[0];
  private int[] coincidences = new int[0];
  private float[] wholes = new float[0];

  /** Empty scratch; it grows as needed. */
  public Hits() {}

  /** Starts with nothing gathered, for searches over so many columns. */
  void start(int width) {
    count = 0;
    if (lines.length <= width) {
      cells = new int[BATCH + width + 1];
      columns = new int[BATCH + width + 1];
      pulses = new float[BATCH + width + 1];
      lines = new int[width + 1];
      lineBits = new int[width + 1];
      coincidences = new int[width + 1];
      wholes = new float[width + 1];
    }
  }

  /** Gives an array what has been gathered, if that is enough or the last. */
  void give(SynapseArray array, boolean last, long noiseKey, PulseTally tally) {
    if (count >= BATCH || last) {
      array.pulse(cells, columns, pulses, count, noiseKey, tally);
      count = 0;
    }
  }

  /**
   * Lists the columns that fire and whose delta has a sign.
   *
   * @param place where the list goes on
   * @return one past its end
   */
  int list(int place, int from, int to, int[] trains, float[] delta, int sign) {
    int end = place;
    for (int column = from; column < to; column++) {
      lines[end] = column;
      lineBits[end] = trains[column];
      end += trains[column] != 0 && sign * delta[column] > 0 ? 1 : 0;
    }
    return end;
  }

  /**
   * Gathers the cells of a row where its train and that of a listed column coincide.
   *
   * @param from first place in the list
   * @param to one past the last
   * @param start index of the row's first cell
   * @param sign of the pulses
   */
  void coincidences(int train, int from, int to, int start, int sign) {
    for (int i = from; i < to; i++) {
      coincidences[i] = Integer.bitCount(train & lineBits[i]);
    }
    int end = count;
    for (int i = from; i < to; i++) {
      columns[end] = i;
      end += -coincidences[i] >>> 31;
    }
    for (int hit = count; hit < end; hit++) {
      int i = columns[hit];
      columns[hit] = lines[i];
      cells[hit] = start + lines[i];
      pulses[hit] = sign * coincidences[i];
    }
    count = end;
  }

  /**
   * Gathers the cells of a row with ⌊|perDelta · δ| + φ⌋ pulses, signed, φ = (row phase + column
   * phase) mod 1.
   *
   * @param start index of the row's first cell
   */
  void counts(
      float[] delta,
      float[] columnPhases,
      float perDelta,
      float rowPhase,
      int from,
      int to,
      int start) {
    for (int column = from; column < to; column++) {
      float wanted = Math.abs(perDelta * delta[column]);
      float phase = rowPhase + columnPhases[column];
      // ⌊v⌋ as the nearest whole number to v − ½.
      float wrapped = phase - ((phase - 0.5f + ROUNDER) - ROUNDER);
      wholes[column - from] = (wanted + wrapped - 0.5f + ROUNDER) - ROUNDER;
    }
    int end = count;
    for (int column = from; column < to; column++) {
      columns[end] = column;
      end += wholes[column - from] > 0 ? 1 : 0;
    }
    for (int hit = count; hit < end; hit++) {
      int column = columns[hit];
      cells[hit] = start + column;
      float whole = Math.min(MOST_PULSES, wholes[column - from]);
      pulses[hit] = perDelta * delta[column] > 0 ? whole : -whole;
    }
    count = end;
  }
}
