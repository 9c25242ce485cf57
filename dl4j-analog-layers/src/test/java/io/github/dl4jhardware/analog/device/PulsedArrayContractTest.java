package io.github.dl4jhardware.analog.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.PulsedSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.preset.Synapses;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every pulsed device does, one row a device of a preset. */
class PulsedArrayContractTest {
  private static final int ROWS = 100;
  private static final int COLUMNS = 200;
  private static final int CELLS = ROWS * COLUMNS;
  private static final long KEY = Draws.key(11, 0, Draws.VARIATION, 0);

  static List<PulsedDevice> devices() {
    return Synapses.byName().values().stream()
        .map(PulsedArrayContractTest::device)
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  private static @Nullable PulsedDevice device(Synapse synapse) {
    if (synapse instanceof PulsedSynapse pulsed) {
      return pulsed.device();
    }
    return synapse instanceof PcmCapacitorSynapse cell ? cell.capacitor() : null;
  }

  @ParameterizedTest
  @MethodSource("devices")
  void stateAndChipTellTheConductance(PulsedDevice device) {
    PulsedArray array = device.array(3, 5, KEY);
    for (int cell = 0; cell < 15; cell++) {
      array.pulse(cell, 10 * (cell - 7), 3);
    }
    PulsedArray copy = device.array(3, 5, KEY);
    System.arraycopy(array.state(), 0, copy.state(), 0, 15);
    copy.refresh();
    assertThat(copy.conductance()).isEqualTo(array.conductance());
    assertThat(copy.gShared()).isEqualTo(array.gShared());
    PulsedArray other = device.array(3, 5, KEY + 1);
    other.pulse(0, 10, 3);
    array.reset(0);
    array.pulse(0, 10, 3);
    assertThat(other.conductance()[0]).isNotEqualTo(array.conductance()[0]);
  }

  @ParameterizedTest
  @MethodSource("devices")
  void resetBringsBackWhatTheDeviceBeganWith(PulsedDevice device) {
    PulsedArray array = device.array(1, 4, KEY);
    float[] start = array.conductance().clone();
    float[] state = array.state().clone();
    for (int cell = 0; cell < 4; cell++) {
      assertThat(start[cell]).isEqualTo(array.resetMicroSiemens(cell));
      array.pulse(cell, 50, 1);
      array.reset(cell);
    }
    assertThat(array.conductance()).isEqualTo(start);
    assertThat(array.state()).isEqualTo(state);
  }

  /** Long trains end at the ends of the range, and there the device says so. */
  @ParameterizedTest
  @MethodSource("devices")
  void longTrainsSaturate(PulsedDevice device) {
    PulsedArray array = device.withAsymmetrySpread(0).array(1, 2, KEY);
    assertThat(array.saturated(0)).isFalse();
    float[] before = array.conductance().clone();
    for (int train = 0; train < 3000; train++) {
      array.pulse(0, 20, 2L * train);
      array.pulse(1, -20, 2L * train + 1);
    }
    assertThat(array.conductance()[0]).isGreaterThan(before[0]).isBetween(0f, 200f);
    assertThat(array.conductance()[1]).isLessThan(before[1]).isBetween(0f, 200f);
    // Noise may have the last word at a soft bound.
    if (!(device instanceof SoftBoundsDevice)) {
      assertThat(array.saturated(0) || array.saturated(1)).isTrue();
    }
  }

  /**
   * One pulse up and one down from re-initialisation: their mean is the device's step, and e = (up
   * − down)/(up + down) has the asked spread. 20,000 devices, mean within 4.5 standard errors
   * (7e−6) plus 1 % for the laws' own curvature; spread within 4.5 standard errors plus 2 %. Cycle
   * noise is removed by averaging over it: devices whose noise is larger than a step are left to
   * their own tests.
   */
  @ParameterizedTest
  @MethodSource("devices")
  void stepsHaveTheirMeanAndSpread(PulsedDevice device) {
    double asked = 0.05;
    PulsedArray array = device.withAsymmetrySpread(asked).array(ROWS, COLUMNS, KEY);
    if (array.cycleNoise() > 1) {
      return;
    }
    double[] mean = new double[CELLS];
    double[] ratio = new double[CELLS];
    for (int cell = 0; cell < CELLS; cell++) {
      double start = array.resetMicroSiemens(cell);
      array.reset(cell);
      array.fire(cell, 1, 0, 0);
      double up = array.conductance()[cell] - start;
      array.reset(cell);
      array.fire(cell, 0, 1, 0);
      double down = start - array.conductance()[cell];
      mean[cell] = (up + down) / 2;
      ratio[cell] = (up - down) / (up + down);
    }
    double step = device.meanStepMicroSiemens();
    assertThat(average(mean))
        .isCloseTo(step, within(4.5 * deviation(mean) / Math.sqrt(CELLS) + 0.01 * step));
    assertThat(deviation(ratio))
        .isCloseTo(asked, within(4.5 * asked / Math.sqrt(2.0 * CELLS) + 0.02 * asked));
  }

  /** The noise of n pulses grows with √n: 20,000 devices, 4.5 standard errors (7e−6) plus 2 %. */
  @ParameterizedTest
  @MethodSource("devices")
  void cycleNoiseAddsUpOverPulses(PulsedDevice device) {
    PulsedArray array = device.array(ROWS, COLUMNS, KEY);
    for (int pulses : new int[] {1, 4}) {
      double[] relative = new double[CELLS];
      for (int cell = 0; cell < CELLS; cell++) {
        array.reset(cell);
        array.fire(cell, pulses, 0, 0);
        double quiet = array.conductance()[cell];
        array.reset(cell);
        array.fire(cell, pulses, 0, 1);
        double sigma = array.conductance()[cell] - quiet;
        array.reset(cell);
        array.pulse(cell, pulses, 1234);
        relative[cell] = (array.conductance()[cell] - quiet) / sigma;
      }
      double[] inside = Arrays.stream(relative).filter(Double::isFinite).toArray();
      assertThat(inside).hasSizeGreaterThan(CELLS * 9 / 10);
      assertThat(deviation(inside))
          .isCloseTo(1, within(4.5 / Math.sqrt(2.0 * inside.length) + 0.02));
      double one = device.meanStepMicroSiemens() * array.cycleNoise() * Math.sqrt(pulses);
      double[] sigmas = new double[CELLS];
      for (int cell = 0; cell < CELLS; cell++) {
        array.reset(cell);
        array.fire(cell, pulses, 0, 0);
        double quiet = array.conductance()[cell];
        array.reset(cell);
        array.fire(cell, pulses, 0, 1);
        sigmas[cell] = array.conductance()[cell] - quiet;
      }
      // The step at the start of an average device; laws with a curve differ by their curve.
      assertThat(average(sigmas)).isBetween(0.6 * one, 1.4 * one);
    }
  }

  /** A sum over a range of devices is each device for itself, to first order in the train. */
  @ParameterizedTest
  @MethodSource("devices")
  void waysToPulseAgree(PulsedDevice device) {
    PulsedArray single = device.array(2, 4, KEY);
    PulsedArray row = device.array(2, 4, KEY);
    PulsedArray range = device.array(2, 4, KEY);
    float[] pulses = {3, -2, 1, -4};
    float[] up = {0, 0, 0, 0, 3, 0, 1, 0};
    float[] down = {0, 0, 0, 0, 0, 2, 0, 4};
    for (int column = 0; column < 4; column++) {
      single.pulse(4 + column, pulses[column], 9);
    }
    row.pulse(new int[] {4, 5, 6, 7}, pulses, 4, 1, 9);
    range.pulse(4, 8, up, down, 9);
    float close = (float) (device.meanStepMicroSiemens() * 1e-3);
    assertThat(row.conductance()).containsExactly(single.conductance(), within(close));
    assertThat(range.conductance()).containsExactly(single.conductance(), within(close));
    row.pulse(new int[] {4, 5, 6, 7}, pulses, 4, -1, 10);
    for (int column = 0; column < 4; column++) {
      single.pulse(4 + column, -pulses[column], 10);
    }
    assertThat(row.conductance()).containsExactly(single.conductance(), within(close));
  }

  /** Re-initialised devices about their references: normal at a false-alarm rate of 1e−3. */
  @ParameterizedTest
  @MethodSource("devices")
  void mismatchIsNormal(PulsedDevice device) {
    PulsedArray array = device.array(ROWS, COLUMNS, KEY);
    double[] mismatch = new double[CELLS];
    for (int cell = 0; cell < CELLS; cell++) {
      mismatch[cell] = array.resetMicroSiemens(cell) - device.gSharedMicroSiemens();
    }
    double sigma = deviation(mismatch);
    if (device instanceof LinearStepDevice || device instanceof VoltageCapacitor) {
      double wanted =
          device instanceof LinearStepDevice linear
              ? linear.variation().mismatchMicroSiemens()
              : ((VoltageCapacitor) device).read().thresholdSpreadVolts()
                  * ((VoltageCapacitor) device).read().slopeMicroSiemensPerVolt(0.5);
      assertThat(sigma).isCloseTo(wanted, within(4.5 * wanted / Math.sqrt(2.0 * CELLS) + 0.01));
    }
    if (sigma > 0) {
      // The read transistor's curve bends the distribution a little; 2,000 devices do not see it.
      double[] some = Arrays.copyOf(mismatch, 2000);
      double p =
          KolmogorovSmirnovTest.withDefaults()
              .test(some, NormalDistribution.of(0, sigma)::cumulativeProbability)
              .getPValue();
      assertThat(p).isGreaterThan(1e-3);
    }
  }

  /**
   * Rows and sums of trains of any length, over more cells than working arrays hold at once, from
   * within a row: as the trains fired one by one.
   */
  @ParameterizedTest
  @MethodSource("devices")
  void longRowsArePulsedAsSingleDevices(PulsedDevice device) {
    int columns = 1300;
    int from = 7;
    int to = 1290;
    PulsedArray single = device.array(2, columns, KEY);
    PulsedArray row = device.array(2, columns, KEY);
    PulsedArray sums = device.array(2, columns, KEY);
    float[] factors = new float[columns];
    float[] up = new float[2 * columns];
    float[] down = new float[2 * columns];
    SplittableRandom random = new SplittableRandom(1);
    for (int column = from; column < to; column++) {
      float longest = column % 50 == 0 ? 400 : column % 7 == 0 ? 20 : 1.5f;
      factors[column] = column % 11 == 0 ? 0 : (float) random.nextDouble(-longest, longest);
      up[columns + column] = Math.max(0, 2 * factors[column]);
      down[columns + column] = Math.max(0, -2 * factors[column]);
      single.pulse(columns + column, 2 * factors[column], 5);
    }
    row.pulse(columns, from, to, 2, factors, 5);
    sums.pulse(columns + from, columns + to, up, down, 5);
    assertThat(row.conductance()).containsExactly(single.conductance(), within(2e-5f));
    assertThat(sums.conductance()).containsExactly(single.conductance(), within(2e-5f));
  }

  static double average(double[] sample) {
    return DoubleStream.of(sample).average().orElseThrow();
  }

  static double deviation(double[] sample) {
    double mean = average(sample);
    return Math.sqrt(
        Arrays.stream(sample).map(v -> (v - mean) * (v - mean)).sum() / (sample.length - 1));
  }
}
