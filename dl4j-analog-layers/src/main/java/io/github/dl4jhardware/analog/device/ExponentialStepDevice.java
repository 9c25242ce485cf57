package io.github.dl4jhardware.analog.device;

import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A device whose steps fall exponentially from a large first one, as in filamentary ReRAM.
 *
 * <p>With u = (g − g_shared) / (half the device's whole range): an up pulse adds a_up·(1 +
 * A_up·e<sup>−κ_up·(u + 1)</sup>), a down pulse takes a_down·(1 + A_down·e<sup>κ_down·(u +
 * 1)</sup>), where a_up, a_down and the range are the device's own ({@link StepVariation}); each
 * pulse has a normal spread of {@code cycleNoise} of its step; g stays within the device's own
 * range. Whole pulses are taken one after the other, with the noise of their train at its end.
 * Draws: five a device once a chip, one a device and example with pulses. Source (fit): T. Gong et
 * al., Nature Communications 9, 2102 (2018), as parametrised by IBM's analog hardware acceleration
 * kit.
 *
 * @param gSharedMicroSiemens conductance of the shared reference, in µS
 * @param unitStepMicroSiemens mean of a where no asymmetry weakens it, in µS
 * @param amplitudeUp A_up: how much larger the first up step from the lower end is
 * @param amplitudeDown A_down: the size of the exponential part of the down step at the lower end
 * @param decayUp κ_up
 * @param growthDown κ_down
 * @param rangeUpMicroSiemens greatest distance above the reference, in µS
 * @param rangeDownMicroSiemens greatest distance below the reference, in µS
 * @param variation how devices and pulses differ
 */
public record ExponentialStepDevice(
    @JsonProperty(required = true) double gSharedMicroSiemens,
    @JsonProperty(required = true) double unitStepMicroSiemens,
    @JsonProperty(required = true) double amplitudeUp,
    @JsonProperty(required = true) double amplitudeDown,
    @JsonProperty(required = true) double decayUp,
    @JsonProperty(required = true) double growthDown,
    @JsonProperty(required = true) double rangeUpMicroSiemens,
    @JsonProperty(required = true) double rangeDownMicroSiemens,
    @JsonProperty(required = true) StepVariation variation)
    implements PulsedDevice {

  /** Checks every parameter. */
  public ExponentialStepDevice {
    String name = "ExponentialStepDevice.";
    Check.notNegative(name + "gSharedMicroSiemens", gSharedMicroSiemens);
    Check.positive(name + "unitStepMicroSiemens", unitStepMicroSiemens);
    Check.notNegative(name + "amplitudeUp", amplitudeUp);
    Check.notNegative(name + "amplitudeDown", amplitudeDown);
    Check.inRange(name + "decayUp", decayUp, 0, 50);
    Check.inRange(name + "growthDown", growthDown, 0, 50);
    Check.positive(name + "rangeUpMicroSiemens", rangeUpMicroSiemens);
    Check.positive(name + "rangeDownMicroSiemens", rangeDownMicroSiemens);
    Check.present(name + "variation", variation);
  }

  /**
   * The up step relative to a_up: 1 + A_up·e<sup>−κ_up·(u + 1)</sup>.
   *
   * @param u place in the range, −1 at the lower end of a symmetric one
   * @return the factor
   */
  public double stepUp(double u) {
    return 1 + amplitudeUp * Math.exp(-decayUp * (u + 1));
  }

  /**
   * The down step relative to a_down: 1 + A_down·e<sup>κ_down·(u + 1)</sup>.
   *
   * @param u place in the range, −1 at the lower end of a symmetric one
   * @return the factor
   */
  public double stepDown(double u) {
    return 1 + amplitudeDown * Math.exp(growthDown * (u + 1));
  }

  /** The mean of an up and a down step at the reference. */
  @Override
  public double meanStepMicroSiemens() {
    double up = 1 + Math.min(0, variation.asymmetry());
    double down = 1 - Math.max(0, variation.asymmetry());
    return unitStepMicroSiemens * (up * stepUp(0) + down * stepDown(0)) / 2;
  }

  @Override
  public boolean keepsVoltage() {
    return false;
  }

  @Override
  public ExponentialStepDevice withAsymmetrySpread(double spread) {
    return with(variation.withAsymmetrySpread(spread));
  }

  @Override
  public ExponentialStepDevice withSpreadTimes(double factor) {
    return with(variation.withSpreadTimes(factor));
  }

  private ExponentialStepDevice with(StepVariation other) {
    return new ExponentialStepDevice(
        gSharedMicroSiemens,
        unitStepMicroSiemens,
        amplitudeUp,
        amplitudeDown,
        decayUp,
        growthDown,
        rangeUpMicroSiemens,
        rangeDownMicroSiemens,
        other);
  }

  @Override
  public ExponentialStepDevice withLeakExamples(double examples) {
    throw new IllegalArgumentException("ExponentialStepDevice has no leak");
  }

  @Override
  public PulsedArray array(int rows, int columns, long variationKey) {
    return new ExponentialStepArray(this, rows, columns, variationKey);
  }
}
