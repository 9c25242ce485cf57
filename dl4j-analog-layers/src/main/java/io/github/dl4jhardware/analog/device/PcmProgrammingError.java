package io.github.dl4jhardware.analog.device;

/**
 * Spread of a phase-change device's conductance about the value that one programming attempt aimed
 * at.
 *
 * <p>σ_prog(ĝ) = 0.26348 + 1.9650 ĝ − 1.1731 ĝ² µS with ĝ = g / 25 µS, for 0 ≤ ĝ ≤ 1; normal. One
 * draw a call of the law. Source (fit): V. Joshi et al., Nature Communications 11, 2473 (2020); S.
 * R. Nandakumar et al., ICECS 2019.
 */
public final class PcmProgrammingError {
  /** The conductance that the fit calls 1, in µS. */
  public static final double FIT_RANGE_MICRO_SIEMENS = 25;

  private PcmProgrammingError() {}

  /**
   * The standard deviation of one programming attempt.
   *
   * @param targetMicroSiemens the conductance aimed at; beyond the fit's range its end value is
   *     used
   * @return σ in µS
   */
  public static double sigmaMicroSiemens(double targetMicroSiemens) {
    double g = Math.max(0, Math.min(1, targetMicroSiemens / FIT_RANGE_MICRO_SIEMENS));
    return 0.26348 + g * (1.9650 - 1.1731 * g);
  }
}
