package io.github.dl4jhardware.analog.device;

/**
 * Growth of a phase-change device's conductance by one partial-SET pulse; a pulse can only raise
 * it.
 *
 * <p>Δw = 0.01 · (1 + 27.235 e<sup>−2.5 w</sup>) in a range 0 ≤ w ≤ 2, clipped at 2: full after 72
 * pulses from RESET. Here w = 2 g / g_max. No draws. Source: published fit of a Ge₂Sb₂Te₅ device
 * with exponential steps, as parametrised by IBM's analog hardware acceleration kit.
 */
public final class PcmSetStep {
  /** Pulses from RESET to the end of the range. */
  public static final int PULSES_TO_FULL = 72;

  private static final double FIT_RANGE = 2;

  private PcmSetStep() {}

  /**
   * The conductance gained by the next pulse, before clipping to the range.
   *
   * @param conductanceMicroSiemens present conductance, 0…{@code gMaxMicroSiemens}
   * @param gMaxMicroSiemens end of the range
   * @return the step in µS
   */
  public static double microSiemens(double conductanceMicroSiemens, double gMaxMicroSiemens) {
    double w = FIT_RANGE * conductanceMicroSiemens / gMaxMicroSiemens;
    return 0.01 * (1 + 27.235 * Math.exp(-2.5 * w)) * gMaxMicroSiemens / FIT_RANGE;
  }
}
