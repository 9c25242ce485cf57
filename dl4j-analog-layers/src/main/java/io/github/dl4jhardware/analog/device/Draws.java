package io.github.dl4jhardware.analog.device;

/**
 * Random words by address instead of by order: the same (chip seed, layer, purpose, index) gives
 * the same stream, on any number of threads and after any restart.
 *
 * <p>A stream is SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom
 * number generators", OOPSLA 2014) started at a key that is itself mixed from the address; its n-th
 * word is computed directly.
 */
public final class Draws {
  /** Is added to a layer's index for the second array of a layer that goes both ways. */
  public static final int SECOND_ARRAY = 1 << 20;

  /** Fixed per-device variation of a chip. */
  public static final int VARIATION = 1;

  /** Cycle-to-cycle noise of pulses; index: the example. */
  public static final int CYCLE_NOISE = 2;

  /** Pulse trains of the rows; index: the example. */
  public static final int ROW_PULSES = 3;

  /** Pulse trains of the columns; index: the example. */
  public static final int COLUMN_PULSES = 4;

  /** Weight transfer; index: the transfer. */
  public static final int TRANSFER = 5;

  /** Programming a weight that was set from outside; index: the step. */
  public static final int PROGRAM = 6;

  /** Pulses that follow a digital updater; index: the step. */
  public static final int FOLLOW = 7;

  /** Forward reads in training; index: the example. */
  public static final int FORWARD_READ = 8;

  /** Backward reads; index: the example. */
  public static final int BACKWARD_READ = 9;

  /** Reads outside training; index: the example's place in its batch. */
  public static final int INFERENCE_READ = 10;

  /** Noise injected into weights that are trained digitally; index: the step. */
  public static final int INJECTED_NOISE = 11;

  /** Reads of a programmed array after a time; index: the read. */
  public static final int LATER_READ = 12;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long ODD = 0xD1B54A32D192ED03L;

  private Draws() {}

  /**
   * The key of a stream.
   *
   * @param seed the chip's seed
   * @param layer the layer's index in its network
   * @param purpose one of this class's constants
   * @param index example, step or transfer, as the purpose says
   * @return the key, to be passed to {@link #word}
   */
  public static long key(long seed, long layer, int purpose, long index) {
    long key = mix(seed + GOLDEN);
    key = subKey(key, layer);
    key = subKey(key, purpose);
    return subKey(key, index);
  }

  /**
   * A stream below a stream, for draws that need several words an element.
   *
   * @param key a stream's key
   * @param index which sub-stream
   * @return the sub-stream's key
   */
  public static long subKey(long key, long index) {
    // Not symmetric in the two, or equal numbers in two places of an address would cancel.
    return mix(Long.rotateLeft(key, 23) * ODD + mix(index + GOLDEN));
  }

  /**
   * One word of a stream.
   *
   * @param key the stream
   * @param index which word, often the cell's index
   * @return 64 random bits
   */
  public static long word(long key, long index) {
    return mix(key + (index + 1) * GOLDEN);
  }

  /**
   * A standard normal deviate; two share a word.
   *
   * @param key the stream
   * @param index which deviate
   * @return one draw of N(0, 1)
   */
  public static float normal(long key, long index) {
    return Gaussian.fromBits((int) (word(key, index >>> 1) >>> ((index & 1) << 5)));
  }

  /**
   * The deviates of a range, as {@link #normal} gives them one by one.
   *
   * @param key the stream
   * @param from index of the first
   * @param to one past the index of the last
   * @param target takes them, from place 0 on
   */
  static void normals(long key, int from, int to, float[] target) {
    int index = from;
    if ((index & 1) != 0 && index < to) {
      target[0] = normal(key, index++);
    }
    for (; index + 1 < to; index += 2) {
      long word = word(key, index >>> 1);
      target[index - from] = Gaussian.fromBits((int) word);
      target[index + 1 - from] = Gaussian.fromBits((int) (word >>> 32));
    }
    if (index < to) {
      target[index - from] = normal(key, index);
    }
  }

  /**
   * Independent Bernoulli bits, by comparing binary expansions of uniform numbers with that of p
   * from the top until every bit is decided: about six words' halves for 31 bits, and no rounding
   * of p above 2<sup>−53</sup>.
   *
   * @param key the stream, which no other call should share
   * @param length number of bits, 1…32
   * @param p probability of a one, in [0, 1]
   * @return the bits, the lowest {@code length} of an int
   */
  public static int bernoulliBits(long key, int length, double p) {
    int undecided = length == 32 ? -1 : (1 << length) - 1;
    if (p <= 0) {
      return 0;
    }
    if (p >= 1) {
      return undecided;
    }
    int ones = 0;
    double rest = p;
    long word = 0;
    for (int round = 0; undecided != 0 && rest > 0; round++) {
      word = (round & 1) == 0 ? word(key, round >>> 1) : word >>> 32;
      int random = (int) word;
      rest *= 2;
      if (rest >= 1) {
        rest -= 1;
        ones |= undecided & ~random;
        undecided &= random;
      } else {
        undecided &= ~random;
      }
    }
    return ones;
  }

  private static long mix(long z) {
    long y = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    y = (y ^ (y >>> 27)) * 0x94D049BB133111EBL;
    return y ^ (y >>> 31);
  }
}
