package io.github.dl4jhardware.analog.device;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A 3T1C capacitor cell whose step falls linearly with its conductance.
 *
 * <p>With u = (g − g_shared) / range: an up pulse adds a·(1 + e)·(1 − γu), a down pulse takes a·(1
 * − e)·(1 + γu), where a is the cell's own step and e its own asymmetry; each pulse has a normal
 * spread of {@code cycleNoise} of its step; g stays within the cell's own range; between pulses g
 * leaks exponentially to its rest. Draws: six a cell once a chip, one a cell and example with
 * pulses. Source (fit): Y. Li et al., "Capacitor-based cross-point array for analog neural network
 * with record symmetry and linearity", VLSI 2018, as parametrised by IBM's analog hardware
 * acceleration kit.
 *
 * @param gSharedMicroSiemens conductance of the shared reference, in µS
 * @param stepMicroSiemens mean conductance change by a pulse, in µS
 * @param stepSpread relative device-to-device spread of the step
 * @param asymmetrySpread device-to-device spread of e; up and down steps differ by 2e
 * @param slope γ
 * @param rangeMicroSiemens greatest distance from the reference, in µS
 * @param rangeSpread relative device-to-device spread of the range, each end by itself
 * @param cycleNoise cycle-to-cycle spread of one pulse, as a part of its step
 * @param mismatchMicroSiemens spread of g after re-initialisation about the reference, in µS
 * @param restMicroSiemens conductance that the leak tends to, in µS above the reference
 * @param leakExamples mean time constant of the leak, in training examples; infinity is no leak
 * @param leakSpread relative device-to-device spread of the time constant
 */
public record LinearStepCapacitor(
    @JsonProperty(required = true) double gSharedMicroSiemens,
    @JsonProperty(required = true) double stepMicroSiemens,
    @JsonProperty(required = true) double stepSpread,
    @JsonProperty(required = true) double asymmetrySpread,
    @JsonProperty(required = true) double slope,
    @JsonProperty(required = true) double rangeMicroSiemens,
    @JsonProperty(required = true) double rangeSpread,
    @JsonProperty(required = true) double cycleNoise,
    @JsonProperty(required = true) double mismatchMicroSiemens,
    @JsonProperty(required = true) double restMicroSiemens,
    @JsonProperty(required = true) double leakExamples,
    @JsonProperty(required = true) double leakSpread)
    implements Serializable {

  /** Checks every parameter. */
  public LinearStepCapacitor {
    String name = "LinearStepCapacitor.";
    Check.notNegative(name + "gSharedMicroSiemens", gSharedMicroSiemens);
    Check.positive(name + "stepMicroSiemens", stepMicroSiemens);
    Check.inRange(name + "stepSpread", stepSpread, 0, 1);
    Check.inRange(name + "asymmetrySpread", asymmetrySpread, 0, 1);
    Check.inRange(name + "slope", slope, 0, 1);
    Check.positive(name + "rangeMicroSiemens", rangeMicroSiemens);
    Check.inRange(name + "rangeSpread", rangeSpread, 0, 1);
    Check.notNegative(name + "cycleNoise", cycleNoise);
    Check.notNegative(name + "mismatchMicroSiemens", mismatchMicroSiemens);
    Check.inRange(
        name + "restMicroSiemens", restMicroSiemens, -rangeMicroSiemens, rangeMicroSiemens);
    if (leakExamples != Double.POSITIVE_INFINITY) {
      Check.positive(name + "leakExamples", leakExamples);
    }
    Check.inRange(name + "leakSpread", leakSpread, 0, 1);
  }

  /**
   * The same capacitor with another asymmetry, for studies.
   *
   * @param spread the new {@link #asymmetrySpread()}
   * @return a copy
   */
  public LinearStepCapacitor withAsymmetrySpread(double spread) {
    return new LinearStepCapacitor(
        gSharedMicroSiemens,
        stepMicroSiemens,
        stepSpread,
        spread,
        slope,
        rangeMicroSiemens,
        rangeSpread,
        cycleNoise,
        mismatchMicroSiemens,
        restMicroSiemens,
        leakExamples,
        leakSpread);
  }

  /**
   * Builds the cells of one array, each with its own variation.
   *
   * @param cells number of cells
   * @param variationKey stream of the chip's fixed variation
   * @return the cells, re-initialised
   */
  public CapacitorArray array(int cells, long variationKey) {
    return new CapacitorArray(this, cells, variationKey);
  }
}
