package io.github.dl4jhardware.analog.device;

/** One device's own step and range, drawn once a chip: five draws, of the stride's first five. */
record DeviceVariation(double up, double down, double high, double low, double reset) {
  /** Distance between the draws of two cells; the sixth is the leak's. */
  static final int STRIDE = 7;

  static final int LEAK_DRAW = 5;

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
    double own = step * PulsedArray.spread(spread.stepSpread(), key, draw);
    double asymmetry = spread.asymmetry() + spread.asymmetrySpread() * Draws.normal(key, draw + 1);
    double high = gShared + rangeUp * PulsedArray.spread(spread.rangeSpread(), key, draw + 2);
    double lowEnd = gShared - rangeDown * PulsedArray.spread(spread.rangeSpread(), key, draw + 3);
    double low = Math.max(0, lowEnd);
    double reset = gShared + spread.mismatchMicroSiemens() * Draws.normal(key, draw + 4);
    return new DeviceVariation(
        own * Math.max(0, 1 + asymmetry),
        own * Math.max(0, 1 - asymmetry),
        high,
        low,
        Math.max(low, Math.min(high, reset)));
  }
}
