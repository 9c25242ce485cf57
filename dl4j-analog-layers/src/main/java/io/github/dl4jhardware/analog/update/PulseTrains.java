package io.github.dl4jhardware.analog.update;

import io.github.dl4jhardware.analog.device.Draws;

/**
 * Pulse trains for the lines (rows or columns) of an array, one word of up to {@value #MOST_SLOTS}
 * slots a line; slot t is bit t.
 *
 * <p>Line i fires in |v_i| · scale of all slots on average. Nothing but its own value and its own
 * draws decides which.
 */
final class PulseTrains {
  static final int MOST_SLOTS = 32;

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
   * Unary code: k slots in a row, from a slot that is drawn for the line. k is rounded up or down
   * at random, so that its mean is right.
   *
   * @param slots length of the trains, a power of two
   * @param key stream of the example's draws; one word a line
   */
  void unary(float[] values, double scale, int slots, int from, int to, long key) {
    for (int line = from; line < to; line++) {
      double wanted = Math.abs(values[line]) * scale * slots;
      long word = Draws.word(key, line);
      int k = count(wanted, slots, (int) word);
      bits[line] = rotated(prefix(k), (int) (word >>> 32) >>> unusedBits(slots), slots);
    }
  }

  /**
   * Bit-reversed order: the m slots whose bit-reversed number, turned by a digital shift that is
   * drawn for the line, is least. m is rounded up or down at random.
   *
   * @param slots length of the trains, a power of two
   * @param key stream of the example's draws; one word a line
   */
  void reversed(float[] values, double scale, int slots, int from, int to, long key) {
    for (int line = from; line < to; line++) {
      double wanted = Math.abs(values[line]) * scale * slots;
      long word = Draws.word(key, line);
      int m = count(wanted, slots, (int) word);
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
