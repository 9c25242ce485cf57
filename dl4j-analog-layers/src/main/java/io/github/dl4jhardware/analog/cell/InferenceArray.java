package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PcmArray;
import io.github.dl4jhardware.analog.device.PcmDrift;
import io.github.dl4jhardware.analog.device.PcmProgramming;
import java.util.Arrays;

/**
 * The weights of one layer programmed into PCM pairs and left alone: conductances drift, each
 * device with its own exponent, and every read is noisy.
 */
public final class InferenceArray {
  private final Pcm pcm;
  private final PcmPairs pairs;
  private final double gain;
  private final double[] microSiemensPerWeight;
  private final long readKey;

  /** What each device was programmed for, which its drift and its noise depend on, in µS. */
  private final float[] plusTargets;

  private final float[] minusTargets;
  private final double[] plusExponents;
  private final double[] minusExponents;
  private final long failures;

  private InferenceArray(
      Pcm pcm,
      PcmPairs pairs,
      float[] plusTargets,
      float[] minusTargets,
      double gain,
      double[] microSiemensPerWeight,
      long failures,
      long seed,
      int layer) {
    this.pcm = pcm;
    this.pairs = pairs;
    this.gain = gain;
    this.microSiemensPerWeight = microSiemensPerWeight;
    this.failures = failures;
    readKey = Draws.key(seed, layer, Draws.LATER_READ, 0);
    this.plusTargets = plusTargets;
    this.minusTargets = minusTargets;
    plusExponents = exponents(plusTargets, seed, layer, 5);
    minusExponents = exponents(minusTargets, seed, layer, 6);
  }

  private static double[] exponents(float[] targets, long seed, int layer, int stream) {
    long key = Draws.key(seed, layer, Draws.VARIATION, stream);
    double[] exponents = new double[targets.length];
    for (int device = 0; device < exponents.length; device++) {
      exponents[device] = PcmDrift.exponent(targets[device], Draws.normal(key, device));
    }
    return exponents;
  }

  /**
   * Programs a layer's weights, W = F·(G+ − G−) / scale.
   *
   * @param weights row-major {@code [rows * columns]}, in weight units
   * @param pcm the device
   * @param write how the pair is programmed
   * @param gain F
   * @param microSiemensPerWeight the scale of each column
   * @param chipSeed the chip
   * @param layer the layer's index
   * @return the programmed pairs
   */
  public static InferenceArray program(
      float[] weights,
      Pcm pcm,
      ClosedLoopWrite write,
      double gain,
      double[] microSiemensPerWeight,
      long chipSeed,
      int layer) {
    PcmPairs pairs = new PcmPairs(pcm, write, gain, weights.length, chipSeed, layer);
    float[] plusTargets = new float[weights.length];
    float[] minusTargets = new float[weights.length];
    boolean ladder = pcm.programming() == PcmProgramming.SET_LADDER;
    float most = (float) pcm.gMaxMicroSiemens();
    long key = Draws.key(chipSeed, layer, Draws.PROGRAM, 0);
    long failures =
        CellRanges.sum(
            weights.length,
            (from, to) -> {
              long missed = 0;
              for (int cell = from; cell < to; cell++) {
                float target =
                    (float)
                        (weights[cell]
                            * microSiemensPerWeight[cell % microSiemensPerWeight.length]);
                long draws = Draws.subKey(key, cell);
                missed += pairs.write(cell, target, draws) ? 0 : 1;
                if (ladder) {
                  pairs.complete(cell, target - pairs.readBackWritten(cell, draws), draws);
                  // A ladder aims at no device by itself: each is for what its pulses made of it.
                  plusTargets[cell] = pairs.plus().conductance()[cell];
                  minusTargets[cell] = pairs.minus().conductance()[cell];
                } else {
                  plusTargets[cell] =
                      aimedAt(
                          pairs.plus(), cell, Math.min(most, Math.max(0, target) / (float) gain));
                  minusTargets[cell] =
                      aimedAt(
                          pairs.minus(), cell, Math.min(most, Math.max(0, -target) / (float) gain));
                }
              }
              return missed;
            });
    return new InferenceArray(
        pcm,
        pairs,
        plusTargets,
        minusTargets,
        gain,
        microSiemensPerWeight.clone(),
        failures,
        chipSeed,
        layer);
  }

