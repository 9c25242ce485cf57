package io.github.dl4jhardware.analog.device;

/** The devices of {@link SoftBoundsDevice}. */
final class SoftBoundsArray extends PulsedArray {
  private final float[] conductance;
  private final float[] up;
  private final float[] down;
  private final float[] low;
  private final float[] high;
  private final float reference;

  SoftBoundsArray(SoftBoundsDevice law, int rows, int columns, long variationKey) {
    super(rows, columns, law.gSharedMicroSiemens(), law.variation().cycleNoise(), Leak.none());
    int cells = rows * columns;
    conductance = conductance();
    up = new float[cells];
    down = new float[cells];
    low = new float[cells];
    high = new float[cells];
    reference = (float) law.gSharedMicroSiemens();
    for (int cell = 0; cell < cells; cell++) {
      DeviceVariation own =
          DeviceVariation.of(
              law.variation(),
              law.gSharedMicroSiemens(),
              law.stepMicroSiemens(),
              law.rangeUpMicroSiemens(),
              law.rangeDownMicroSiemens(),
              cell,
              variationKey);
      up[cell] = (float) own.up();
      down[cell] = (float) own.down();
      high[cell] = (float) own.high();
      low[cell] = (float) own.low();
      resetTo(cell, own.reset());
    }
  }

  /** Within a thousandth of a bound. */
  @Override
  public boolean saturated(int cell) {
    float margin = 0.001f * (high[cell] - low[cell]);
    return conductance[cell] <= low[cell] + margin || conductance[cell] >= high[cell] - margin;
  }

  @Override
  void fire(int cell, float upPulses, float downPulses, float z) {
    float g = conductance[cell];
    float upRange = high[cell] - reference;
    float downRange = reference - low[cell];
    float longest = Math.max(upPulses, downPulses);
    if (longest > LONG_TRAIN) {
      conductance[cell] = fireLong(cell, upPulses, downPulses, longest, z);
      return;
    }
    for (float left = longest; left > 0; left--) {
      float part = Math.min(1, left) / longest;
      float upStep = upRange > 0 ? up[cell] * (high[cell] - g) / upRange : 0;
      float downStep = downRange > 0 ? down[cell] * (g - low[cell]) / downRange : 0;
      g += part * (upPulses * upStep - downPulses * downStep);
    }
    float variance = upPulses * up[cell] * up[cell] + downPulses * down[cell] * down[cell];
    g += cycleNoise() * (float) Math.sqrt(variance) * z;
    conductance[cell] = Math.max(low[cell], Math.min(high[cell], g));
  }

  /** Each pulse is a linear map of g, and so are many; their noise fades as the map contracts. */
  private float fireLong(int cell, float upPulses, float downPulses, float longest, float z) {
    double upRange = high[cell] - reference;
    double downRange = reference - low[cell];
    double toHigh = upRange > 0 ? upPulses / longest * up[cell] / upRange : 0;
    double toLow = downRange > 0 ? downPulses / longest * down[cell] / downRange : 0;
    double contraction = Math.min(1, toHigh + toLow);
    double settled =
        contraction == 0
            ? conductance[cell]
            : (toHigh * high[cell] + toLow * low[cell]) / (toHigh + toLow);
    double left = Math.pow(1 - contraction, longest);
    double perPulse =
        (upPulses * (double) up[cell] * up[cell] + downPulses * (double) down[cell] * down[cell])
            / longest;
    double factor = 1 - contraction;
    double pulses = contraction == 0 ? longest : (1 - left * left) / (1 - factor * factor);
    double g =
        settled
            + (conductance[cell] - settled) * left
            + cycleNoise() * Math.sqrt(perPulse * pulses) * z;
    return (float) Math.max(low[cell], Math.min(high[cell], g));
  }
}
