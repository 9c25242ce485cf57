package io.github.dl4jhardware.analog.device;

/** The devices of {@link LinearStepDevice}. */
final class LinearStepArray extends PulsedArray {
  private final float[] gShared;
  private final float slopeUp;
  private final float slopeDown;
  private final float rest;
  private final float[] up;
  private final float[] down;
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
    double halfRange = (law.rangeUpMicroSiemens() + law.rangeDownMicroSiemens()) / 2;
    slopeUp = (float) (law.slopeUp() / halfRange);
    slopeDown = (float) (law.slopeDown() / halfRange);
    rest = (float) (law.gSharedMicroSiemens() + law.restMicroSiemens());
    int cells = rows * columns;
    gShared = gShared();
    conductance = conductance();
    up = new float[cells];
    down = new float[cells];
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
    float g = conductance[cell];
    float distance = g - gShared[0];
    float upStep = up[cell] * (1 - slopeUp * distance);
    float downStep = down[cell] * (1 + slopeDown * distance);
    float upChange = upPulses * upStep;
    float downChange = downPulses * downStep;
    float noise = cycleNoise() * (float) Math.sqrt(upChange * upStep + downChange * downStep) * z;
    g += (upChange - downChange) + noise;
    conductance[cell] = Math.max(low[cell], Math.min(high[cell], g));
  }

  @Override
  public void pulse(int start, int[] columns, float[] pulses, int count, int sign, long noiseKey) {
    float noise = cycleNoise();
    float reference = gShared[0];
    for (int i = 0; i < count; i++) {
      int cell = start + columns[i];
      float g = conductance[cell];
      float n = sign * pulses[i];
      float distance = g - reference;
      float step =
          n > 0 ? up[cell] * (1 - slopeUp * distance) : down[cell] * (1 + slopeDown * distance);
      float change = n * step;
      if (noise != 0) {
        change += noise * step * (float) Math.sqrt(Math.abs(n)) * Draws.normal(noiseKey, cell);
      }
      conductance[cell] = Math.max(low[cell], Math.min(high[cell], g + change));
    }
  }

  @Override
  public void pulse(int from, int to, float[] upPulses, float[] downPulses, long noiseKey) {
    int length = to - from;
    if (normals.length < length) {
      normals = new float[length];
    }
    float noise = cycleNoise();
    float reference = gShared[0];
    if (noise != 0) {
      Draws.normals(noiseKey, from, to, normals);
    }
    // Plain arithmetic, which the compiler turns into vector instructions; the bounds stay in a
    // loop of their own.
    for (int cell = from; cell < to; cell++) {
      float g = conductance[cell];
      float distance = g - reference;
      float upStep = up[cell] * (1 - slopeUp * distance);
      float downStep = down[cell] * (1 + slopeDown * distance);
      float upChange = upPulses[cell] * upStep;
      float downChange = downPulses[cell] * downStep;
      float spread = noise * (float) Math.sqrt(upChange * upStep + downChange * downStep);
      conductance[cell] = g + (upChange - downChange) + spread * normals[cell - from];
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
