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
    double perMicroSiemens = 2.0 / (high[cell] - low[cell]);
    double variance = 0;
    float longest = Math.max(upPulses, downPulses);
    for (float left = longest; left > 0; left--) {
      float part = Math.min(1, left) / longest;
      double u = (g - reference) * perMicroSiemens;
      double change = 0;
      if (upPulses > 0) {
        double step = up[cell] * law.stepUp(u);
        change += part * upPulses * step;
        variance += part * upPulses * step * step;
      }
      if (downPulses > 0) {
        double step = down[cell] * law.stepDown(u);
        change -= part * downPulses * step;
        variance += part * downPulses * step * step;
      }
      g = Math.max(low[cell], Math.min(high[cell], g + change));
    }
    g += cycleNoise() * Math.sqrt(variance) * z;
    conductance[cell] = (float) Math.max(low[cell], Math.min(high[cell], g));
  }
}
