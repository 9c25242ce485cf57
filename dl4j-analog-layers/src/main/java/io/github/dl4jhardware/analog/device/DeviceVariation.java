package io.github.dl4jhardware.analog.device;

/**
 * One device's own step and range, drawn once a chip as {@link StepVariation} tells: five draws, of
 * the stride's first five.
 */
record DeviceVariation(double up, double down, double high, double low, double reset) {
  /** Distance between the draws of two cells. */
  static final int STRIDE = 8;

  /** The draw of the leak's time constant. */
  static final int LEAK_DRAW = 5;

  /** The first of two draws of the slopes. */
  static final int SLOPE_DRAWS = 6;

  /**
   * Draws a device.
   *
   * @param spread how devices differ
   */
  static DeviceVariation of(
      StepVariation spread,
      double gShared,
      double step,
      double rangeUp,
      double rangeDown,
      int cell,
      long key) {
    long draw = (long) cell * STRIDE;
    double gain = 1 + spread.stepSpread() * Draws.normal(key, draw);
    double own = spread.asymmetrySpread() * Draws.normal(key, draw + 1);
    double mean = spread.asymmetry();
    double high = gShared + folded(rangeUp, spread.rangeUpSpread(), key, draw + 2);
    double low = gShared - folded(rangeDown, spread.rangeDownSpread(), key, draw + 3);
    double reset = gShared + spread.mismatchMicroSiemens() * Draws.normal(key, draw + 4);
    return new DeviceVariation(
        step * Math.abs(gain + own + Math.min(0, mean)),
        step * Math.abs(gain - own - Math.max(0, mean)),
        high,
        low,
        Math.max(low, Math.min(high, reset)));
  }

  /** A slope of a device: its absolute value, as a device's steps do not grow towards a bound. */
  static double slope(double mean, double spread, int cell, int which, long key) {
    return Math.abs(mean + spread * Draws.normal(key, (long) cell * STRIDE + SLOPE_DRAWS + which));
  }

  private static double folded(double mean, double spread, long key, long draw) {
    return mean * Math.abs(1 + spread * Draws.normal(key, draw));
  }
}
