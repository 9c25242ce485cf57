package io.github.dl4jhardware.analog.device;

import org.apache.commons.math3.special.Erf;

/**
 * A standard normal deviate from 32 random bits, by its quantile function: z = −√2 · erf⁻¹(1 − 2u).
 *
 * <p>Read from a table of 2,048 intervals with linear interpolation (quantile error below 6e−4,
 * variance error below 1e−5); the outer 0.4 % at each end are computed. Range ±6.2.
 */
public final class Gaussian {
  private static final int INDEX_BITS = 11;
  private static final int INTERVALS = 1 << INDEX_BITS;
  private static final int TAIL_INTERVALS = 8;
  private static final int FRACTION_BITS = 32 - INDEX_BITS;
  private static final float FRACTION = 1f / (1 << FRACTION_BITS);
  private static final float[] KNOTS = knots();

  private Gaussian() {}

  /**
   * The deviate that belongs to 32 uniform bits; increasing in them.
   *
   * @param bits 32 random bits, read as an unsigned number
   * @return a draw of N(0, 1)
   */
  public static float fromBits(int bits) {
    int interval = bits >>> FRACTION_BITS;
    if (interval - TAIL_INTERVALS < 0 || interval >= INTERVALS - TAIL_INTERVALS) {
      return (float) quantile((Integer.toUnsignedLong(bits) + 0.5) * 0x1p-32);
    }
    float low = KNOTS[interval];
    return low + (KNOTS[interval + 1] - low) * ((bits & ((1 << FRACTION_BITS) - 1)) * FRACTION);
  }

  /**
   * The quantile function of the standard normal distribution.
   *
   * @param p a probability in (0, 1)
   * @return z with Φ(z) = p
   */
  static double quantile(double p) {
    return p < 0.5
        ? -Math.sqrt(2) * Erf.erfInv(1 - 2 * p)
        : Math.sqrt(2) * Erf.erfInv(1 - 2 * (1 - p));
  }

  private static float[] knots() {
    float[] knots = new float[INTERVALS + 1];
    for (int i = 1; i < INTERVALS; i++) {
      knots[i] = (float) quantile((double) i / INTERVALS);
    }
    return knots;
  }
}
