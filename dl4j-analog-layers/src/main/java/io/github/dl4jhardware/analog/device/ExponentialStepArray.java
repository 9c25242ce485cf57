package io.github.dl4jhardware.analog.device;

/** The devices of {@link ExponentialStepDevice}. */
final class ExponentialStepArray extends PulsedArray {
  private final ExponentialStepDevice law;
  private final float[] conductance;
  private final float[] up;
  private final float[] down;
  private final float[] low;
  private final float[] high;
  private final double reference;

  ExponentialStepArray(ExponentialStepDevice law, int rows, int columns, long variationKey) {
    super(rows, columns, law.gSharedMicroSiemens(), law.variation().cycleNoise(), Leak.none());
    this.law = law;
    int cells = rows * columns;
    conductance = conductance();
    up = new float[cells];
    down = new float[cells];
    low = new float[cells];
    high = new float[cells];
    reference = law.gSharedMicroSiemens();
    for (int cell = 0; cell < cells; cell++) {
      DeviceVariation own =
          DeviceVariation.of(
              law.variation(),
              law.gSharedMicroSiemens(),
              law.unitStepMicroSiemens(),
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

  @Override
  public boolean saturated(int cell) {
    return conductance[cell] <= low[cell] || conductance[cell] >= high[cell];
  }

  @Override
  void fire(int cell, float upPulses, float downPulses, float z) {
    double g = conductance[cell];
    double range = high[cell] - low[cell];
    double perMicroSiemens = 2.0 / range;
    double variance = 0;
    float longest = Math.max(upPulses, downPulses);
    float taken = 1;
    for (float left = longest; left > 0; left -= taken) {
      double u = (g - reference) * perMicroSiemens;
      double upStep = upPulses > 0 ? up[cell] * law.stepUp(u) : 0;
      double downStep = downPulses > 0 ? down[cell] * law.stepDown(u) : 0;
      if (longest > LONG_TRAIN) {
        double both = (upPulses * Math.abs(upStep) + downPulses * Math.abs(downStep)) / longest;
        taken = part(left, 1, both, range);
      }
      float part = Math.min(taken, left) / longest;
      double change = part * (upPulses * upStep - downPulses * downStep);
      variance += part * (upPulses * upStep * upStep + downPulses * downStep * downStep);
      double before = g;
      g = Math.max(low[cell], Math.min(high[cell], g + change));
      if (longest > LONG_TRAIN && atRest(g - before, range)) {
        break;
      }
    }
    g += cycleNoise() * Math.sqrt(variance) * z;
    conductance[cell] = (float) Math.max(low[cell], Math.min(high[cell], g));
  }
}
