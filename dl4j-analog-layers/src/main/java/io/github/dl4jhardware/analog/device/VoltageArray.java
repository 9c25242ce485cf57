package io.github.dl4jhardware.analog.device;

import java.util.Arrays;

/**
 * The cells of {@link VoltageCapacitor}. The state is V_C − V_rest, which a leak multiplies: near 0
 * single precision then resolves what one block of the leak takes away.
 */
final class VoltageArray extends PulsedArray {
  private static final int STRIDE = 7;
  private static final int LEAK_DRAW = 4;

  /** Trains are taken so many pulses at a time, as the step changes with the voltage. */
  private static final float PULSES_AT_ONCE = 4;

  /** Longer trains go by themselves, so that hundreds of cells need not wait for one. */
  private static final float WAITED_FOR = 64;

  private static final ThreadLocal<VoltageWork> WORK = ThreadLocal.withInitial(VoltageWork::new);

  private final float[] volts;
  private final float[] conductance;
  private final float[] readThreshold;
  private final float[] up;
  private final float[] down;
  private final float[] inverseUpOverdrive;
  private final float[] inverseDownOverdrive;
  private final float beta;
  private final float theta;
  private final float lambda;
  private final float toSupply;
  private final float rest;
  private final float reset;

  VoltageArray(VoltageCapacitor law, int rows, int columns, long variationKey) {
    super(
        rows,
        columns,
        law.gSharedMicroSiemens(),
        law.cycleNoise(),
        Leak.of(
            law.leakSeconds() / law.secondsPerExample(),
            law.leakSpread(),
            rows * columns,
            variationKey,
            STRIDE,
            LEAK_DRAW));
    int cells = rows * columns;
    volts = new float[cells];
    conductance = conductance();
    readThreshold = new float[cells];
    up = new float[cells];
    down = new float[cells];
    inverseUpOverdrive = new float[cells];
    inverseDownOverdrive = new float[cells];
    ReadTransistor read = law.read();
    ChargeTransistor charge = law.charge();
    beta = (float) read.betaMicroSiemensPerVolt();
    theta = (float) read.mobilityReductionPerVolt();
    lambda = (float) charge.channelLengthModulationPerVolt();
    rest = (float) law.restVolts();
    toSupply = (float) (law.supplyVolts() - law.restVolts());
    reset = (float) (law.resetVolts() - law.restVolts());
    double middle = law.supplyVolts() / 2;
    for (int cell = 0; cell < cells; cell++) {
      long draw = (long) cell * STRIDE;
      readThreshold[cell] = (float) threshold(read, Draws.normal(variationKey, draw));
      double pmos = charge.ownOverdriveVolts(Draws.normal(variationKey, draw + 1));
      double nmos = charge.ownOverdriveVolts(Draws.normal(variationKey, draw + 2));
      double capacitance =
          Math.max(0.1, 1 + law.capacitanceSpread() * Draws.normal(variationKey, draw + 3));
      double step = law.stepVolts() / capacitance;
      // In saturation x = 1, so that V_DD gives the factor of everything but x·(2 − x) and λ.
      up[cell] = (float) (step * saturatedStep(charge, law.supplyVolts(), pmos, middle));
      down[cell] = (float) (step * saturatedStep(charge, law.supplyVolts(), nmos, middle));
      inverseUpOverdrive[cell] = (float) (1 / pmos);
      inverseDownOverdrive[cell] = (float) (1 / nmos);
    }
    long references = Draws.subKey(variationKey, -1);
    for (int column = 0; column < columns; column++) {
      float z = Draws.normal(references, column / law.columnsPerReference());
      gShared()[column] = (float) read.microSiemens(law.resetVolts(), threshold(read, z));
    }
    for (int cell = 0; cell < cells; cell++) {
      resetTo(cell, conductance(reset, cell));
      volts[cell] = reset;
    }
  }

  private static double threshold(ReadTransistor read, float z) {
    return read.thresholdVolts() + read.thresholdSpreadVolts() * z;
  }

  private static double saturatedStep(
      ChargeTransistor charge, double supply, double overdrive, double middle) {
    double at = Math.max(supply, overdrive);
    return charge.relativeStep(at, overdrive, middle)
        / (1 + charge.channelLengthModulationPerVolt() * at);
  }

