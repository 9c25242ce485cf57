package io.github.dl4jhardware.analog.device;

import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A device whose steps shrink to nothing as it nears its bounds.
 *
 * <p>With d = g − g_shared: an up pulse adds a_up·(1 − d/d_up), a down pulse takes a_down·(1 +
 * d/d_down), where a_up, a_down and the bounds d_up, d_down are the device's own ({@link
 * StepVariation}); each pulse has a normal spread of {@code cycleNoise} times the device's a_up or
 * a_down, whatever the conductance. Whole pulses are taken one after the other, with the noise of
 * their train at its end. Draws: five a device once a chip, one a device and example with pulses.
 * Source (fit): T. Gong et al., Nature Communications 9, 2102 (2018), as parametrised by IBM's
 * analog hardware acceleration kit.
 *
 * @param gSharedMicroSiemens conductance of the shared reference, in µS
 * @param stepMicroSiemens mean of a where no asymmetry weakens it, in µS
 * @param rangeUpMicroSiemens mean d_up, in µS
 * @param rangeDownMicroSiemens mean d_down, in µS
 * @param variation how devices and pulses differ
 */
public record SoftBoundsDevice(
    @JsonProperty(required = true) double gSharedMicroSiemens,
    @JsonProperty(required = true) double stepMicroSiemens,
    @JsonProperty(required = true) double rangeUpMicroSiemens,
    @JsonProperty(required = true) double rangeDownMicroSiemens,
    @JsonProperty(required = true) StepVariation variation)
    implements PulsedDevice {

  /** Checks every parameter. */
  public SoftBoundsDevice {
    String name = "SoftBoundsDevice.";
    Check.notNegative(name + "gSharedMicroSiemens", gSharedMicroSiemens);
    Check.positive(name + "stepMicroSiemens", stepMicroSiemens);
    Check.positive(name + "rangeUpMicroSiemens", rangeUpMicroSiemens);
    Check.positive(name + "rangeDownMicroSiemens", rangeDownMicroSiemens);
    Check.present(name + "variation", variation);
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
  public SoftBoundsDevice withAsymmetrySpread(double spread) {
    return with(variation.withAsymmetrySpread(spread));
  }

  @Override
  public SoftBoundsDevice withSpreadTimes(double factor) {
    return with(variation.withSpreadTimes(factor));
  }

  private SoftBoundsDevice with(StepVariation other) {
    return new SoftBoundsDevice(
        gSharedMicroSiemens, stepMicroSiemens, rangeUpMicroSiemens, rangeDownMicroSiemens, other);
  }

  @Override
  public SoftBoundsDevice withLeakExamples(double examples) {
    throw new IllegalArgumentException("SoftBoundsDevice has no leak");
  }

  @Override
  public PulsedArray array(int rows, int columns, long variationKey) {
    return new SoftBoundsArray(this, rows, columns, variationKey);
  }
}
