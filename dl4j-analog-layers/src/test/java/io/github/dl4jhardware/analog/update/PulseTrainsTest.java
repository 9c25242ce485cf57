package io.github.dl4jhardware.analog.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.device.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Low-discrepancy trains: exact mean by enumeration, bounded error, and where they help. */
class PulseTrainsTest {
  private static final long KEY = Draws.key(1, 0, Draws.ROW_PULSES, 0);

  /** Over all first slots, k and m slots of N coincide k·m/N times on average, exactly. */
  @ParameterizedTest
  @ValueSource(ints = {2, 8, 32})
  void meanOverAllFirstSlotsIsTheProduct(int slots) {
    for (int k = 0; k <= slots; k++) {
      for (int m = 0; m <= slots; m++) {
        for (int turn = 0; turn < slots; turn++) {
          int column = PulseTrains.reversedPrefix(m, turn, slots);
          assertThat(Integer.bitCount(column)).isEqualTo(m);
          int coincidences = 0;
          for (int first = 0; first < slots; first++) {
            int row = PulseTrains.rotated(PulseTrains.prefix(k), first, slots);
            assertThat(Integer.bitCount(row)).isEqualTo(k);
            coincidences += Integer.bitCount(row & column);
          }
          assertThat(coincidences).isEqualTo(k * m);
        }
      }
    }
  }

  /** The error of every count stays below (log₂ N)/2 + 1, wherever the trains begin. */
  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32})
  void errorIsBounded(int slots) {
    double bound = Math.log(slots) / Math.log(2) / 2 + 1;
    for (int k = 0; k <= slots; k++) {
      for (int m = 0; m <= slots; m++) {
        for (int place = 0; place < slots * slots; place++) {
          int row = PulseTrains.rotated(PulseTrains.prefix(k), place / slots, slots);
          int column = PulseTrains.reversedPrefix(m, place % slots, slots);
          double wanted = (double) k * m / slots;
          assertThat((double) Integer.bitCount(row & column)).isCloseTo(wanted, within(bound));
        }
      }
    }
  }

  /**
   * Variance of a cell's pulses against that of random trains of the same length, over 50,000
   * examples: well below where several pulses are wanted, no better where less than one is. The
   * ratios' standard errors are below 2 %.
   */
  @ParameterizedTest
  @CsvSource({"0.02,0.9,1.05", "0.25,0.75,1.0", "1,0.2,0.6", "4,0.1,0.4", "12,0.02,0.25"})
  void varianceAgainstRandomTrains(double pulses, double low, double high) {
    int slots = 32;
    float p = (float) Math.sqrt(pulses / slots);
    int examples = 50_000;
    double sum = 0;
    double squares = 0;
    PulseTrains rows = new PulseTrains(1);
    PulseTrains columns = new PulseTrains(1);
    for (int example = 0; example < examples; example++) {
      long key = Draws.subKey(KEY, example);
      rows.unary(new float[] {p}, 1, slots, 0, 1, key);
      columns.reversed(new float[] {p}, 1, slots, 0, 1, Draws.subKey(key, 1));
      int n = Integer.bitCount(rows.bits()[0] & columns.bits()[0]);
      sum += n;
      squares += (double) n * n;
    }
    double mean = sum / examples;
    double random = pulses * (1 - pulses / slots);
    assertThat(mean).isCloseTo(pulses, within(4.5 * Math.sqrt(random / examples)));
    assertThat((squares / examples - mean * mean) / random).isBetween(low, high);
  }

  /**
   * Cells of one row, and of one column, vary together where their lines' trains are short; for
   * random trains cov = L·p_i·(1 − p_i)·p_j·p_k. Low-discrepancy trains of one chip are held to no
   * more. 60,000 examples: the correlation's standard error is 0.004, the bound five of them.
   */
  @Test
  void cellsOfALineVaryTogetherNoMoreThanWithRandomTrains() {
    int slots = 32;
    float[] row = {0.15f};
    float[] column = {0.15f, 0.15f};
    double p = 0.15;
    double random = slots * p * (1 - p) * p * p / (slots * p * p * (1 - p * p));
    int examples = 60_000;
    for (boolean rowShared : new boolean[] {true, false}) {
      for (boolean low : new boolean[] {false, true}) {
        double[] s = new double[5];
        PulseTrains one = new PulseTrains(1);
        PulseTrains two = new PulseTrains(2);
        for (int example = 0; example < examples; example++) {
          long key = Draws.subKey(KEY, example);
          long other = Draws.subKey(key, 7);
          if (!low) {
            one.random(row, 1, slots, 0, 1, key);
            two.random(column, 1, slots, 0, 2, other);
          } else if (rowShared) {
            one.unary(row, 1, slots, 0, 1, key);
            two.reversed(column, 1, slots, 0, 2, other);
          } else {
            one.reversed(row, 1, slots, 0, 1, key);
            two.unary(column, 1, slots, 0, 2, other);
          }
          double a = Integer.bitCount(one.bits()[0] & two.bits()[0]);
          double b = Integer.bitCount(one.bits()[0] & two.bits()[1]);
          s[0] += a;
          s[1] += b;
          s[2] += a * a;
          s[3] += b * b;
          s[4] += a * b;
        }
        double n = examples;
        double covariance = s[4] / n - s[0] / n * s[1] / n;
        double variance =
            Math.sqrt((s[2] / n - s[0] * s[0] / n / n) * (s[3] / n - s[1] * s[1] / n / n));
        double correlation = covariance / variance;
        if (low) {
          assertThat(correlation).isLessThan(random + 0.02);
        } else {
          assertThat(correlation).isCloseTo(random, within(0.02));
        }
      }
    }
  }
}
