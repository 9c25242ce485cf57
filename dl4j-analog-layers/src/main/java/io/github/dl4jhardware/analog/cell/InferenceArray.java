package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PcmDrift;
import io.github.dl4jhardware.analog.device.PcmReadNoise;

/**
 * The weights of one layer programmed into PCM pairs and left alone: conductances drift, each
 * device with its own exponent, and every read is noisy.
 */
public final class InferenceArray {
  private final Pcm pcm;
  private final PcmPairs pairs;
  private final double weightPerMicroSiemens;
  private final long readKey;
  private final double[] plusExponents;
  private final double[] minusExponents;
  private final long failures;

  private InferenceArray(
      Pcm pcm, PcmPairs pairs, double weightPerMicroSiemens, long failures, long seed, int layer) {
    this.pcm = pcm;
    this.pairs = pairs;
    this.weightPerMicroSiemens = weightPerMicroSiemens;
    this.failures = failures;
    readKey = Draws.key(seed, layer, Draws.LATER_READ, 0);
    plusExponents = exponents(pairs.plus().conductance(), seed, layer, 5);
    minusExponents = exponents(pairs.minus().conductance(), seed, layer, 6);
  }

  private static double[] exponents(float[] conductance, long seed, int layer, int stream) {
    long key = Draws.key(seed, layer, Draws.VARIATION, stream);
    double[] exponents = new double[conductance.length];
    for (int device = 0; device < exponents.length; device++) {
      exponents[device] = PcmDrift.exponent(conductance[device], Draws.normal(key, device));
    }
    return exponents;
  }

  /**
   * Programs a layer's weights, W = F·(G+ − G−) / scale.
   *
   * @param weights in weight units
   * @param pcm the device
   * @param write how the pair is programmed
   * @param gain F
   * @param microSiemensPerWeight the scale
   * @param chipSeed the chip
   * @param layer the layer's index
   * @return the programmed pairs
   */
  public static InferenceArray program(
      float[] weights,
      Pcm pcm,
      ClosedLoopWrite write,
      double gain,
      double microSiemensPerWeight,
      long chipSeed,
      int layer) {
    PcmPairs pairs = new PcmPairs(pcm, write, gain, weights.length, chipSeed, layer);
    long key = Draws.key(chipSeed, layer, Draws.PROGRAM, 0);
    long failures =
        CellRanges.sum(
            weights.length,
            (from, to) -> {
              long missed = 0;
              for (int cell = from; cell < to; cell++) {
                float target = (float) (weights[cell] * microSiemensPerWeight);
                float found = pairs.write(cell, target, Draws.subKey(key, cell));
                missed += pairs.reached(found, target) ? 0 : 1;
              }
              return missed;
            });
    return new InferenceArray(pcm, pairs, gain / microSiemensPerWeight, failures, chipSeed, layer);
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
    double scale = weightPerMicroSiemens * (compensated ? compensation(seconds) : 1);
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
            weights[cell] = (float) (scale * (noisy(plus, seconds, z) - noisy(minus, seconds, y)));
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

  private static double later(float programmed, double exponent, double seconds) {
    return programmed == 0 ? 0 : programmed * PcmDrift.factor(exponent, seconds);
  }

  private double noisy(double conductance, double seconds, double normal) {
    if (conductance == 0 || pcm.readNoiseScale() == 0) {
      return conductance;
    }
    double sigma = pcm.readNoiseScale() * PcmReadNoise.relativeSigma(conductance, seconds);
    return conductance * (1 + sigma * normal);
  }
}
