package io.github.dl4jhardware.analog.device;

/**
 * The law of {@link VoltageCapacitor} for one cell, and working arrays of one thread with the loops
 * over them: of one index and few operations each, since the compiler leaves a larger body, or one
 * with two indices, out of the vector units. They compute what {@link VoltageArray#fire(int, float,
 * float, float)} does for short trains.
 */
final class VoltageWork {
  /** The arrays of so many cells stay in the first cache. */
  static final int CELLS = 512;

  final float[] volts = new float[CELLS];
  final float[] upPulses = new float[CELLS];
  final float[] downPulses = new float[CELLS];
  final float[] normals = new float[CELLS];
  private final float[] inverse = new float[CELLS];
  private final float[] full = new float[CELLS];
  private final float[] upSteps = new float[CELLS];
  private final float[] downSteps = new float[CELLS];
  private final int[] longCells = new int[CELLS];
  private final float[] longVolts = new float[CELLS];
  private int longTrains;

  void begin() {
    longTrains = 0;
  }

  void longTrain(int cell, float reached) {
    longCells[longTrains] = cell;
    longVolts[longTrains++] = reached;
  }

  void putLongTrains() {
    for (int i = 0; i < longTrains; i++) {
      volts[longCells[i]] = longVolts[i];
    }
  }

  /** Up and down pulses of a part of a row. */
  void pulses(float[] factors, int first, int count, float scale) {
    System.arraycopy(factors, first, upPulses, 0, count);
    scale(upPulses, downPulses, scale, count);
  }

  private static void scale(float[] up, float[] down, float scale, int count) {
    for (int i = 0; i < count; i++) {
      float pulses = scale * up[i];
      up[i] = Math.max(0, pulses);
      down[i] = Math.max(0, -pulses);
    }
  }

  void upSteps(
      float[] inverseOverdrive,
      float[] fullStep,
      int first,
      int count,
      float toSupply,
      float lambda) {
    own(inverseOverdrive, fullStep, first, count);
    upSteps(volts, inverse, full, toSupply, lambda, upSteps, count);
  }

  void downSteps(
      float[] inverseOverdrive, float[] fullStep, int first, int count, float rest, float lambda) {
    own(inverseOverdrive, fullStep, first, count);
    downSteps(volts, inverse, full, rest, lambda, downSteps, count);
  }

  private void own(float[] inverseOverdrive, float[] fullStep, int first, int count) {
    System.arraycopy(inverseOverdrive, first, inverse, 0, count);
    System.arraycopy(fullStep, first, full, 0, count);
  }

  private static void upSteps(
      float[] aboveRest,
      float[] inverse,
      float[] full,
      float toSupply,
      float lambda,
      float[] steps,
      int count) {
    for (int i = 0; i < count; i++) {
      steps[i] = step(toSupply - aboveRest[i], inverse[i], full[i], lambda);
    }
  }

  private static void downSteps(
      float[] aboveRest,
      float[] inverse,
      float[] full,
      float rest,
      float lambda,
      float[] steps,
      int count) {
    for (int i = 0; i < count; i++) {
      steps[i] = step(aboveRest[i] + rest, inverse[i], full[i], lambda);
    }
  }

  /**
   * ΔV of a pulse, as {@link ChargeTransistor} has it.
   *
   * @param drainSource V_DS, in V
   * @param inverse of the overdrive
   * @param full the step at V_DD without λ
   */
  static float step(float drainSource, float inverse, float full, float lambda) {
    float x = Math.min(1, drainSource * inverse);
    return full * x * (2 - x) * (1 + lambda * drainSource);
  }

  /** g(V_C), as {@link ReadTransistor} has it. */
  static float microSiemens(float overThreshold, float beta, float theta) {
    float overdrive = Math.max(0, overThreshold);
    return beta * overdrive / (1 + theta * overdrive);
  }

  /** g(V_C) of a range of cells. */
  static void conductances(
      float[] aboveRest,
      float[] thresholds,
      float rest,
      float beta,
      float theta,
      float[] target,
      int from,
      int to) {
    for (int cell = from; cell < to; cell++) {
      target[cell] = microSiemens(aboveRest[cell] + rest - thresholds[cell], beta, theta);
    }
  }

  void addNoiseAtOnce(float noise, int count) {
    addAtOnce(volts, upPulses, downPulses, upSteps, downSteps, normals, noise, count);
  }

  void addNoiseLast(float noise, int count) {
    addLast(volts, upPulses, downPulses, upSteps, downSteps, normals, noise, count);
  }

  private static void addAtOnce(
      float[] volts,
      float[] upPulses,
      float[] downPulses,
      float[] upSteps,
      float[] downSteps,
      float[] normals,
      float noise,
      int count) {
    for (int i = 0; i < count; i++) {
      float up = upPulses[i] * upSteps[i];
      float down = downPulses[i] * downSteps[i];
      float variance = up * upSteps[i] + down * downSteps[i];
      volts[i] += (up - down) + noise * (float) Math.sqrt(variance) * normals[i];
    }
  }

  /** The same in the order of additions that keeps recorded runs of rows bit for bit alike. */
  private static void addLast(
      float[] volts,
      float[] upPulses,
      float[] downPulses,
      float[] upSteps,
      float[] downSteps,
      float[] normals,
      float noise,
      int count) {
    for (int i = 0; i < count; i++) {
      float up = upPulses[i] * upSteps[i];
      float down = downPulses[i] * downSteps[i];
      float variance = up * upSteps[i] + down * downSteps[i];
      volts[i] = (volts[i] + (up - down)) + noise * (float) Math.sqrt(variance) * normals[i];
    }
  }

  void clip(float least, float most, int count) {
    clip(volts, least, most, count);
  }

  private static void clip(float[] values, float least, float most, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Math.max(least, Math.min(most, values[i]));
    }
  }
}
