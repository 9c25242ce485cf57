package io.github.dl4jhardware.analog.device;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The 3T1C cell's read transistor: its channel conductance as a function of the voltage on the
 * capacitor at its gate.
 *
 * <p>g(V) = β·(V − V_T) / (1 + θ·(V − V_T)) above the threshold, 0 below: the channel of a MOSFET
 * in deep triode (small drain voltage), with θ for the fall of mobility and the series resistance.
 * No draws. Source: square-law MOSFET with mobility reduction as in textbooks (Y. Tsividis,
 * "Operation and Modeling of the MOS Transistor"); that g depends on V_C through a read transistor:
 * S. Ambrogio et al., Nature 558, 60 (2018).
 *
 * @param betaMicroSiemensPerVolt β, in µS/V
 * @param thresholdVolts mean V_T, in V
 * @param mobilityReductionPerVolt θ, in 1/V
 * @param thresholdSpreadVolts device-to-device spread of V_T, in V; normal, one draw a cell once a
 *     chip
 */
public record ReadTransistor(
    @JsonProperty(required = true) double betaMicroSiemensPerVolt,
    @JsonProperty(required = true) double thresholdVolts,
    @JsonProperty(required = true) double mobilityReductionPerVolt,
    @JsonProperty(required = true) double thresholdSpreadVolts)
    implements Serializable {

  /** Checks every parameter. */
  public ReadTransistor {
    String name = "ReadTransistor.";
    Check.positive(name + "betaMicroSiemensPerVolt", betaMicroSiemensPerVolt);
    Check.inRange(name + "thresholdVolts", thresholdVolts, -5, 5);
    Check.notNegative(name + "mobilityReductionPerVolt", mobilityReductionPerVolt);
    Check.inRange(name + "thresholdSpreadVolts", thresholdSpreadVolts, 0, 1);
  }

  /**
   * The conductance at a gate voltage.
   *
   * @param volts V
   * @param ownThresholdVolts the device's V_T
   * @return g in µS
   */
  public double microSiemens(double volts, double ownThresholdVolts) {
    double overdrive = Math.max(0, volts - ownThresholdVolts);
    return betaMicroSiemensPerVolt * overdrive / (1 + mobilityReductionPerVolt * overdrive);
  }

  /**
   * The slope of the conductance of an average device.
   *
   * @param volts V
   * @return dg/dV in µS/V
   */
  public double slopeMicroSiemensPerVolt(double volts) {
    double overdrive = volts - thresholdVolts;
    double divisor = 1 + mobilityReductionPerVolt * overdrive;
    return overdrive < 0 ? 0 : betaMicroSiemensPerVolt / (divisor * divisor);
  }
}