  /** A device at fault is what it is, whatever was aimed at. */
  private static float aimedAt(PcmArray devices, int cell, float target) {
    return devices.faulty(cell) ? devices.conductance()[cell] : target;
  }

  /**
   * Pairs that the write left outside its tolerance.
   *
   * @return their number
   */
  public long failures() {
    return failures;
  }

  /**
   * Reads all weights once.
   *
   * @param seconds time since programming
   * @param compensated whether the read is multiplied by {@link #compensation}
   * @return weights, in weight units
   */
  public float[] read(double seconds, boolean compensated) {
    return read(seconds, compensated ? DriftCompensation.GLOBAL : DriftCompensation.NONE);
  }

  /**
   * Reads all weights once.
   *
   * @param seconds time since programming
   * @param compensation what the read is multiplied by
   * @return weights, in weight units
   */
  public float[] read(double seconds, DriftCompensation compensation) {
    double[] factors = factors(seconds, compensation);
    int columns = microSiemensPerWeight.length;
    long key = Draws.subKey(readKey, Double.doubleToLongBits(seconds));
    float[] weights = new float[plusExponents.length];
    CellRanges.sum(
        weights.length,
        (from, to) -> {
          for (int cell = from; cell < to; cell++) {
            double plus = later(pairs.plus().conductance()[cell], plusExponents[cell], seconds);
            double minus = later(pairs.minus().conductance()[cell], minusExponents[cell], seconds);
            double z = Draws.normal(key, 2L * cell);
            double y = Draws.normal(key, 2L * cell + 1);
            double difference =
                pcm.readLater(plus, plusTargets[cell], seconds, z)
                    - pcm.readLater(minus, minusTargets[cell], seconds, y);
            weights[cell] =
                (float)
                    (gain
                        * factors[cell % columns]
                        * difference
                        / microSiemensPerWeight[cell % columns]);
          }
          return 0;
        });
    return weights;
  }

  /**
   * Global drift compensation: one factor for the whole array, from the sum of all conductances
   * read right after programming and now. Source: V. Joshi et al., Nature Communications 11, 2473
   * (2020).
   *
   * @param seconds time since programming
   * @return the factor, at least 1
   */
  public double compensation(double seconds) {
    double before = 0;
    double now = 0;
    for (int cell = 0; cell < plusExponents.length; cell++) {
      float plus = pairs.plus().conductance()[cell];
      float minus = pairs.minus().conductance()[cell];
      before += plus + minus;
      now +=
          later(plus, plusExponents[cell], seconds) + later(minus, minusExponents[cell], seconds);
    }
    return now > 0 ? before / now : 1;
  }

  /**
   * What a compensation multiplies reads of each column by, behind their converters.
   *
   * @param seconds time since programming
   * @param compensation which
   * @return one a column
   */
  public double[] factors(double seconds, DriftCompensation compensation) {
    int columns = microSiemensPerWeight.length;
    double[] factors = new double[columns];
    Arrays.fill(factors, compensation == DriftCompensation.GLOBAL ? compensation(seconds) : 1);
    if (compensation != DriftCompensation.COLUMN) {
      return factors;
    }
    double[] before = new double[columns];
    double[] now = new double[columns];
    for (int cell = 0; cell < plusExponents.length; cell++) {
      float plus = pairs.plus().conductance()[cell];
      float minus = pairs.minus().conductance()[cell];
      before[cell % columns] += plus + minus;
      now[cell % columns] +=
          later(plus, plusExponents[cell], seconds) + later(minus, minusExponents[cell], seconds);
    }
    for (int column = 0; column < columns; column++) {
      factors[column] = now[column] > 0 ? before[column] / now[column] : 1;
    }
    return factors;
  }

  /**
   * What a full range of a column's pairs, F·G of the largest conductance, stands for.
   *
   * @param column which
   * @return in weight units
   */
  public double weightAtFullRange(int column) {
    return gain * pcm.gMaxMicroSiemens() / microSiemensPerWeight[column];
  }

  private static double later(float programmed, double exponent, double seconds) {
    return programmed == 0 ? 0 : programmed * PcmDrift.factor(exponent, seconds);
  }
}
