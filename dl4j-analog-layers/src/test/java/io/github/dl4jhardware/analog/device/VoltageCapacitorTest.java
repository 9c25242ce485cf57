package io.github.dl4jhardware.analog.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VoltageCapacitorTest {
  private static final long KEY = Draws.key(3, 1, Draws.VARIATION, 0);
  private static final ReadTransistor READ = new ReadTransistor(55, 0.1, 0.25, 0);
  private static final ChargeTransistor CHARGE = new ChargeTransistor(0.2, 0.1, 0);
  private static final VoltageCapacitor EXACT = capacitor(READ, CHARGE, 0, 1, 0);

  private static VoltageCapacitor capacitor(
      ReadTransistor read,
      ChargeTransistor charge,
      double capacitanceSpread,
      double leakSeconds,
      double leakSpread) {
    return new VoltageCapacitor(
        read, charge, 0.0022, capacitanceSpread, 1, 0.5, 0.8, leakSeconds, leakSpread, 1e-6, 0, 8);
  }

  /** β·x / (1 + θ·x) by hand. */
  @ParameterizedTest
  @CsvSource({"0,0", "0.1,0", "0.5,20", "0.8,32.765957", "1,40.408163"})
  void readTransistorFollowsItsLaw(double volts, double microSiemens) {
    assertThat(READ.microSiemens(volts, READ.thresholdVolts()))
        .isCloseTo(microSiemens, within(1e-6));
    double h = 1e-6;
    if (volts > 0.1) {
      double slope =
          (READ.microSiemens(volts + h, 0.1) - READ.microSiemens(volts - h, 0.1)) / (2 * h);
      assertThat(READ.slopeMicroSiemensPerVolt(volts)).isCloseTo(slope, within(1e-5));
    }
  }

  /** Saturation, the edge to triode, triode, and the rail; by hand from the law. */
  @ParameterizedTest
  @CsvSource({
    "0.5,0.2,1", // the middle
    "0.9,0.2,1.0380952", // 1.09 / 1.05
    "0.2,0.2,0.97142857", // 1.02 / 1.05
    "0.1,0.2,0.72142857", // x = 0.5: 0.75 · 1.01 / 1.05
    "0,0.2,0",
    "0.5,0.22,1.21", // own overdrive, squared
    "0.11,0.22,0.87379286" // 1.21 · 0.75 · 1.011 / 1.05
  })
  void chargeTransistorFollowsItsLaw(double drainSource, double overdrive, double relative) {
    assertThat(CHARGE.relativeStep(drainSource, overdrive, 0.5)).isCloseTo(relative, within(1e-6));
  }

  /** Both directions from several voltages, against the records' laws. */
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95})
  void pulsesMoveTheVoltageByTheLaws(double volts) {
    PulsedArray array = EXACT.array(1, 2, KEY);
    Arrays.fill(array.state(), (float) (volts - 0.8));
    array.pulse(0, 1, 1);
    array.pulse(1, -1, 1);
    double up = 0.0022 * CHARGE.relativeStep(1 - volts, 0.2, 0.5);
    double down = 0.0022 * CHARGE.relativeStep(volts, 0.2, 0.5);
    assertThat(array.state()[0] + 0.8).isCloseTo(volts + up, within(1e-7));
    assertThat(array.state()[1] + 0.8).isCloseTo(volts - down, within(1e-7));
    assertThat((double) array.conductance()[0])
        .isCloseTo(READ.microSiemens(volts + up, 0.1), within(1e-5));
  }

  @Test
  void presetStepIsAHundredthOfARange() {
    assertThat(EXACT.meanStepMicroSiemens()).isCloseTo(0.1, within(1e-9));
    assertThat(EXACT.gSharedMicroSiemens()).isCloseTo(20, within(1e-9));
  }

  @Test
  void voltageStaysBetweenTheRails() {
    PulsedArray array = EXACT.array(1, 2, KEY);
    for (int train = 0; train < 200; train++) {
      array.pulse(0, 31, train);
      array.pulse(1, -31, train);
    }
    assertThat(array.state()[0] + 0.8f).isBetween(0.99f, 1f);
    assertThat(array.state()[1] + 0.8f).isBetween(0f, 0.01f);
    assertThat(array.saturated(0)).isTrue();
    assertThat(array.saturated(1)).isTrue();
    array.pulse(1, 200, 1);
    assertThat(array.saturated(1)).isFalse();
  }

  /** A sequence of 28 steps lasts, and leaks, as long as 28 examples of one step. */
  @Test
  void longerExamplesLeakLonger() {
    PulsedArray array =
        capacitor(READ, CHARGE, 0, 0.01, 0).withSecondsPerExample(28e-6).array(1, 1, KEY);
    Arrays.fill(array.state(), -0.3f);
    array.leak(0, 1, 5);
    double seconds = 5.0 * array.leakBlockExamples() * 28e-6;
    assertThat(array.state()[0])
        .isCloseTo((float) (-0.3 * Math.exp(-seconds / 0.01)), within(1e-6f));
  }

  /**
   * V(t) = V_rest + (V(0) − V_rest)·e^(−t/τ) to 1e−6 V at every block, for fast and slow leaks,
   * over five transfer intervals and up to several time constants.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.005, 0.02, 0.3, 1, 10})
  void leakFollowsItsAnalyticSolution(double leakSeconds) {
    VoltageCapacitor law = capacitor(READ, CHARGE, 0, leakSeconds, 0);
    PulsedArray array = law.array(1, 2, KEY);
    array.pulse(1, -60, 1);
    double start = array.state()[1] + 0.8;
    int block = array.leakBlockExamples();
    double worst = 0;
    for (int blocks = 1; blocks * block <= 40_000; blocks++) {
      array.leak(0, 2, 1);
      double left = Math.exp(-blocks * block * 1e-6 / leakSeconds);
      worst = Math.max(worst, Math.abs(array.state()[0] + 0.8 - (0.8 - 0.3 * left)));
      worst = Math.max(worst, Math.abs(array.state()[1] + 0.8 - (0.8 - (0.8 - start) * left)));
    }
    assertThat(worst).isLessThan(1e-6);
    PulsedArray atOnce = law.array(1, 1, KEY);
    atOnce.leak(0, 1, 5000);
    double wanted = 0.8 - 0.3 * Math.exp(-5000.0 * block * 1e-6 / leakSeconds);
    assertThat(atOnce.state()[0] + 0.8).isCloseTo(wanted, within(1e-6));
  }

  /** Time constants: mean and spread over 20,000 cells within 4.5 standard errors (7e−6). */
  @Test
  void timeConstantsSpread() {
    int cells = 20_000;
    PulsedArray array = capacitor(READ, CHARGE, 0, 1, 0.1).array(1, cells, KEY);
    array.leak(0, cells, 1000);
    double[] examples = new double[cells];
    for (int cell = 0; cell < cells; cell++) {
      examples[cell] = -1000.0 * array.leakBlockExamples() / Math.log(array.state()[cell] / -0.3);
    }
    double mean = PulsedArrayContractTest.average(examples);
    assertThat(mean).isCloseTo(1e6, within(4.5 * 1e5 / Math.sqrt(cells)));
    assertThat(PulsedArrayContractTest.deviation(examples))
        .isCloseTo(1e5, within(4.5 * 1e5 / Math.sqrt(2.0 * cells)));
  }

  /** Columns of a group have one reference, groups differ by its threshold: 4.5 standard errors. */
  @Test
  void columnsOfAGroupShareTheirReference() {
    int groups = 2000;
    VoltageCapacitor law = capacitor(new ReadTransistor(55, 0.1, 0.25, 0.02), CHARGE, 0, 1, 0);
    float[] references = law.array(1, 8 * groups, KEY).gShared();
    double[] each = new double[groups];
    for (int group = 0; group < groups; group++) {
      for (int column = 8 * group; column < 8 * group + 8; column++) {
        assertThat(references[column]).isEqualTo(references[8 * group]);
      }
      each[group] = references[8 * group];
    }
    double sigma = 0.02 * READ.slopeMicroSiemensPerVolt(0.5);
    assertThat(PulsedArrayContractTest.deviation(each))
        .isCloseTo(sigma, within(4.5 * sigma / Math.sqrt(2.0 * groups)));
  }

  /** Capacitance spread alone: relative spread of the step within 4.5 standard errors (7e−6). */
  @Test
  void capacitanceSpreadsTheStep() {
    int cells = 20_000;
    PulsedArray array = capacitor(READ, CHARGE, 0.05, 1, 0).array(1, cells, KEY);
    double[] inverse = new double[cells];
    for (int cell = 0; cell < cells; cell++) {
      array.pulse(cell, 1, 1);
      inverse[cell] = 0.0022 / (array.state()[cell] + 0.3);
    }
    assertThat(PulsedArrayContractTest.average(inverse))
        .isCloseTo(1, within(4.5 * 0.05 / Math.sqrt(cells) + 1e-4));
    assertThat(PulsedArrayContractTest.deviation(inverse))
        .isCloseTo(0.05, within(4.5 * 0.05 / Math.sqrt(2.0 * cells)));
  }

  @Test
  void badParametersAreNamed() {
    assertThatThrownBy(
            () -> new VoltageCapacitor(READ, CHARGE, 0.0022, 0, 1, 0.05, 0.8, 1, 0, 1e-6, 0, 8))
        .hasMessage(
            "VoltageCapacitor.resetVolts must be above the read transistor's threshold of 0.1 V, but is 0.05");
    assertThatThrownBy(() -> capacitor(READ, CHARGE, 0, -1, 0))
        .hasMessage("VoltageCapacitor.leakSeconds must be a finite number above 0, but is -1.0");
    assertThatThrownBy(() -> new ReadTransistor(0, 0.1, 0.25, 0))
        .hasMessage(
            "ReadTransistor.betaMicroSiemensPerVolt must be a finite number above 0, but is 0.0");
    assertThatThrownBy(() -> new ChargeTransistor(0.2, Double.NaN, 0))
        .hasMessage(
            "ChargeTransistor.channelLengthModulationPerVolt must be a finite number of at least 0, but is NaN");
    assertThatThrownBy(() -> EXACT.withAsymmetrySpread(2))
        .hasMessage("VoltageCapacitor.asymmetrySpread must be a number from 0 to 1, but is 2.0");
  }
}
