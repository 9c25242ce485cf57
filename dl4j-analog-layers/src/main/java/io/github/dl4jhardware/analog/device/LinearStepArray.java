package io.github.dl4jhardware.analog.device;

/** The devices of {@link LinearStepDevice}. */
final class LinearStepArray extends PulsedArray {
  private final boolean additive;
  private final float reference;
  private final float rest;
  private final float[] up;
  private final float[] down;

  /** What an up step loses, and a down step gains, in each µS above the reference. */
  private final float[] upSlope;

  private final float[] downSlope;
  private final float[] low;
  private final float[] high;
  private final float[] conductance;
  private float[] normals = new float[0];

  LinearStepArray(LinearStepDevice law, int rows, int columns, long variationKey) {
    super(
        rows,
        columns,
        law.gSharedMicroSiemens(),
        law.variation().cycleNoise(),
        Leak.of(
            law.leakExamples(),
            law.leakSpread(),
            rows * columns,
            variationKey,
            DeviceVariation.STRIDE,
            DeviceVariation.LEAK_DRAW));
    additive = law.additiveNoise();
    reference = (float) law.gSharedMicroSiemens();
    rest = (float) (law.gSharedMicroSiemens() + law.restMicroSiemens());
    int cells = rows * columns;
    conductance = conductance();
    up = new float[cells];
    down = new float[cells];
    upSlope = new float[cells];
    downSlope = new float[cells];
    low = new float[cells];
    high = new float[cells];
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
      double slopeUp =
          DeviceVariation.slope(law.slopeUp(), law.slopeSpread(), cell, 0, variationKey);
      double slopeDown =
          DeviceVariation.slope(law.slopeDown(), law.slopeSpread(), cell, 1, variationKey);
      upSlope[cell] = (float) (own.up() * slopeUp / law.rangeUpMicroSiemens());
      downSlope[cell] = (float) (own.down() * slopeDown / law.rangeDownMicroSiemens());
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
    float distance = conductance[cell] - reference;
    float upStep = up[cell] - upSlope[cell] * distance;
    float downStep = down[cell] + downSlope[cell] * distance;
    float upUnit = additive ? up[cell] : upStep;
    float downUnit = additive ? down[cell] : downStep;
    float variance = upPulses * upUnit * upUnit + downPulses * downUnit * downUnit;
    float change = upPulses * upStep - downPulses * downStep;
    float g = conductance[cell] + change + cycleNoise() * (float) Math.sqrt(variance) * z;
    conductance[cell] = Math.max(low[cell], Math.min(high[cell], g));
  }

  @Override
  public void pulse(int[] cells, float[] pulses, int count, int sign, long noiseKey) {
    float noise = cycleNoise();
    for (int i = 0; i < count; i++) {
      int cell = cells[i];
      float g = conductance[cell];
      float n = Math.max(-MOST_PULSES, Math.min(MOST_PULSES, sign * pulses[i]));
      float distance = g - reference;
      float atReference = n > 0 ? up[cell] : down[cell];
      float step = atReference - (n > 0 ? upSlope[cell] * distance : -downSlope[cell] * distance);
      g += n * step;
      if (noise != 0) {
        float unit = additive ? atReference : step;
        g += noise * (float) Math.sqrt(Math.abs(n) * unit * unit) * Draws.normal(noiseKey, cell);
      }
      conductance[cell] = Math.max(low[cell], Math.min(high[cell], g));
    }
  }

  @Override
  public void pulse(int from, int to, float[] upPulses, float[] downPulses, long noiseKey) {
    int length = to - from;
    if (normals.length < length) {
      normals = new float[length];
    }
    float noise = cycleNoise();
    if (noise != 0) {
      Draws.normals(noiseKey, from, to, normals);
    }
    // Plain arithmetic, which the compiler turns into vector instructions; the bounds stay in a
    // loop of their own.
    for (int cell = from; cell < to; cell++) {
      float g = conductance[cell];
      float distance = g - reference;
      float upStep = up[cell] - upSlope[cell] * distance;
      float downStep = down[cell] + downSlope[cell] * distance;
      float upUnit = additive ? up[cell] : upStep;
      float downUnit = additive ? down[cell] : downStep;
      float variance = upPulses[cell] * upUnit * upUnit + downPulses[cell] * downUnit * downUnit;
      float change = upPulses[cell] * upStep - downPulses[cell] * downStep;
      conductance[cell] = g + change + noise * (float) Math.sqrt(variance) * normals[cell - from];
    }
    for (int cell = from; cell < to; cell++) {
      float g = conductance[cell];
      g = g < low[cell] ? low[cell] : g;
      conductance[cell] = g > high[cell] ? high[cell] : g;
    }
  }

  @Override
  public void leak(int from, int to, long blocks) {
    if (leakBlockExamples() == 0) {
      return;
    }
    float[] lost = leak().lost(blocks);
    for (int cell = from; cell < to; cell++) {
      conductance[cell] += (rest - conductance[cell]) * lost[cell];
    }
  }
}