  private float conductance(float aboveRest, int cell) {
    return VoltageWork.microSiemens(aboveRest + rest - readThreshold[cell], beta, theta);
  }

  private float upStep(float aboveRest, int cell) {
    return VoltageWork.step(toSupply - aboveRest, inverseUpOverdrive[cell], up[cell], lambda);
  }

  private float downStep(float aboveRest, int cell) {
    return VoltageWork.step(aboveRest + rest, inverseDownOverdrive[cell], down[cell], lambda);
  }

  @Override
  public float[] state() {
    return volts;
  }

  @Override
  public void refresh() {
    VoltageWork.conductances(volts, readThreshold, rest, beta, theta, conductance, 0, volts.length);
  }

  @Override
  public void reset(int cell) {
    super.reset(cell);
    volts[cell] = reset;
  }

  /** At a rail, or below the read transistor's threshold. */
  @Override
  public boolean saturated(int cell) {
    return conductance[cell] == 0 || volts[cell] <= -rest || volts[cell] >= 0.999f * toSupply;
  }

  @Override
  void fire(int cell, float upPulses, float downPulses, float z) {
    float v = volts[cell];
    float all = upPulses + downPulses;
    float share = Math.min(1, PULSES_AT_ONCE / all);
    float left = 1;
    float variance = 0;
    boolean resting = false;
    while (left > 0 && !resting) {
      float upStep = upStep(v, cell);
      float downStep = downStep(v, cell);
      if (all > LONG_TRAIN) {
        double both = (upPulses * upStep + downPulses * downStep) / all;
        share = part(left * all, PULSES_AT_ONCE, both, toSupply + rest) / all;
      }
      float part = Math.min(left, share);
      float upChange = part * upPulses * upStep;
      float downChange = part * downPulses * downStep;
      variance += upChange * upStep + downChange * downStep;
      float before = v;
      v = Math.max(-rest, Math.min(toSupply, v + (upChange - downChange)));
      left -= share;
      resting = all > LONG_TRAIN && atRest(v - before, toSupply + rest);
    }
    v += cycleNoise() * (float) Math.sqrt(variance) * z;
    volts[cell] = Math.max(-rest, Math.min(toSupply, v));
    conductance[cell] = conductance(volts[cell], cell);
  }

  @Override
  public void pulse(int[] cells, float[] pulses, int count, int sign, long noiseKey) {
    float noise = cycleNoise();
    for (int i = 0; i < count; i++) {
      int cell = cells[i];
      float n = sign * pulses[i];
      float v = volts[cell];
      float variance;
      if (Math.abs(n) <= PULSES_AT_ONCE) {
        // Without a loop, so that the processor works on several cells at once.
        float step = n > 0 ? upStep(v, cell) : downStep(v, cell);
        v = withinRails(v + n * step);
        variance = Math.abs(n) * step * step;
      } else if (Math.abs(n) <= LONG_TRAIN) {
        float size = Math.abs(n);
        variance = 0;
        while (size > 0) {
          float part = Math.min(size, PULSES_AT_ONCE);
          float step = n > 0 ? upStep(v, cell) : downStep(v, cell);
          v = withinRails(n > 0 ? v + part * step : v - part * step);
          variance += part * step * step;
          size -= part;
        }
      } else {
        pulse(cell, n, noiseKey);
        continue;
      }
      if (noise != 0) {
        v = withinRails(v + noise * (float) Math.sqrt(variance) * Draws.normal(noiseKey, cell));
      }
      volts[cell] = v;
      conductance[cell] = conductance(v, cell);
    }
  }

  private float withinRails(float aboveRest) {
    return Math.max(-rest, Math.min(toSupply, aboveRest));
  }

