package io.github.dl4jhardware.analog.device;

/**
 * Low-frequency (1/f) fluctuation of a phase-change device's conductance as one read sees it.
 *
 * <p>σ_read / g = Q_s · √(ln((t + t0 + t_r) / (2 t_r))), Q_s = min(0.0088 / ĝ^0.65, 0.2), ĝ = g /
 * 25 µS of the conductance that the device was programmed for, with the time t since programming,
 * t0 = 20 s and a read of t_r = 250 ns; normal. As 1/f noise does, it falls slowly with the
 * duration: 100 reads in a row have a σ that is 14 % lower, not ten times. {@link PcmReading} tells
 * which reads share it. Source (fit): V. Joshi et al., Nature Communications 11, 2473 (2020); S. R.
 * Nandakumar et al., ICECS 2019.
 */
public final class PcmReadNoise {
  /** Time between programming and the first read of the fit, in seconds. */
  public static final double REFERENCE_SECONDS = 20;

  /** Duration of one read, in seconds. */
  public static final double READ_SECONDS = 250e-9;

  /**
   * Below this ĝ the amplitude is its bound, 0.2, whatever the power: (0.0088 / 0.2)^(1 / 0.65).
   */
  private static final double BOUNDED_BELOW = 0.008;

  private static final double AT_ONCE = Math.sqrt(variance(0, READ_SECONDS));

  private PcmReadNoise() {}

  /**
   * The relative standard deviation of one read.
   *
   * @param targetMicroSiemens the conductance that the device was programmed for, at least 0
   * @param secondsSinceProgramming at least 0, counted from the fit's reference time
   * @return σ_read / g
   */
  public static double relativeSigma(double targetMicroSiemens, double secondsSinceProgramming) {
    double ofTime =
        secondsSinceProgramming == 0
            ? AT_ONCE
            : Math.sqrt(variance(secondsSinceProgramming, READ_SECONDS));
    return amplitude(targetMicroSiemens) * ofTime;
  }

  /**
   * The part of the law that depends on the conductance.
   *
   * @param targetMicroSiemens the conductance that the device was programmed for, at least 0
   * @return Q_s
   */
  public static double amplitude(double targetMicroSiemens) {
    double g = targetMicroSiemens / PcmProgrammingError.FIT_RANGE_MICRO_SIEMENS;
    return g < BOUNDED_BELOW ? 0.2 : Math.min(0.0088 / Math.pow(g, 0.65), 0.2);
  }

  /**
   * The part of the law that depends on time: ln((t + t0 + t_r) / (2 t_r)).
   *
   * @param secondsSinceProgramming t, at least 0
   * @param readSeconds t_r, above 0; N reads in a row are one read of N times the duration
   * @return σ² as a part of Q_s²
   */
  public static double variance(double secondsSinceProgramming, double readSeconds) {
    return Math.log(
        (secondsSinceProgramming + REFERENCE_SECONDS + readSeconds) / (2 * readSeconds));
  }
}
