package io.github.dl4jhardware.analog.update;

import io.github.dl4jhardware.analog.device.Draws;

/**
 * Random pulse trains for the lines (rows or columns) of an array, one word of up to 31 slots a
 * line.
 *
 * <p>Line i fires with probability |v_i| · scale in each slot. Source: T. Gokmen, Y. Vlasov,
 * Frontiers in Neuroscience 10, 333 (2016).
 */
final class PulseTrains {
  private final int length;
  private final int[] bits;

  PulseTrains(int lines, int length) {
    this.length = length;
    bits = new int[lines];
  }

  void fill(float[] values, double scale, int from, int to, long key) {
    for (int line = from; line < to; line++) {
      float value = values[line];
      bits[line] =
          value == 0
              ? 0
              : Draws.bernoulliBits(Draws.subKey(key, line), length, Math.abs(value) * scale);
    }
  }

  int[] bits() {
    return bits;
  }
}
