package io.github.dl4jhardware.analog.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.preset.Synapses;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies of devices with one property changed, what devices say of themselves, and checks. */
class DeviceRecordsTest {
  private static final StepVariation VARIATION =
      new StepVariation(0.1, -0.2, 0.03, 0.04, 0.05, 0.06, 0.7);
  private static final StepVariation HALF =
      new StepVariation(0.05, -0.2, 0.015, 0.02, 0.025, 0.06, 0.35);
  private static final LinearStepDevice LINEAR =
      new LinearStepDevice(20, 0.1, 0.2, 0.3, 18, 17, VARIATION, 4, 1e6, 0.2, 0.4, true);

  @Test
  void spreadsAreScaledTogether() {
    assertThat(VARIATION.withSpreadTimes(0.5)).isEqualTo(HALF);
    assertThat(LINEAR.withSpreadTimes(0.5))
        .isEqualTo(new LinearStepDevice(20, 0.1, 0.2, 0.3, 18, 17, HALF, 4, 1e6, 0.1, 0.2, true));
    SoftBoundsDevice soft = new SoftBoundsDevice(20, 0.1, 18, 17, VARIATION);
    assertThat(soft.withSpreadTimes(0.5)).isEqualTo(new SoftBoundsDevice(20, 0.1, 18, 17, HALF));
    ExponentialStepDevice steps = new ExponentialStepDevice(20, 0.1, 2, 3, 4, 5, 18, 17, VARIATION);
    assertThat(steps.withSpreadTimes(0.5))
        .isEqualTo(new ExponentialStepDevice(20, 0.1, 2, 3, 4, 5, 18, 17, HALF));
    VoltageCapacitor capacitor = (VoltageCapacitor) Synapses.pcmCapacitor2018().capacitor();
    VoltageCapacitor half = capacitor.withSpreadTimes(0.5);
    assertThat(half.capacitanceSpread()).isEqualTo(capacitor.capacitanceSpread() / 2);
    assertThat(half.leakSpread()).isEqualTo(capacitor.leakSpread() / 2);
    assertThat(half.read().thresholdSpreadVolts())
        .isEqualTo(capacitor.read().thresholdSpreadVolts() / 2);
    assertThat(half.charge().thresholdSpreadVolts())
        .isEqualTo(capacitor.charge().thresholdSpreadVolts() / 2);
    assertThat(half.withSpreadTimes(2)).isEqualTo(capacitor);
  }

  @Test
  void leaksAreChangedWhereThereAreAny() {
    assertThat(LINEAR.withLeakExamples(77).leakExamples()).isEqualTo(77);
    assertThat(LINEAR.withLeakExamples(1e6)).isEqualTo(LINEAR);
    VoltageCapacitor capacitor = (VoltageCapacitor) Synapses.pcmCapacitor2018().capacitor();
    VoltageCapacitor other = capacitor.withLeakExamples(5000);
    assertThat(other.leakSeconds()).isCloseTo(5000 * capacitor.secondsPerExample(), within(1e-12));
    assertThatThrownBy(() -> Synapses.reRamSoftBounds().device().withLeakExamples(1))
        .hasMessage("SoftBoundsDevice has no leak");
    assertThatThrownBy(() -> Synapses.reRamExponential().device().withLeakExamples(1))
        .hasMessage("ExponentialStepDevice has no leak");
  }

  @Test
  void onlyCapacitorsKeepAVoltage() {
    assertThat(LINEAR.keepsVoltage()).isFalse();
    assertThat(Synapses.reRamSoftBounds().device().keepsVoltage()).isFalse();
    assertThat(Synapses.reRamExponential().device().keepsVoltage()).isFalse();
    assertThat(Synapses.pcmCapacitor2018().capacitor().keepsVoltage()).isTrue();
  }

  /** An imbalance weakens one direction: the mean of both loses half of it. By hand. */
  @Test
  void meanStepsByHand() {
    assertThat(LINEAR.meanStepMicroSiemens()).isCloseTo(0.1 * 0.9, within(1e-12));
    StepVariation down = new StepVariation(0, 0.4, 0, 0, 0, 0, 0);
    assertThat(new SoftBoundsDevice(20, 0.1, 18, 17, down).meanStepMicroSiemens())
        .isCloseTo(0.1 * 0.8, within(1e-12));
    // Up 1 + 2·e^−1 = 1.735759, down 1 + 3·e^0.5 = 5.946164, weakened to 0.6 of it.
    assertThat(
            new ExponentialStepDevice(20, 0.1, 2, 3, 1, 0.5, 18, 17, down).meanStepMicroSiemens())
        .isCloseTo(0.1 * (1.7357589 + 0.6 * 5.9461638) / 2, within(1e-7));
    StepVariation up = new StepVariation(0, -0.4, 0, 0, 0, 0, 0);
    assertThat(new ExponentialStepDevice(20, 0.1, 2, 3, 1, 0.5, 18, 17, up).meanStepMicroSiemens())
        .isCloseTo(0.1 * (0.6 * 1.7357589 + 5.9461638) / 2, within(1e-7));
  }

