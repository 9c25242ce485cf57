package io.github.dl4jhardware.analog.device;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * How up steps differ from down steps, devices of an array from each other, and one pulse from the
 * next; all normal.
 *
 * <p>A device's own steps are a·|1 + stepSpread·z + asymmetrySpread·y + min(0, m)| up and a·|1 +
 * stepSpread·z − asymmetrySpread·y − max(0, m)| down, with the mean asymmetry m: it only weakens
 * one direction. The ends of its range are |1 + spread·z| times the mean. Nothing is clipped, so
 * that devices reach below 0 µS where the reference is too low for the spread of the low end. This
 * is how IBM's analog hardware acceleration kit reads its parameters, so that its fits can be taken
 * over.
 *
 * @param stepSpread relative device-to-device spread of the step
 * @param asymmetry m; positive weakens down steps, negative up steps
 * @param asymmetrySpread device-to-device spread of what one direction has more and the other less
 * @param rangeUpSpread relative device-to-device spread of the upper end of the range
 * @param rangeDownSpread relative device-to-device spread of the lower end of the range
 * @param cycleNoise cycle-to-cycle spread of one pulse, as a part of its step
 * @param mismatchMicroSiemens spread of g after re-initialisation about the reference, in µS
 */
public record StepVariation(
    @JsonProperty(required = true) double stepSpread,
    @JsonProperty(required = true) double asymmetry,
    @JsonProperty(required = true) double asymmetrySpread,
    @JsonProperty(required = true) double rangeUpSpread,
    @JsonProperty(required = true) double rangeDownSpread,
    @JsonProperty(required = true) double cycleNoise,
    @JsonProperty(required = true) double mismatchMicroSiemens)
    implements Serializable {

  /** Devices that are all alike, and pulses too. */
  public static final StepVariation NONE = new StepVariation(0, 0, 0, 0, 0, 0, 0);

  /** Checks every parameter. */
  public StepVariation {
    String name = "StepVariation.";
    Check.inRange(name + "stepSpread", stepSpread, 0, 1);
    Check.inRange(name + "asymmetry", asymmetry, -1, 1);
    Check.inRange(name + "asymmetrySpread", asymmetrySpread, 0, 1);
    Check.inRange(name + "rangeUpSpread", rangeUpSpread, 0, 1);
    Check.inRange(name + "rangeDownSpread", rangeDownSpread, 0, 1);
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
        stepSpread,
        asymmetry,
        spread,
        rangeUpSpread,
        rangeDownSpread,
        cycleNoise,
        mismatchMicroSiemens);
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
        factor * rangeUpSpread,
        factor * rangeDownSpread,
        cycleNoise,
        factor * mismatchMicroSiemens);
  }

  /**
   * What the mean asymmetry leaves of the mean of an up and a down step.
   *
   * @return 1 − |m| / 2
   */
  double meanOfDirections() {
    return 1 - Math.abs(asymmetry) / 2;
  }
}
