package io.github.dl4jhardware.analog.device;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * How up steps differ from down steps, devices of an array from each other, and one pulse from the
 * next; all normal.
 *
 * @param stepSpread relative device-to-device spread of the step
 * @param asymmetry mean of e; up and down steps are a·(1 + e) and a·(1 − e)
 * @param asymmetrySpread device-to-device spread of e
 * @param rangeSpread relative device-to-device spread of the range, each end by itself
 * @param cycleNoise cycle-to-cycle spread of one pulse, as a part of its step
 * @param mismatchMicroSiemens spread of g after re-initialisation about the reference, in µS
 */
public record StepVariation(
    @JsonProperty(required = true) double stepSpread,
    @JsonProperty(required = true) double asymmetry,
    @JsonProperty(required = true) double asymmetrySpread,
    @JsonProperty(required = true) double rangeSpread,
    @JsonProperty(required = true) double cycleNoise,
    @JsonProperty(required = true) double mismatchMicroSiemens)
    implements Serializable {

  /** Devices that are all alike, and pulses too. */
  public static final StepVariation NONE = new StepVariation(0, 0, 0, 0, 0, 0);

  /** Checks every parameter. */
  public StepVariation {
    String name = "StepVariation.";
    Check.inRange(name + "stepSpread", stepSpread, 0, 1);
    Check.inRange(name + "asymmetry", asymmetry, -1, 1);
    Check.inRange(name + "asymmetrySpread", asymmetrySpread, 0, 1);
    Check.inRange(name + "rangeSpread", rangeSpread, 0, 1);
    Check.notNegative(name + "cycleNoise", cycleNoise);
    Check.notNegative(name + "mismatchMicroSiemens", mismatchMicroSiemens);
  }

  /**
   * The same with another asymmetry.
   *
   * @param spread the new {@link #asymmetrySpread()}
   * @return a copy
   */
  public StepVariation withAsymmetrySpread(double spread) {
    return new StepVariation(
        stepSpread, asymmetry, spread, rangeSpread, cycleNoise, mismatchMicroSiemens);
  }

  /**
   * The same with other differences between devices.
   *
   * @param factor of every spread but that from pulse to pulse, at least 0
   * @return a copy
   */
  public StepVariation withSpreadTimes(double factor) {
    Check.notNegative("StepVariation.spreadFactor", factor);
    return new StepVariation(
        factor * stepSpread,
        asymmetry,
        factor * asymmetrySpread,
        factor * rangeSpread,
        cycleNoise,
        factor * mismatchMicroSiemens);
  }
}
