package io.github.dl4jhardware.analog.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PcmProgramming;
import io.github.dl4jhardware.analog.device.PcmReading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PcmPairsTest {
  private static final int CELLS = 20_000;
  private static final long KEY = Draws.key(3, 0, Draws.PROGRAM, 0);
  private static final float GAIN = 3;

  private static PcmPairs pairs(double setNoise) {
    Pcm pcm = new Pcm(20, 0, 1, PcmReading.SINGLE, setNoise, PcmProgramming.SET_LADDER, 0, 0);
    return new PcmPairs(pcm, new ClosedLoopWrite(2, 100), GAIN, CELLS, 5, 0);
  }

  /**
   * What completing pulses add is what is missing, on average: less than the narrowest pulse,
   * within the ladder, more than a whole pulse, and in both directions, from two starting points.
   * The first step from RESET is 0.01·28.235·10 µS = 2.82 µS, 8.5 µS with the gain. 4.5 standard
   * errors: false-alarm rate 7e−6 each.
   */
  @ParameterizedTest
  @CsvSource({
    "0.3, 0, 0",
    "3.3, 0, 0",
    "-5.1, 0, 0",
    "12.2, 0, 0",
    "-25, 0, 0",
    "2, 5, 0",
    "-1.3, 2, 0",
    "0.3, 0, 0.3",
    "3.3, 0, 0.3",
    "-5.1, 0, 0.3",
    "2, 5, 0.3"
  })
  void completingPulsesAddWhatIsMissing(float missing, float start, double setNoise) {
    PcmPairs pairs = pairs(setNoise);
    double sum = 0;
    double squares = 0;
    for (int cell = 0; cell < CELLS; cell++) {
      pairs.plus().conductance()[cell] = start;
      pairs.minus().conductance()[cell] = start;
      pairs.complete(cell, missing, Draws.subKey(KEY, cell));
      double change = pairs.difference(cell);
      assertThat(change * Math.signum(missing)).isGreaterThan(-1e-12);
      // The other device is left alone.
      float[] other = (missing > 0 ? pairs.minus() : pairs.plus()).conductance();
      assertThat(other[cell]).isEqualTo(start);
      sum += change - missing;
      squares += (change - missing) * (change - missing);
    }
    assertThat(sum / CELLS).isCloseTo(0, within(4.5 * Math.sqrt(squares) / CELLS + 1e-5));
    // One of two neighbouring widths, an eighth of a step apart, is drawn: with exact pulses an
    // error of half their distance at the most, root mean square.
    if (setNoise == 0) {
      assertThat(Math.sqrt(squares / CELLS)).isLessThan(GAIN * 2.83 / 8 / 2);
    }
  }

  /**
   * What cannot be reached with eight pulses is left; nothing is asked of a pair that lacks none.
   */
  @Test
  void completingEnds() {
    PcmPairs pairs = pairs(0);
    pairs.complete(0, 1e9f, KEY);
    // Eight whole pulses: w = 0.8428 of the range of 2 by the published curve.
    double w = 0;
    for (int pulse = 0; pulse < 8; pulse++) {
      w += 0.01 * (1 + 27.235 * Math.exp(-2.5 * w));
    }
    assertThat(pairs.plus().conductance()[0]).isCloseTo((float) (10 * w), within(1e-4f));
    pairs.complete(1, 0, KEY);
    assertThat(pairs.difference(1)).isZero();
  }

  @Test
  void differenceVarianceAndReset() {
    PcmPairs pairs = pairs(0);
    pairs.plus().conductance()[7] = 12;
    pairs.minus().conductance()[7] = 5;
    assertThat(pairs.difference(7)).isEqualTo(GAIN * 7);
    double plus = pairs.plus().law().readVariance(12);
    double minus = pairs.plus().law().readVariance(5);
    assertThat(plus).isPositive();
    assertThat(minus).isPositive();
    assertThat(pairs.readVariance(7)).isCloseTo(9 * (plus + minus), within(1e-12));
    pairs.reset(7);
    assertThat(pairs.plus().conductance()[7]).isZero();
    assertThat(pairs.minus().conductance()[7]).isZero();
  }

  /**
   * Reading back: unbiased, with the variance that both devices have; two reads of a write differ,
   * the same read does not. The gain counts once.
   */
  @Test
  void readsBackAreOfBothDevices() {
    PcmPairs pairs = pairs(0);
    double sum = 0;
    double squares = 0;
    double product = 0;
    for (int cell = 0; cell < CELLS; cell++) {
      pairs.plus().conductance()[cell] = 12;
      pairs.minus().conductance()[cell] = 5;
      long draws = Draws.subKey(KEY, cell);
      double before = pairs.readBack(cell, draws) - GAIN * 7;
      double written = pairs.readBackWritten(cell, draws) - GAIN * 7;
      assertThat((double) pairs.readBack(cell, draws) - GAIN * 7).isEqualTo(before);
      sum += before;
      squares += before * before;
      product += before * written;
    }
    Pcm law = pairs.plus().law();
    double plus = law.readBack(12, 1) - 12;
    double minus = law.readBack(5, 1) - 5;
    double variance = 9 * (plus * plus + minus * minus);
    assertThat(sum / CELLS).isCloseTo(0, within(4.5 * Math.sqrt(variance / CELLS)));
    assertThat(squares / CELLS)
        .isCloseTo(variance, within(4.5 * variance * Math.sqrt(2.0 / CELLS)));
    assertThat(product / CELLS).isCloseTo(0, within(4.5 * variance / Math.sqrt(CELLS)));
  }
}
