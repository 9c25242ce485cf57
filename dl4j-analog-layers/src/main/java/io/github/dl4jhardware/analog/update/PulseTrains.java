package io.github.dl4jhardware.analog.update;

import io.github.dl4jhardware.analog.device.Draws;

/**
 * Pulse trains for the lines (rows or columns) of an array, one word of up to {@value #MOST_SLOTS}
 * slots a line; slot t is bit t.
 *
 * <p>Line i fires in |v_i| · scale of all slots on average. Nothing but its own value, its own
 * draws and the example's common shift decides which.
 */
final class PulseTrains {
  static final int MOST_SLOTS = 32;

  // How far the phases of all lines of a side move from example to example, as 32-bit fractions:
  // golden ratio, √2, √3, which are rationally independent, so that k, m and the first slot vary
  // as if drawn each by itself.
  private static final int FIRST_SLOT_WALK = 0x9E3779B9;
  private static final int ROW_ROUNDING_WALK = 0x6A09E667;
  private static final int COLUMN_ROUNDING_WALK = 0xBB67AE85;

  private final int[] bits;

  PulseTrains(int lines) {
    bits = new int[lines];
  }

  int[] bits() {
    return bits;
  }

  /**
   * Independent slots. Source: T. Gokmen, Y. Vlasov, Frontiers in Neuroscience 10, 333 (2016).
   *
   * @param slots length of the trains
   * @param key stream of the example's draws; one sub-stream a line
   */
  void random(float[] values, double scale, int slots, int from, int to, long key) {
    for (int line = from; line < to; line++) {
      float value = values[line];
      bits[line] =
          value == 0
              ? 0
              : Draws.bernoulliBits(Draws.subKey(key, line), slots, Math.abs(value) * scale);
    }
  }

  /**
   * Unary code: k slots in a row, from a slot of the line's own.
   *
   * @param slots length of the trains, a power of two
   * @param key stream of the chip's draws; one word a line
   * @param example walks the first slot and the rounding of k
   */
  void unary(float[] values, double scale, int slots, int from, int to, long key, long example) {
    for (int line = from; line < to; line++) {
      float value = values[line];
      long word = value == 0 ? 0 : Draws.word(key, line);
      int phase = (int) word + (int) example * ROW_ROUNDING_WALK;
      int k = value == 0 ? 0 : count(Math.abs(value) * scale * slots, slots, phase);
      int first = ((int) (word >>> 32) + (int) example * FIRST_SLOT_WALK) >>> unusedBits(slots);
      bits[line] = rotated(prefix(k), first, slots);
    }
  }

  /**
   * Bit-reversed order: the m slots whose bit-reversed number, turned by the line's own digital
   * shift, is least.
   *
   * @param slots length of the trains, a power of two
   * @param key stream of the chip's draws; one word a line
   * @param example walks the rounding of m
   */
  void reversed(float[] values, double scale, int slots, int from, int to, long key, long example) {
    for (int line = from; line < to; line++) {
      float value = values[line];
      long word = value == 0 ? 0 : Draws.word(key, line);
      int phase = (int) word + (int) example * COLUMN_ROUNDING_WALK;
      int m = value == 0 ? 0 : count(Math.abs(value) * scale * slots, slots, phase);
      bits[line] = reversedPrefix(m, (int) (word >>> 32) >>> unusedBits(slots), slots);
    }
  }

  /** ⌊wanted + phase⌋, the phase as a 32-bit fraction; at most all slots. */
  private static int count(double wanted, int slots, int phase) {
    return (int) Math.min(slots, wanted + (phase >>> 1) * 0x1p-31);
  }

  /** How many bits a slot's number leaves unused. */
  private static int unusedBits(int slots) {
    return Integer.numberOfLeadingZeros(slots) + 1;
  }

  /** The first k slots. */
  static int prefix(int k) {
    return k == 0 ? 0 : -1 >>> (32 - k);
  }

  /** The same slots, later by some, round the end. */
  static int rotated(int train, int by, int slots) {
    return by == 0 ? train : ((train << by) | (train >>> (slots - by))) & prefix(slots);
  }

  /** The m slots t of least (bit-reversed t) ⊕ turn. */
  static int reversedPrefix(int m, int turn, int slots) {
    int train = 0;
    for (int rank = 0; rank < m; rank++) {
      train |= 1 << (Integer.reverse(rank ^ turn) >>> unusedBits(slots));
    }
    return train;
  }
}
