package io.github.dl4jhardware.analog.device;

import java.util.Arrays;

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
  private final float[] shares = new float[CELLS];
  private final float[] left = new float[CELLS];
  private final float[] parts = new float[CELLS];
  private final float[] variances = new float[CELLS];
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

  /** Trains are taken in parts of so many pulses; a share is a part as a part of the train. */
  void beginParts(float atOnce, int count) {
    for (int i = 0; i < count; i++) {
      shares[i] = Math.min(1, atOnce / (upPulses[i] + downPulses[i]));
    }
    Arrays.fill(left, 0, count, 1);
    Arrays.fill(variances, 0, count, 0);
  }

  /** Takes the next part of every train, nothing of those that are over; false if all are. */
  boolean nextParts(int count) {
    boolean some = false;
    for (int i = 0; i < count; i++) {
      some |= left[i] > 0;
    }
    takeParts(left, shares, parts, count);
    return some;
  }

  private static void takeParts(float[] left, float[] shares, float[] parts, int count) {
    for (int i = 0; i < count; i++) {
      parts[i] = Math.max(0, Math.min(left[i], shares[i]));
      left[i] -= shares[i];
    }
  }

  /** Moves the voltages by the parts that were taken, within the rails. */
  void addParts(float least, float most, int count) {
    // The changes stand where the numbers of the parts are no longer asked for.
    changes(parts, upPulses, upSteps, inverse, count);
    changes(parts, downPulses, downSteps, full, count);
    addVariances(variances, inverse, upSteps, full, downSteps, count);
    move(volts, inverse, full, count);
    clip(volts, least, most, count);
  }

  private static void changes(
      float[] parts, float[] pulses, float[] steps, float[] changes, int count) {
    for (int i = 0; i < count; i++) {
      changes[i] = parts[i] * pulses[i] * steps[i];
    }
  }

  private static void addVariances(
      float[] variances, float[] up, float[] upSteps, float[] down, float[] downSteps, int count) {
    for (int i = 0; i < count; i++) {
      variances[i] += up[i] * upSteps[i] + down[i] * downSteps[i];
    }
  }

  private static void move(float[] volts, float[] up, float[] down, int count) {
    for (int i = 0; i < count; i++) {
      volts[i] += up[i] - down[i];
    }
  }

  void addNoiseOfParts(float noise, int count) {
    addNoise(volts, variances, normals, noise, count);
  }

  private static void addNoise(
      float[] volts, float[] variances, float[] normals, float noise, int count) {
    for (int i = 0; i < count; i++) {
      volts[i] += noise * (float) Math.sqrt(variances[i]) * normals[i];
    }
  }
}