  /** What {@link #fire} does, for a few hundred cells at once. */
  @Override
  public void pulseEach(int from, int count, float[] pulses, long[] noiseKeys) {
    VoltageWork work = WORK.get();
    for (int done = 0; done < count; done += VoltageWork.CELLS) {
      int size = Math.min(VoltageWork.CELLS, count - done);
      int first = from + done;
      work.begin();
      for (int i = 0; i < size; i++) {
        float train = pulses[done + i];
        boolean noisy = cycleNoise() != 0 && train != 0;
        float z = noisy ? Draws.normal(noiseKeys[done + i], first + i) : 0;
        if (Math.abs(train) > WAITED_FOR) {
          float before = volts[first + i];
          fire(first + i, bounded(Math.max(0, train)), bounded(Math.max(0, -train)), z);
          work.longTrain(i, volts[first + i]);
          volts[first + i] = before;
          train = 0;
        }
        work.upPulses[i] = Math.max(0, train);
        work.downPulses[i] = Math.max(0, -train);
        work.normals[i] = z;
      }
      System.arraycopy(volts, first, work.volts, 0, size);
      work.beginParts(PULSES_AT_ONCE, size);
      while (work.nextParts(size)) {
        work.upSteps(inverseUpOverdrive, up, first, size, toSupply, lambda);
        work.downSteps(inverseDownOverdrive, down, first, size, rest, lambda);
        work.addParts(-rest, toSupply, size);
      }
      work.addNoiseOfParts(cycleNoise(), size);
      finish(work, first, size);
    }
  }

  @Override
  public void pulse(int start, int from, int to, float scale, float[] factors, long noiseKey) {
    VoltageWork work = WORK.get();
    for (int first = from; first < to; first += VoltageWork.CELLS) {
      int count = Math.min(VoltageWork.CELLS, to - first);
      work.pulses(factors, first, count, scale);
      fire(work, start + first, count, noiseKey);
      work.addNoiseLast(cycleNoise(), count);
      finish(work, start + first, count);
    }
  }

  @Override
  public void pulse(int from, int to, float[] upPulses, float[] downPulses, long noiseKey) {
    VoltageWork work = WORK.get();
    for (int first = from; first < to; first += VoltageWork.CELLS) {
      int count = Math.min(VoltageWork.CELLS, to - first);
      System.arraycopy(upPulses, first, work.upPulses, 0, count);
      System.arraycopy(downPulses, first, work.downPulses, 0, count);
      fire(work, first, count, noiseKey);
      work.addNoiseAtOnce(cycleNoise(), count);
      finish(work, first, count);
    }
  }

  /** Long trains as their law has it, and the steps of both directions for all. */
  private void fire(VoltageWork work, int first, int count, long noiseKey) {
    if (cycleNoise() != 0) {
      Draws.normals(noiseKey, first, first + count, work.normals);
    } else {
      Arrays.fill(work.normals, 0, count, 0);
    }
    work.begin();
    for (int i = 0; i < count; i++) {
      if (work.upPulses[i] + work.downPulses[i] > PULSES_AT_ONCE) {
        // The loops below go over this cell as over any other; what it comes to waits.
        float before = volts[first + i];
        float rises = bounded(work.upPulses[i]);
        fire(first + i, rises, bounded(work.downPulses[i]), work.normals[i]);
        work.longTrain(i, volts[first + i]);
        volts[first + i] = before;
      }
    }
    System.arraycopy(volts, first, work.volts, 0, count);
    work.upSteps(inverseUpOverdrive, up, first, count, toSupply, lambda);
    work.downSteps(inverseDownOverdrive, down, first, count, rest, lambda);
  }

  private void finish(VoltageWork work, int first, int count) {
    work.clip(-rest, toSupply, count);
    work.putLongTrains();
    System.arraycopy(work.volts, 0, volts, first, count);
    VoltageWork.conductances(
        volts, readThreshold, rest, beta, theta, conductance, first, first + count);
  }

  @Override
  public void leak(int from, int to, long blocks) {
    if (leakBlockExamples() == 0) {
      return;
    }
    float[] lost = leak().lost(blocks);
    decay(volts, lost, from, to);
    VoltageWork.conductances(volts, readThreshold, rest, beta, theta, conductance, from, to);
  }

  private static void decay(float[] values, float[] lost, int from, int to) {
    for (int cell = from; cell < to; cell++) {
      values[cell] -= values[cell] * lost[cell];
    }
  }
}
