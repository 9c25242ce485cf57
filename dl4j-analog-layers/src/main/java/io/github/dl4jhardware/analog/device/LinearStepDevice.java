package io.github.dl4jhardware.analog.device;

import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A device whose step falls linearly with its conductance: the simple model of the 3T1C capacitor,
 * and of ECRAM.
 *
 * <p>With d = g − g_shared: an up pulse adds a_up·(1 − γ_up·d/d_up), a down pulse takes a_down·(1 +
 * γ_down·d/d_down), where a_up, a_down and both γ are the device's own ({@link StepVariation}) and
 * d_up, d_down the mean ends of the range. Each pulse has a normal spread of {@code cycleNoise} of
 * its step, or of its step at the reference where the noise is additive. g stays within the
 * device's own range; between pulses it leaks exponentially to its rest. A train of n pulses is
 * taken at the conductance that it meets, to first order in n·step·γ/range. Draws: eight a device
 * once a chip, one a device and example with pulses. Sources (fits): capacitor: Y. Li et al.,
 * "Capacitor-based cross-point array for analog neural network with record symmetry and linearity",
 * VLSI 2018; ECRAM: J. Tang et al., IEDM 2018, S. Kim et al., IEDM 2019; all as parametrised by
 * IBM's analog hardware acceleration kit.
 *
 * @param gSharedMicroSiemens conductance of the shared reference, in µS
 * @param stepMicroSiemens mean of a where no asymmetry weakens it, in µS
 * @param slopeUp mean γ_up
 * @param slopeDown mean γ_down
 * @param rangeUpMicroSiemens d_up, in µS
 * @param rangeDownMicroSiemens d_down, in µS
 * @param variation how devices and pulses differ
 * @param restMicroSiemens conductance that the leak tends to, in µS above the reference
 * @param leakExamples mean time constant of the leak, in training examples; infinity is no leak
 * @param leakSpread relative device-to-device spread of the time constant
 * @param slopeSpread device-to-device spread of γ_up and of γ_down
 * @param additiveNoise whether a pulse's spread keeps the size that it has at the reference
 */
public record LinearStepDevice(
    @JsonProperty(required = true) double gSharedMicroSiemens,
    @JsonProperty(required = true) double stepMicroSiemens,
    @JsonProperty(required = true) double slopeUp,
    @JsonProperty(required = true) double slopeDown,
    @JsonProperty(required = true) double rangeUpMicroSiemens,
    @JsonProperty(required = true) double rangeDownMicroSiemens,
    @JsonProperty(required = true) StepVariation variation,
    @JsonProperty(required = true) double restMicroSiemens,
    @JsonProperty(required = true) double leakExamples,
    @JsonProperty(required = true) double leakSpread,
    @JsonProperty double slopeSpread,
    @JsonProperty boolean additiveNoise)
    implements PulsedDevice {

  /** Checks every parameter. */
  public LinearStepDevice {
    String name = "LinearStepDevice.";
    Check.notNegative(name + "gSharedMicroSiemens", gSharedMicroSiemens);
    Check.positive(name + "stepMicroSiemens", stepMicroSiemens);
    Check.inRange(name + "slopeUp", slopeUp, 0, 1);
    Check.inRange(name + "slopeDown", slopeDown, 0, 1);
    Check.positive(name + "rangeUpMicroSiemens", rangeUpMicroSiemens);
    Check.positive(name + "rangeDownMicroSiemens", rangeDownMicroSiemens);
    Check.present(name + "variation", variation);
    Check.inRange(
        name + "restMicroSiemens", restMicroSiemens, -rangeDownMicroSiemens, rangeUpMicroSiemens);
    if (leakExamples != Double.POSITIVE_INFINITY) {
      Check.positive(name + "leakExamples", leakExamples);
    }
    Check.inRange(name + "leakSpread", leakSpread, 0, 1);
    Check.inRange(name + "slopeSpread", slopeSpread, 0, 1);
  }

  /**
   * A device that does not leak.
   *
   * @param gSharedMicroSiemens conductance of the shared reference, in µS
   * @param stepMicroSiemens mean conductance change by a pulse, in µS
   * @param slopeUp γ_up
   * @param slopeDown γ_down
   * @param rangeUpMicroSiemens greatest distance above the reference, in µS
   * @param rangeDownMicroSiemens greatest distance below the reference, in µS
   * @param variation how devices and pulses differ
   * @return the device
   */
  public static LinearStepDevice lasting(
      double gSharedMicroSiemens,
      double stepMicroSiemens,
      double slopeUp,
      double slopeDown,
      double rangeUpMicroSiemens,
      double rangeDownMicroSiemens,
      StepVariation variation) {
    return new LinearStepDevice(
        gSharedMicroSiemens,
        stepMicroSiemens,
        slopeUp,
        slopeDown,
        rangeUpMicroSiemens,
        rangeDownMicroSiemens,
        variation,
        0,
        Double.POSITIVE_INFINITY,
        0,
        0,
        false);
  }

  /**
   * The same device whose slopes differ.
   *
   * @param spread the new {@link #slopeSpread()}
   * @return a copy
   */
  public LinearStepDevice withSlopeSpread(double spread) {
    return new LinearStepDevice(
        gSharedMicroSiemens,
        stepMicroSiemens,
        slopeUp,
        slopeDown,
        rangeUpMicroSiemens,
        rangeDownMicroSiemens,
        variation,
        restMicroSiemens,
        leakExamples,
        leakSpread,
        spread,
        additiveNoise);
  }

  @Override
  public double meanStepMicroSiemens() {
    return stepMicroSiemens * variation.meanOfDirections();
  }

  @Override
  public boolean keepsVoltage() {
    return false;
  }

  @Override
  public LinearStepDevice withAsymmetrySpread(double spread) {
    return with(variation.withAsymmetrySpread(spread), leakExamples);
  }

  @Override
  public LinearStepDevice withSpreadTimes(double factor) {
    return new LinearStepDevice(
        gSharedMicroSiemens,
        stepMicroSiemens,
        slopeUp,
        slopeDown,
        rangeUpMicroSiemens,
        rangeDownMicroSiemens,
        variation.withSpreadTimes(factor),
        restMicroSiemens,
        leakExamples,
        factor * leakSpread,
        factor * slopeSpread,
        additiveNoise);
  }

  @Override
  public LinearStepDevice withLeakExamples(double examples) {
    return with(variation, examples);
  }

  private LinearStepDevice with(StepVariation otherVariation, double otherLeak) {
    return new LinearStepDevice(
        gSharedMicroSiemens,
        stepMicroSiemens,
        slopeUp,
        slopeDown,
        rangeUpMicroSiemens,
        rangeDownMicroSiemens,
        otherVariation,
        restMicroSiemens,
        otherLeak,
        leakSpread,
        slopeSpread,
        additiveNoise);
  }

  @Override
  public PulsedArray array(int rows, int columns, long variationKey) {
    return new LinearStepArray(this, rows, columns, variationKey);
  }
}
