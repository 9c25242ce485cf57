package io.github.dl4jhardware.neuromorphic.quantize;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The integer threshold of a spiking neuron: r̂ = (r − μ)/(σ + ε) + b ≥ 0 holds for an integer
 * response r exactly if r ≥ t = ⌈μ − b(σ + ε)⌉.
 *
 * <p>Statistics, bias and ε are taken as exact binary values, σ as the double square root of the
 * variance; the rest is exact decimal arithmetic, so no rounding moves a tie. Layer and compiler
 * both ask here.
 */
public final class FiringThreshold {
  private FiringThreshold() {}

  /**
   * The threshold.
   *
   * @param mean μ, running mean of the responses
   * @param variance σ², at least 0
   * @param bias b
   * @param epsilon ε
   * @param fanIn inputs of the neuron; responses are within ±fanIn
   * @return t, from −fanIn (always fires) to fanIn + 1 (never fires)
   * @throws IllegalArgumentException if a value is not finite or the variance is negative
   */
  public static int of(double mean, double variance, double bias, double epsilon, int fanIn) {
    if (!Double.isFinite(mean) || !Double.isFinite(bias) || !(variance >= 0 && variance < 1e300)) {
      throw new IllegalArgumentException(
          "a neuron's mean is "
              + mean
              + ", its variance "
              + variance
              + " and its bias "
              + bias
              + "; all must be finite, the variance at least 0");
    }
    BigDecimal spread = new BigDecimal(Math.sqrt(variance)).add(new BigDecimal(epsilon));
    BigDecimal exact = new BigDecimal(mean).subtract(new BigDecimal(bias).multiply(spread));
    BigDecimal least = BigDecimal.valueOf(-fanIn);
    BigDecimal most = BigDecimal.valueOf(fanIn + 1L);
    return exact.setScale(0, RoundingMode.CEILING).max(least).min(most).intValueExact();
  }
}
