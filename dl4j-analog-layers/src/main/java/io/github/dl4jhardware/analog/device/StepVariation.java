package io.github.dl4jhardware.analog.device;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * How the devices of an array differ from each other, and one pulse from the next; all normal.
 *
 * @param stepSpread relative device-to-device spread of the step
 * @param asymmetrySpread device-to-device spread of e; up and down steps differ by 2e
 * @param rangeSpread relative device-to-device spread of the range, each end by itself
 * @param cycleNoise cycle-to-cycle spread of one pulse, as a part of its step
 * @param mismatchMicroSiemens spread of g after re-initialisation about the reference, in µS
 */
public record StepVariation(
    @JsonProperty(required = true) double stepSpread,
    @JsonProperty(required = true) double asymmetrySpread,
    @JsonProperty(required = true) double rangeSpread,
    @JsonProperty(required = true) double cycleNoise,
    @JsonProperty(required = true) double mismatchMicroSiemens)
    implements Serializable {

  /** Devices that are all alike, and pulses too. */
  public static final StepVariation NONE = new StepVariation(0, 0, 0, 0, 0);

  /** Checks every parameter. */
  public StepVariation {
    String name = "StepVariation.";
    Check.inRange(name + "stepSpread", stepSpread, 0, 1);
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
    return new StepVariation(stepSpread, spread, rangeSpread, cycleNoise, mismatchMicroSiemens);
  }
}
