package io.github.dl4jhardware.analog.device;

/** How a phase-change device is brought to a conductance. */
public enum PcmProgramming {
  /**
   * Partial-SET pulses from RESET, of the widths of a ladder, as {@link PcmSetStep} has them: the
   * write's own pulses are simulated.
   */
  SET_LADDER,
  /** The outcome of a whole programming attempt, as {@link PcmProgrammingError} has it. */
  FITTED_ERROR
}