  @Test
  void faultsOfADevice() {
    Pcm pcm = Synapses.inferencePcm().withFaults(0.1, 0.2);
    assertThat(pcm.stuckOnRate()).isEqualTo(0.1);
    assertThat(pcm.deadRate()).isEqualTo(0.2);
    assertThat(pcm.faultMicroSiemens(0.05)).isEqualTo(25);
    assertThat(pcm.faultMicroSiemens(0.1)).isZero();
    assertThat(pcm.faultMicroSiemens(0.25)).isZero();
    assertThat(pcm.faultMicroSiemens(0.3000001)).isNaN();
    PcmReading other = new PcmReading(3, 4, 5);
    assertThat(pcm.withReading(other).reading()).isEqualTo(other);
    assertThat(pcm.withReading(pcm.reading())).isEqualTo(pcm);
  }

  /** Bounds belong to the range; what is beyond, or no number, is told with the bounds. */
  @Test
  void boundsAreAllowedAndWhatIsBeyondIsNot() {
    assertThat(Check.inRange("x", 2.0, 2, 5.5)).isEqualTo(2);
    Check.inRange("x", 5.5, 2, 5.5);
    Check.inRange("x", 2L, 2, 5);
    assertThat(Check.inRange("x", 5L, 2, 5)).isEqualTo(5);
    assertThat(Check.notNegative("x", 0)).isZero();
    assertThat(Check.notNegative("x", 3)).isEqualTo(3);
    assertThat(Check.positive("x", Double.MIN_VALUE)).isEqualTo(Double.MIN_VALUE);
    assertThatThrownBy(() -> Check.inRange("x", 5.6, 2, 5.5))
        .hasMessage("x must be a number from 2 to 5.5, but is 5.6");
    assertThatThrownBy(() -> Check.inRange("x", Double.NaN, 2, 1e15))
        .hasMessage("x must be a number from 2 to 1.0E15, but is NaN");
    assertThatThrownBy(() -> Check.inRange("x", 6L, 2, 5))
        .hasMessage("x must be a whole number from 2 to 5, but is 6");
    assertThatThrownBy(() -> Check.inRange("x", 1L, 2, 5)).hasMessageContaining("but is 1");
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Check.positive("x", bad))
          .hasMessage("x must be a finite number above 0, but is " + bad);
    }
    for (double bad : new double[] {-1e-9, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Check.notNegative("x", bad))
          .hasMessage("x must be a finite number of at least 0, but is " + bad);
    }
  }

  /** In the middle, in both tails and in the computed ends, both signs alike. */
  @ParameterizedTest
  @CsvSource({"2e-10", "3e-9", "1e-7", "4e-6", "1.4e-5", "1e-4", "0.003", "0.0041", "0.01", "0.3"})
  void deviatesAreQuantiles(double p) {
    double expected = NormalDistribution.of(0, 1).inverseCumulativeProbability(p);
    long u = (long) (p * 0x1p32);
    // Half of one of 2^32 bits at this density, and the tables' own error of 6e−4.
    double density = Math.exp(-expected * expected / 2) / Math.sqrt(2 * Math.PI);
    double error = 7e-4 + 0x1p-32 / density;
    assertThat((double) Gaussian.fromBits((int) u)).isCloseTo(expected, within(error));
    assertThat((double) Gaussian.fromBits((int) ((1L << 32) - 1 - u)))
        .isCloseTo(-expected, within(error));
  }

  /**
   * No property of a device hangs together with one of a neighbour, in the row or a row below:
   * steps up and down, both ends of the range, the state after re-initialisation, the time
   * constant. 4.5 standard errors: false-alarm rate 7e−6 each.
   */
  @ParameterizedTest
  @MethodSource("io.github.dl4jhardware.analog.device.PulsedArrayContractTest#devices")
  void neighboursAreIndependent(PulsedDevice device) {
    int columns = 150;
    int cells = 100 * columns;
    double[][] properties = properties(device.array(100, columns, 77), cells);
    for (double[] one : properties) {
      for (double[] other : properties) {
        for (int lag : new int[] {1, 2, 3, columns}) {
          double sum = 0;
          for (int cell = 0; cell + lag < cells; cell++) {
            sum += one[cell] * other[cell + lag];
          }
          assertThat(sum / (cells - lag)).isCloseTo(0, within(4.5 / Math.sqrt(cells - lag)));
        }
      }
    }
  }

  /** Standardised; ranks would do as well, as spreads are small. */
  private static double[][] properties(PulsedArray array, int cells) {
    double[][] properties = new double[6][cells];
    for (int cell = 0; cell < cells; cell++) {
      double start = array.resetMicroSiemens(cell);
      properties[0][cell] = start;
      array.reset(cell);
      array.fire(cell, 1, 0, 0);
      properties[1][cell] = array.conductance()[cell] - start;
      array.reset(cell);
      array.fire(cell, 0, 1, 0);
      properties[2][cell] = array.conductance()[cell] - start;
      array.reset(cell);
      array.fire(cell, 1e6f, 0, 0);
      properties[3][cell] = array.conductance()[cell];
      array.reset(cell);
      array.fire(cell, 0, 1e6f, 0);
      properties[4][cell] = array.conductance()[cell];
      array.reset(cell);
      if (array.leakBlockExamples() > 0) {
        array.leak(cell, cell + 1, 20);
        properties[5][cell] = array.conductance()[cell] - start;
      }
    }
    for (double[] property : properties) {
      double mean = PulsedArrayContractTest.average(property);
      double deviation = PulsedArrayContractTest.deviation(property);
      for (int cell = 0; cell < cells; cell++) {
        property[cell] = deviation > 1e-6 ? (property[cell] - mean) / deviation : 0;
      }
    }
    return properties;
  }
}
