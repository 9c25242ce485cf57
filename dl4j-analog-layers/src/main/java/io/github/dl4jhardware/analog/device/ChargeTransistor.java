package io.github.dl4jhardware.analog.device;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The transistor that moves a packet of charge onto the capacitor (PMOS) or off it (NMOS) in one
 * pulse.
 *
 * <p>ΔV(V_DS) = A·(V_ov/V_ov,mean)²·x·(2 − x)·(1 + λ·V_DS), x = min(1, V_DS/V_ov), where V_DS =
 * V_DD − V_C for the PMOS and V_C for the NMOS: a MOSFET with gate overdrive V_ov for the length of
 * the pulse, in saturation while V_DS ≥ V_ov, in triode beyond, where the step goes to 0 at the
 * rail. A is such that an average device in the middle of its range makes the step that the cell
 * asks for. V_ov = mean − the device's own threshold shift. Source: square-law MOSFET as in
 * textbooks (Y. Tsividis, "Operation and Modeling of the MOS Transistor"); that both steps depend
 * on V_C and that each cell has its own thresholds: S. Ambrogio et al., Nature 558, 60 (2018).
 *
 * @param overdriveVolts mean V_ov, in V
 * @param channelLengthModulationPerVolt λ, in 1/V
 * @param thresholdSpreadVolts device-to-device spread of the threshold, in V; normal, one draw a
 *     device once a chip
 */
public record ChargeTransistor(
    @JsonProperty(required = true) double overdriveVolts,
    @JsonProperty(required = true) double channelLengthModulationPerVolt,
    @JsonProperty(required = true) double thresholdSpreadVolts)
    implements Serializable {

  /** Checks every parameter. */
  public ChargeTransistor {
    String name = "ChargeTransistor.";
    Check.positive(name + "overdriveVolts", overdriveVolts);
    Check.notNegative(name + "channelLengthModulationPerVolt", channelLengthModulationPerVolt);
    Check.inRange(name + "thresholdSpreadVolts", thresholdSpreadVolts, 0, 1);
  }

  /**
   * The step of one device, relative to its step in the middle.
   *
   * @param drainSourceVolts V_DS, at least 0
   * @param ownOverdriveVolts the device's V_ov, above 0
   * @param middleVolts V_DS in the middle of the range
   * @return ΔV / (the step of an average device in the middle)
   */
  public double relativeStep(
      double drainSourceVolts, double ownOverdriveVolts, double middleVolts) {
    double strength = ownOverdriveVolts / overdriveVolts;
    return strength
        * strength
        * shape(drainSourceVolts, ownOverdriveVolts)
        / shape(middleVolts, overdriveVolts);
  }

  private double shape(double drainSource, double overdrive) {
    double x = Math.min(1, drainSource / overdrive);
    return x * (2 - x) * (1 + channelLengthModulationPerVolt * drainSource);
  }

  /** V_ov of the device with a threshold shift of z spreads; a twentieth of the mean at least. */
  double ownOverdriveVolts(double z) {
    return Math.max(overdriveVolts / 20, overdriveVolts - thresholdSpreadVolts * z);
  }
}
