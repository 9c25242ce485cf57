package io.github.dl4jhardware.analog.device;

import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The 3T1C cell with its capacitor's voltage as the state: a PMOS adds charge, an NMOS removes it,
 * a read transistor turns V_C into the conductance g.
 *
 * <p>g = {@link ReadTransistor}(V_C); an up pulse adds ΔV_up(V_C), a down pulse takes ΔV_down(V_C)
 * ({@link ChargeTransistor}), both divided by the cell's own capacitance; 0 ≤ V_C ≤ V_DD; the
 * voltage leaks, V_C(t) = V_rest + (V_C(0) − V_rest)·e<sup>−t/τ</sup>; re-initialisation sets it to
 * V_reset. All columns of a group are read against one reference cell at V_reset, whose read
 * transistor has a threshold of its own. Each pulse has a normal spread of {@code cycleNoise} of
 * its step. Long trains are taken four pulses at a time. Draws: five a cell and one a reference
 * once a chip, one a cell and example with pulses. Source: S. Ambrogio et al., Nature 558, 60
 * (2018), for the circuit, re-initialisation at 0.5 V and the leak toward 0.8 V; the transistors'
 * laws are cited at their records.
 *
 * @param read the read transistor, also of the reference
 * @param charge the PMOS and the NMOS
 * @param stepVolts mean ΔV of both at V_DD / 2, in V
 * @param capacitanceSpread relative device-to-device spread of the capacitance
 * @param supplyVolts V_DD, in V
 * @param resetVolts V_reset, in V
 * @param restVolts V_rest, in V
 * @param leakSeconds mean τ, in s; infinity is no leak
 * @param leakSpread relative device-to-device spread of τ
 * @param secondsPerExample duration of one training example, in s
 * @param cycleNoise cycle-to-cycle spread of one pulse, as a part of its step
 * @param columnsPerReference columns that share a reference
 */
public record VoltageCapacitor(
    @JsonProperty(required = true) ReadTransistor read,
    @JsonProperty(required = true) ChargeTransistor charge,
    @JsonProperty(required = true) double stepVolts,
    @JsonProperty(required = true) double capacitanceSpread,
    @JsonProperty(required = true) double supplyVolts,
    @JsonProperty(required = true) double resetVolts,
    @JsonProperty(required = true) double restVolts,
    @JsonProperty(required = true) double leakSeconds,
    @JsonProperty(required = true) double leakSpread,
    @JsonProperty(required = true) double secondsPerExample,
    @JsonProperty(required = true) double cycleNoise,
    @JsonProperty(required = true) int columnsPerReference)
    implements PulsedDevice {

  /** Checks every parameter. */
  public VoltageCapacitor {
    String name = "VoltageCapacitor.";
    Check.present(name + "read", read);
    Check.present(name + "charge", charge);
    Check.positive(name + "stepVolts", stepVolts);
    Check.inRange(name + "capacitanceSpread", capacitanceSpread, 0, 0.3);
    Check.positive(name + "supplyVolts", supplyVolts);
    Check.inRange(name + "resetVolts", resetVolts, 0, supplyVolts);
    Check.inRange(name + "restVolts", restVolts, 0, supplyVolts);
    if (leakSeconds != Double.POSITIVE_INFINITY) {
      Check.positive(name + "leakSeconds", leakSeconds);
    }
    Check.inRange(name + "leakSpread", leakSpread, 0, 1);
    Check.positive(name + "secondsPerExample", secondsPerExample);
    Check.notNegative(name + "cycleNoise", cycleNoise);
    Check.inRange(name + "columnsPerReference", columnsPerReference, 1, Integer.MAX_VALUE);
    if (!(read.microSiemens(resetVolts, read.thresholdVolts()) > 0)) {
      throw new IllegalArgumentException(
          name
              + "resetVolts must be above the read transistor's threshold of "
              + read.thresholdVolts()
              + " V, but is "
              + resetVolts);
    }
  }

  /** At V_reset. */
  @Override
  public double meanStepMicroSiemens() {
    double middle = supplyVolts / 2;
    double overdrive = charge.overdriveVolts();
    double up = charge.relativeStep(supplyVolts - resetVolts, overdrive, middle);
    double down = charge.relativeStep(resetVolts, overdrive, middle);
    return stepVolts * (up + down) / 2 * read.slopeMicroSiemensPerVolt(resetVolts);
  }

  @Override
  public double gSharedMicroSiemens() {
    return read.microSiemens(resetVolts, read.thresholdVolts());
  }

  @Override
  public boolean keepsVoltage() {
    return true;
  }

  /**
   * The asymmetry comes from the thresholds: e = (δ_n − δ_p) / V_ov to first order, so that its
   * spread is √2·σ/V_ov.
   */
  @Override
  public VoltageCapacitor withAsymmetrySpread(double spread) {
    Check.inRange("VoltageCapacitor.asymmetrySpread", spread, 0, 1);
    ChargeTransistor other =
        new ChargeTransistor(
            charge.overdriveVolts(),
            charge.channelLengthModulationPerVolt(),
            spread * charge.overdriveVolts() / Math.sqrt(2));
    return with(other, leakSeconds, secondsPerExample);
  }

  @Override
  public VoltageCapacitor withSpreadTimes(double factor) {
    Check.notNegative("VoltageCapacitor.spreadFactor", factor);
    return new VoltageCapacitor(
        new ReadTransistor(
            read.betaMicroSiemensPerVolt(),
            read.thresholdVolts(),
            read.mobilityReductionPerVolt(),
            factor * read.thresholdSpreadVolts()),
        new ChargeTransistor(
            charge.overdriveVolts(),
            charge.channelLengthModulationPerVolt(),
            factor * charge.thresholdSpreadVolts()),
        stepVolts,
        factor * capacitanceSpread,
        supplyVolts,
        resetVolts,
        restVolts,
        leakSeconds,
        factor * leakSpread,
        secondsPerExample,
        cycleNoise,
        columnsPerReference);
  }

  @Override
  public VoltageCapacitor withLeakExamples(double examples) {
    return with(charge, examples * secondsPerExample, secondsPerExample);
  }

  /**
   * The same for examples that take another time: a sequence lasts as many steps as it has, a
   * convolution as many reads as it has positions. The leak stays the same in seconds, and so
   * becomes another number of examples.
   *
   * @param seconds an example lasts, above 0
   * @return a copy
   */
  public VoltageCapacitor withSecondsPerExample(double seconds) {
    return with(charge, leakSeconds, seconds);
  }

  private VoltageCapacitor with(
      ChargeTransistor otherCharge, double otherLeakSeconds, double otherSecondsPerExample) {
    return new VoltageCapacitor(
        read,
        otherCharge,
        stepVolts,
        capacitanceSpread,
        supplyVolts,
        resetVolts,
        restVolts,
        otherLeakSeconds,
        leakSpread,
        otherSecondsPerExample,
        cycleNoise,
        columnsPerReference);
  }

  @Override
  public PulsedArray array(int rows, int columns, long variationKey) {
    return new VoltageArray(this, rows, columns, variationKey);
  }
}
