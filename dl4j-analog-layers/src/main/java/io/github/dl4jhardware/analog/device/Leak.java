package io.github.dl4jhardware.analog.device;

/**
 * Exponential relaxation of each cell towards a rest: what is left of its distance after a time t
 * is e<sup>−t/τ</sup>, with a time constant τ of its own.
 *
 * <p>τ = mean · (1 + spread · z), z of N(0, 1), one draw a cell once a chip; a τ that would not be
 * positive is an instant leak. Time passes in blocks, short against τ and yet long enough for
 * single precision to resolve what one block takes away: the power of two next to mean / 16,384,
 * within 16…1,024 examples. Source: first-order discharge; the spread as in Y. Li et al., VLSI 2018
 * (fit).
 */
final class Leak {
  private static final double BLOCKS_PER_TIME_CONSTANT = 16_384;
  private static final int SHORTEST_BLOCK = 16;
  private static final int LONGEST_BLOCK = 1024;

  private final int blockExamples;
  private final TimeConstants timeConstants;
  private final float[] oneBlock;
  private float[] manyBlocks = new float[0];
  private long many = 1;

  private Leak(int blockExamples, TimeConstants timeConstants) {
    this.blockExamples = blockExamples;
    this.timeConstants = timeConstants;
    oneBlock = factors(1);
  }

  /**
   * Time constants of the cells in training examples. They are drawn anew when factors are
   * computed, which is seldom, instead of being kept as a double for each cell.
   */
  private record TimeConstants(
      double mean, double spread, int cells, long variationKey, int stride, int draw) {
    double of(int cell) {
      return mean * PulsedArray.spread(spread, variationKey, (long) cell * stride + draw);
    }
  }

  /** Cells that keep what they have. */
  static Leak none() {
    return new Leak(0, new TimeConstants(1, 0, 0, 0, 1, 0));
  }

  /**
   * The leak of an array.
   *
   * @param examples mean time constant in training examples; infinity is no leak
   * @param spread relative device-to-device spread of the time constant
   * @param draw index of a cell's draw in its stride
   */
  static Leak of(
      double examples, double spread, int cells, long variationKey, int stride, int draw) {
    if (examples == Double.POSITIVE_INFINITY) {
      return none();
    }
    double nearest =
        Math.pow(2, Math.rint(Math.log(examples / BLOCKS_PER_TIME_CONSTANT) / Math.log(2)));
    return new Leak(
        (int) Math.max(SHORTEST_BLOCK, Math.min(LONGEST_BLOCK, nearest)),
        new TimeConstants(examples, spread, cells, variationKey, stride, draw));
  }

  /** Examples in a block; 0 for no leak. */
  int blockExamples() {
    return blockExamples;
  }

  /**
   * The part of its distance that each cell loses in a number of blocks, which single precision
   * holds better than the part that is left; kept, as the number seldom changes.
   */
  synchronized float[] lost(long blocks) {
    if (blocks == 1) {
      return oneBlock;
    }
    if (blocks != many) {
      manyBlocks = factors(blocks);
      many = blocks;
    }
    return manyBlocks;
  }

  private float[] factors(long blocks) {
    float[] factors = new float[timeConstants.cells];
    for (int cell = 0; cell < factors.length; cell++) {
      double examples = (double) blocks * blockExamples;
      factors[cell] = (float) -Math.expm1(-examples / timeConstants.of(cell));
    }
    return factors;
  }
}
