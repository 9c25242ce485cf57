package io.github.dl4jhardware.analog.device;

/**
 * The 3T1C capacitors of one array: each cell's own step, range, leak and mismatch, and its present
 * conductance.
 *
 * <p>The law is stated at {@link LinearStepCapacitor}. A train of n pulses is taken at the
 * conductance that it meets, to first order in n·step·γ/range (below 1 % of the train for the
 * published slope and 31 pulses). The leak is taken in blocks of {@link #LEAK_BLOCK_EXAMPLES}
 * examples, exactly for a cell that is left alone. Not safe for two threads on the same cell; any
 * two cells are independent.
 */
public final class CapacitorArray {
  /** Examples between two applications of the leak. */
  public static final int LEAK_BLOCK_EXAMPLES = 16;

  /** Distance between the draws of two cells; six of them are used. */
  private static final int DRAW_STRIDE = 7;

  private final float gShared;
  private final float slopePerMicroSiemens;
  private final float cycleNoise;
  private final float[] up;
  private final float[] down;
  private final float[] low;
  private final float[] high;
  private final float[] reset;
  private final float[] leakPerBlock;
  private final float rest;
  private final boolean leaks;
  private final float[] conductance;
  private float[] leakShare = new float[0];
  private long leakedBlocks = 1;
  private float[] normals = new float[0];

  CapacitorArray(LinearStepCapacitor law, int cells, long variationKey) {
    gShared = (float) law.gSharedMicroSiemens();
    slopePerMicroSiemens = (float) (law.slope() / law.rangeMicroSiemens());
    cycleNoise = (float) law.cycleNoise();
    rest = (float) (law.gSharedMicroSiemens() + law.restMicroSiemens());
    leaks = law.leakExamples() != Double.POSITIVE_INFINITY;
    up = new float[cells];
    down = new float[cells];
    low = new float[cells];
    high = new float[cells];
    reset = new float[cells];
    leakPerBlock = new float[cells];
    conductance = new float[cells];
    for (int cell = 0; cell < cells; cell++) {
      long draw = (long) cell * DRAW_STRIDE;
      double step = law.stepMicroSiemens() * spread(law.stepSpread(), variationKey, draw);
      double asymmetry = law.asymmetrySpread() * Draws.normal(variationKey, draw + 1);
      up[cell] = (float) (step * Math.max(0, 1 + asymmetry));
      down[cell] = (float) (step * Math.max(0, 1 - asymmetry));
      double range = law.rangeMicroSiemens();
      high[cell] =
          (float)
              (law.gSharedMicroSiemens()
                  + range * spread(law.rangeSpread(), variationKey, draw + 2));
      double lowEnd =
          law.gSharedMicroSiemens() - range * spread(law.rangeSpread(), variationKey, draw + 3);
      low[cell] = (float) Math.max(0, lowEnd);
      double mismatch = law.mismatchMicroSiemens() * Draws.normal(variationKey, draw + 4);
      reset[cell] =
          (float) Math.max(low[cell], Math.min(high[cell], law.gSharedMicroSiemens() + mismatch));
      if (leaks) {
        double examples = law.leakExamples() * spread(law.leakSpread(), variationKey, draw + 5);
        leakPerBlock[cell] =
            examples > 0 ? (float) -Math.expm1(-LEAK_BLOCK_EXAMPLES / examples) : 1;
      }
    }
    System.arraycopy(reset, 0, conductance, 0, cells);
  }

  private static double spread(double sigma, long key, long draw) {
    return Math.max(0, 1 + sigma * Draws.normal(key, draw));
  }

  /**
   * The cells' conductances.
   *
   * @return the live array, in µS
   */
  public float[] conductance() {
    return conductance;
  }

  /**
   * The conductance a cell has after re-initialisation.
   *
   * @param cell its index
   * @return g in µS, the reference plus the cell's mismatch
   */
  public float resetMicroSiemens(int cell) {
    return reset[cell];
  }

  /**
   * Re-initialises a cell.
   *
   * @param cell its index
   */
  public void reset(int cell) {
    conductance[cell] = reset[cell];
  }

  /**
   * Fires one train of pulses.
   *
   * @param cell its index
   * @param pulses number of pulses, positive up, negative down; may be fractional
   * @param noiseKey stream of the cycle-to-cycle noise; word {@code cell} is used
   */
  public void pulse(int cell, float pulses, long noiseKey) {
    float g = conductance[cell];
    float u = slopePerMicroSiemens * (g - gShared);
    float step = pulses > 0 ? up[cell] * (1 - u) : down[cell] * (1 + u);
    float change = pulses * step;
    if (cycleNoise != 0) {
      float spread = cycleNoise * step * (float) Math.sqrt(Math.abs(pulses));
      change += spread * Draws.normal(noiseKey, cell);
    }
    conductance[cell] = Math.max(low[cell], Math.min(high[cell], g + change));
  }

  /**
   * Fires up and down pulses, interleaved, at a range of cells.
   *
   * @param from first cell
   * @param to one past the last cell
   * @param upPulses number of up pulses of every cell of the array, at least 0
   * @param downPulses number of down pulses of every cell of the array, at least 0
   * @param noiseKey stream of the cycle-to-cycle noise, addressed by the cell
   */
  public void pulse(int from, int to, float[] upPulses, float[] downPulses, long noiseKey) {
    int length = to - from;
    if (normals.length < length) {
      normals = new float[length];
    }
    boolean noisy = cycleNoise != 0;
    if (noisy) {
      Draws.normals(noiseKey, from, to, normals);
    }
    // Plain arithmetic, which the compiler turns into vector instructions; the bounds stay in a
    // loop of their own.
    for (int cell = from; cell < to; cell++) {
      float g = conductance[cell];
      float u = slopePerMicroSiemens * (g - gShared);
      float upStep = up[cell] * (1 - u);
      float downStep = down[cell] * (1 + u);
      float upChange = upPulses[cell] * upStep;
      float downChange = downPulses[cell] * downStep;
      float spread = cycleNoise * (float) Math.sqrt(upChange * upStep + downChange * downStep);
      conductance[cell] = g + (upChange - downChange) + spread * normals[cell - from];
    }
    for (int cell = from; cell < to; cell++) {
      float g = conductance[cell];
      g = g < low[cell] ? low[cell] : g;
      conductance[cell] = g > high[cell] ? high[cell] : g;
    }
  }

  /**
   * Lets cells leak.
   *
   * @param from first cell
   * @param to one past the last cell
   * @param blocks how many blocks of {@link #LEAK_BLOCK_EXAMPLES} examples have passed
   */
  public void leak(int from, int to, long blocks) {
    if (!leaks) {
      return;
    }
    float[] share = leakOver(blocks);
    for (int cell = from; cell < to; cell++) {
      conductance[cell] += (rest - conductance[cell]) * share[cell];
    }
  }

  /**
   * The part of its distance that each cell leaks; kept, as the number of blocks seldom changes.
   */
  private synchronized float[] leakOver(long blocks) {
    if (blocks == 1) {
      return leakPerBlock;
    }
    if (blocks != leakedBlocks) {
      float[] share = new float[leakPerBlock.length];
      for (int cell = 0; cell < share.length; cell++) {
        share[cell] = (float) -Math.expm1((double) blocks * Math.log1p(-leakPerBlock[cell]));
      }
      leakShare = share;
      leakedBlocks = blocks;
    }
    return leakShare;
  }
}
