package io.github.dl4jhardware.analog.device;

/**
 * Low-frequency (1/f) fluctuation of a phase-change device's conductance as one read sees it.
 *
 * <p>σ_read / g = Q_s · √(ln((t + t0 + t_r) / (2 t_r))), Q_s = min(0.0088 / ĝ^0.65, 0.2), ĝ = g /
 * 25 µS, with the time t since programming, t0 = 20 s and a read of t_r = 250 ns; normal. One draw
 * a read. Source (fit): V. Joshi et al., Nature Communications 11, 2473 (2020); S. R. Nandakumar et
 * al., ICECS 2019.
 */
public final class PcmReadNoise {
  /** Time between programming and the first read of the fit, in seconds. */
  public static final double REFERENCE_SECONDS = 20;

  /** Duration of one read, in seconds. */
  public static final double READ_SECONDS = 250e-9;

  private static final double FACTOR_AT_ONCE = timeFactor(0);

  private PcmReadNoise() {}

  /**
   * The relative standard deviation of one read right after programming.
   *
   * @param conductanceMicroSiemens the device's conductance, at least 0
   * @return σ_read / g
   */
  static double relativeSigmaAtOnce(double conductanceMicroSiemens) {
    return amplitude(conductanceMicroSiemens) * FACTOR_AT_ONCE;
  }

  /**
   * The relative standard deviation of one read.
   *
   * @param conductanceMicroSiemens the device's conductance, at least 0
   * @param secondsSinceProgramming at least 0, counted from the fit's reference time
   * @return σ_read / g
   */
  public static double relativeSigma(
      double conductanceMicroSiemens, double secondsSinceProgramming) {
    return amplitude(conductanceMicroSiemens) * timeFactor(secondsSinceProgramming);
  }

  /**
   * The part of the law that depends on the conductance.
   *
   * @param conductanceMicroSiemens the device's conductance, at least 0
   * @return Q_s
   */
  static double amplitude(double conductanceMicroSiemens) {
    double g = conductanceMicroSiemens / PcmProgrammingError.FIT_RANGE_MICRO_SIEMENS;
    return Math.min(0.0088 / Math.pow(g, 0.65), 0.2);
  }

  /**
   * The part of the law that depends on time.
   *
   * @param secondsSinceProgramming at least 0
   * @return the factor on Q_s
   */
  static double timeFactor(double secondsSinceProgramming) {
    return Math.sqrt(
        Math.log(
            (secondsSinceProgramming + REFERENCE_SECONDS + READ_SECONDS) / (2 * READ_SECONDS)));
  }
}
