package io.github.dl4jhardware.analog.edge;

/**
 * A converter of n bits and a bound b: clips to ±b and rounds to 2ⁿ − 1 equal levels, ŷ = (b / L) ·
 * rint(y · L / b) with L = 2ⁿ⁻¹ − 1. Without bits it clips alone.
 */
final class Converter {
  private final boolean rounds;
  private final double bound;
  private final double most;
  private final double perUnit;
  private final double level;

  /**
   * A converter.
   *
   * @param bits 0 for no rounding
   * @param bound infinity for no clipping
   */
  Converter(int bits, double bound) {
    rounds = bits != 0;
    this.bound = bound;
    most = rounds ? (1 << (bits - 1)) - 1 : 0;
    perUnit = most / bound;
    level = rounds ? bound / most : 0;
  }

  /** What comes out. NaN stays. */
  float convert(float value) {
    if (!rounds) {
      return value > bound ? (float) bound : value < -bound ? (float) -bound : value;
    }
    double levels = Math.rint(value * perUnit);
    // Branches, which are nearly always taken alike, cost less than Math.min and Math.max.
    if (levels > most) {
      levels = most;
    } else if (levels < -most) {
      levels = -most;
    }
    return (float) (level * levels);
  }
}
