package io.github.dl4jhardware.analog.device;

/**
 * Fall of a phase-change device's conductance with time, as its amorphous part relaxes.
 *
 * <p>g(t) = g_prog·((t + t0)/t0)<sup>−ν</sup>, t0 = 20 s, with an exponent of each device's own: ν
 * normal with mean clamp(−0.0155 ln ĝ + 0.0244, 0.049, 0.1) and standard deviation clamp(−0.0125 ln
 * ĝ − 0.0059, 0.008, 0.045), ĝ = g_T / 25 µS of the conductance that it was programmed for; of a
 * negative draw the absolute value is taken. One draw a device and programming. Source (fit): V.
 * Joshi et al., Nature Communications 11, 2473 (2020); S. R. Nandakumar et al., ICECS 2019.
 */
public final class PcmDrift {
  private PcmDrift() {}

  /**
   * Mean of the exponent.
   *
   * @param targetMicroSiemens conductance that the device was programmed for, at least 0
   * @return μ_ν
   */
  public static double meanExponent(double targetMicroSiemens) {
    return clamp(-0.0155 * logRelative(targetMicroSiemens) + 0.0244, 0.049, 0.1);
  }

  /**
   * Standard deviation of the exponent.
   *
   * @param targetMicroSiemens conductance that the device was programmed for, at least 0
   * @return σ_ν
   */
  public static double exponentSigma(double targetMicroSiemens) {
    return clamp(-0.0125 * logRelative(targetMicroSiemens) - 0.0059, 0.008, 0.045);
  }

  /**
   * A device's exponent.
   *
   * @param targetMicroSiemens conductance that the device was programmed for, at least 0
   * @param normal a draw of N(0, 1)
   * @return ν, at least 0
   */
  public static double exponent(double targetMicroSiemens, double normal) {
    return Math.abs(meanExponent(targetMicroSiemens) + exponentSigma(targetMicroSiemens) * normal);
  }

  /**
   * What is left of the conductance.
   *
   * @param exponent ν
   * @param seconds time since programming, at least 0, counted from t0
   * @return g(t) / g_prog
   */
  public static double factor(double exponent, double seconds) {
    double t0 = PcmReadNoise.REFERENCE_SECONDS;
    return Math.pow((seconds + t0) / t0, -exponent);
  }

  private static double logRelative(double microSiemens) {
    return Math.log(microSiemens / PcmProgrammingError.FIT_RANGE_MICRO_SIEMENS);
  }

  private static double clamp(double value, double low, double high) {
    return Math.max(low, Math.min(high, value));
  }
}
