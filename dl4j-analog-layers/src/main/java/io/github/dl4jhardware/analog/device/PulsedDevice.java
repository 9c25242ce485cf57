package io.github.dl4jhardware.analog.device;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonSubTypes;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/**
 * A device whose conductance pulses raise and lower in small steps, read against a reference
 * conductance g_shared. The types' names in JSON are file format.
 *
 * @see VoltageCapacitor
 * @see LinearStepDevice
 * @see SoftBoundsDevice
 * @see ExponentialStepDevice
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "device")
@JsonSubTypes({
  @JsonSubTypes.Type(value = VoltageCapacitor.class, name = "voltage-capacitor"),
  @JsonSubTypes.Type(value = LinearStepDevice.class, name = "linear-step"),
  @JsonSubTypes.Type(value = SoftBoundsDevice.class, name = "soft-bounds"),
  @JsonSubTypes.Type(value = ExponentialStepDevice.class, name = "exponential-step")
})
public sealed interface PulsedDevice extends Serializable
    permits VoltageCapacitor, LinearStepDevice, SoftBoundsDevice, ExponentialStepDevice {
  /**
   * The mean conductance change by one pulse, up or down, on an average device at its reference.
   *
   * @return the step in µS, above 0
   */
  double meanStepMicroSiemens();

  /**
   * The mean conductance of the reference.
   *
   * @return g_shared in µS
   */
  double gSharedMicroSiemens();

  /**
   * What the array keeps from step to step.
   *
   * @return true for a capacitor's voltage, false for the conductance
   */
  boolean keepsVoltage();

  /**
   * The same device with another asymmetry, for studies.
   *
   * @param spread device-to-device spread of what one direction has more and the other less, as a
   *     part of the step
   * @return a copy
   */
  PulsedDevice withAsymmetrySpread(double spread);

  /**
   * The same device with other differences between devices, for studies and searches; what differs
   * from pulse to pulse stays.
   *
   * @param factor of every device-to-device spread, at least 0
   * @return a copy
   * @throws IllegalArgumentException if a spread would leave its range
   */
  PulsedDevice withSpreadTimes(double factor);

  /**
   * The same device with another leak, for studies.
   *
   * @param examples mean time constant in training examples; infinity is no leak
   * @return a copy
   * @throws IllegalArgumentException if the device has no leak to change
   */
  PulsedDevice withLeakExamples(double examples);

  /**
   * Builds the devices of one array, each with its own variation.
   *
   * @param rows number of rows
   * @param columns number of columns
   * @param variationKey stream of the chip's fixed variation
   * @return the devices, re-initialised
   */
  PulsedArray array(int rows, int columns, long variationKey);
}
