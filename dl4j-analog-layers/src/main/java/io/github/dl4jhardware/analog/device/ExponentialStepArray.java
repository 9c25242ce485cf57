package io.github.dl4jhardware.analog.device;

/** The devices of {@link ExponentialStepDevice}. */
final class ExponentialStepArray extends PulsedArray {
  private final ExponentialStepDevice law;
  private final float[] conductance;
  private final float[] up;
  private final float[] down;
  private final float[] low;
  private final float[] high;
  private final float noisePerPulse;
  private final double reference;
  private final double perMicroSiemens;

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
    perMicroSiemens = 2 / (law.rangeUpMicroSiemens() + law.rangeDownMicroSiemens());
    noisePerPulse = (float) (law.variation().cycleNoise() * law.unitStepMicroSiemens());
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
    float longest = Math.max(upPulses, downPulses);
    for (float left = longest; left > 0; left--) {
      float part = Math.min(1, left) / longest;
      double u = (g - reference) * perMicroSiemens;
      double change = 0;
      if (upPulses > 0) {
        change += part * upPulses * up[cell] * law.stepUp(u);
      }
      if (downPulses > 0) {
        change -= part * downPulses * down[cell] * law.stepDown(u);
      }
      g = Math.max(low[cell], Math.min(high[cell], g + change));
    }
    g += noisePerPulse * Math.sqrt(upPulses + downPulses) * z;
    conductance[cell] = (float) Math.max(low[cell], Math.min(high[cell], g));
  }
}
