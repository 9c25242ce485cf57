package io.github.dl4jhardware.analog.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PcmArray;
import io.github.dl4jhardware.analog.device.PcmProgramming;
import io.github.dl4jhardware.analog.device.PcmProgrammingError;
import io.github.dl4jhardware.analog.device.PcmReading;
import io.github.dl4jhardware.analog.preset.Synapses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClosedLoopWriteTest {
  private static final long KEY = Draws.key(2, 0, Draws.PROGRAM, 0);
  private static final Pcm EXACT =
      new Pcm(20, 0, 0, PcmReading.SINGLE, 0, PcmProgramming.SET_LADDER, 0, 0);
  private static final Pcm REAL =
      new Pcm(20, 1, 1, new PcmReading(100, 0.05, 1), 0.3, PcmProgramming.SET_LADDER, 0, 0);
  private static final int CELLS = 4000;

  private static PcmArray devices(Pcm pcm, int stream) {
    return new PcmArray(pcm, CELLS, Draws.key(5, 0, Draws.VARIATION, stream));
  }

  /** A single device. */
  private static PcmArray devices(Pcm pcm, int stream, int cell) {
    return new PcmArray(pcm, 1, Draws.key(5, cell, Draws.VARIATION, stream));
  }

  /** Without noise every reachable target is met by pulses on one device alone, or both. */
  @Test
  void ladderEndsWithinItsTolerance() {
    for (Pcm pcm : new Pcm[] {EXACT, REAL}) {
      PcmArray plus = devices(pcm, 1);
      PcmArray minus = devices(pcm, 2);
      ClosedLoopWrite loop = new ClosedLoopWrite(2, 100);
      for (int cell = 0; cell < CELLS; cell++) {
        float target = -55 + 110f * cell / CELLS;
        assertThat(loop.write(plus, minus, 3, target, cell, Draws.subKey(KEY, cell))).isTrue();
        float is = 3 * (plus.conductance()[cell] - minus.conductance()[cell]);
        // Beside the tolerance the noise of the last read is left: σ of 0.5 µS on each device.
        assertThat(is).isCloseTo(target, within(pcm.equals(EXACT) ? 2.0001f : 2 + 5 * 3 * 0.75f));
      }
    }
  }

  /**
   * Reads that could not change a pulse are not computed. A target that is out of reach by less is
   * written with every read, by the same pulses; both ways the same bits must be left.
   */
  @Test
  void targetsFarOutOfReachAreWrittenAsThoseThatAreReadOnTheWay() {
    Pcm faulty = REAL.withFaults(0.05, 0.05);
    for (int attempts : new int[] {7, 100}) {
      ClosedLoopWrite loop = new ClosedLoopWrite(2, attempts);
      for (int cell = 0; cell < CELLS; cell++) {
        PcmArray[] near = {devices(faulty, 1, cell), devices(faulty, 2, cell)};
        PcmArray[] far = {devices(faulty, 1, cell), devices(faulty, 2, cell)};
        long key = Draws.subKey(KEY, cell);
        int sign = cell % 2 == 0 ? 1 : -1;
        float found = loop.lastRead(near[0], near[1], 3, sign * 100, 0, key);
        assertThat(loop.lastRead(far[0], far[1], 3, sign * 1e8f, 0, key)).isEqualTo(found);
        assertThat(far[0].conductance()).isEqualTo(near[0].conductance());
        assertThat(far[1].conductance()).isEqualTo(near[1].conductance());
      }
    }
  }

  /** However far a target is, a pair within the tolerance of it gets no pulse. */
  @Test
  void aWideToleranceCountsForTargetsOutOfReachToo() {
    PcmArray plus = devices(REAL, 1);
    PcmArray minus = devices(REAL, 2);
    ClosedLoopWrite loop = new ClosedLoopWrite(300, 100);
    assertThat(loop.write(plus, minus, 3, 250, 0, KEY)).isTrue();
    assertThat(plus.conductance()[0]).isZero();
  }

  /**
   * A loop that stops at the first noisy read within its tolerance was lucky: its last read is on
   * average nearer to the target than the pair is. What is read back after the wait is not; nor is
   * it with any other device or tolerance. Bias relative to the mean target of 27.5 µS; 4.5
   * standard errors of 80,000 writes: false-alarm rate 7e−6 each.
   */
  @ParameterizedTest
  @CsvSource({"2,3,100,0.05", "0.5,4,100,0.05", "2,3,1,20"})
  void readBackAfterAWriteIsUnbiased(double tolerance, float gain, int reads, double wait) {
    Pcm pcm = REAL.withReading(new PcmReading(reads, wait, 1));
    PcmPairs pairs = new PcmPairs(pcm, new ClosedLoopWrite(tolerance, 100), gain, CELLS, 5, 0);
    int writes = 80_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < writes; i++) {
      int cell = i % CELLS;
      float target = (i % 2 == 0 ? 1 : -1) * (5 + 45f * i / writes);
      long draws = Draws.subKey(KEY, i);
      pairs.write(cell, target, draws);
      double error =
          Math.signum(target) * (pairs.readBackWritten(cell, draws) - pairs.difference(cell));
      sum += error;
      squares += error * error;
    }
    double standardError = Math.sqrt(squares) / writes;
    assertThat(sum / writes).isCloseTo(0, within(4.5 * standardError));
    // The bound is tight enough to see 0.17 % of the mean target.
    if (reads == 100) {
      assertThat(4.5 * standardError).isLessThan(0.0017 * 27.5);
    }
  }

  /**
   * The reason for reading back: the last read of the write itself is biased by more than 0.1 % of
   * the target, which a residual that believes it would take from every weight at every transfer.
   */
  @Test
  void lastReadOfAWriteIsBiased() {
    int writes = 20_000;
    PcmArray plus = devices(REAL, 1);
    PcmArray minus = devices(REAL, 2);
    double sum = 0;
    for (int i = 0; i < writes; i++) {
      int cell = i % CELLS;
      float target = 5 + 45f * i / writes;
      float last =
          new ClosedLoopWrite(2, 100).lastRead(plus, minus, 3, target, cell, Draws.subKey(KEY, i));
      sum += last - 3 * (plus.conductance()[cell] - minus.conductance()[cell]);
    }
    assertThat(sum / writes).isGreaterThan(0.001 * 27.5);
  }

  /** From RESET with a wide tolerance: whole pulses along the published curve, none to G−. */
  @Test
  void ladderClimbsThePublishedCurve() {
    PcmArray plus = devices(EXACT, 1);
    PcmArray minus = devices(EXACT, 2);
    new ClosedLoopWrite(1e-3, 5).write(plus, minus, 1, 20, 0, KEY);
    // 0.6817 of a range of 2 after five pulses; the range is 20 µS.
    assertThat(plus.conductance()[0]).isCloseTo(6.817f, within(1e-3f));
    assertThat(minus.conductance()[0]).isZero();
    new ClosedLoopWrite(1e-3, 10).write(plus, minus, 1, -20, 1, KEY);
    assertThat(minus.conductance()[1]).isCloseTo(9.244f, within(1e-3f));
    assertThat(plus.conductance()[1]).isZero();
  }

  /** A pulse that went too far is answered on the other device. */
  @Test
  void overshootIsTakenBackByTheOtherDevice() {
    Pcm wild = new Pcm(20, 0, 0, PcmReading.SINGLE, 2, PcmProgramming.SET_LADDER, 0, 0);
    PcmArray plus = devices(wild, 1);
    PcmArray minus = devices(wild, 2);
    int answered = 0;
    for (int cell = 0; cell < CELLS; cell++) {
      new ClosedLoopWrite(1, 100).write(plus, minus, 3, 30, cell, Draws.subKey(KEY, cell));
      answered += minus.conductance()[cell] > 0 ? 1 : 0;
    }
    assertThat(answered).isBetween(CELLS / 20, CELLS - 1);
  }

  /** Rates within 4.5 standard errors of a binomial: false-alarm rate 7e−6 each. */
  @Test
  void faultsHaveTheirRates() {
    int n = 100_000;
    PcmArray array = new PcmArray(REAL.withFaults(0.02, 0.05), n, KEY);
    int on = 0;
    int dead = 0;
    for (int device = 0; device < n; device++) {
      array.program(device, 10, 0);
      on += array.conductance()[device] == 20 ? 1 : 0;
      dead += array.conductance()[device] == 0 ? 1 : 0;
      assertThat(array.faulty(device)).isEqualTo(array.conductance()[device] != 10);
    }
    assertThat(on / (double) n).isCloseTo(0.02, within(4.5 * Math.sqrt(0.02 * 0.98 / n)));
    assertThat(dead / (double) n).isCloseTo(0.05, within(4.5 * Math.sqrt(0.05 * 0.95 / n)));
  }

  /** Faulty devices stay what they are, are counted as failures, and the capacitor makes up. */
  @Test
  void faultsAreReportedAndTheCapacitorMakesUpWhatItCan() {
    PcmCapacitorSynapse sound = Synapses.pcmCapacitor2018();
    float[] wanted = new float[CELLS];
    for (int cell = 0; cell < CELLS; cell++) {
      wanted[cell] = -0.4f + 0.8f * cell / CELLS;
    }
    SynapseArray none = sound.array(40, 100, 7, 0);
    assertThat(none.program(wanted, KEY).failures()).isZero();
    PcmCapacitorSynapse faulty = sound.withPcm(sound.pcm().withFaults(0, 0.1));
    SynapseArray array = faulty.array(40, 100, 7, 0);
    TransferReport report = array.program(wanted, KEY);
    // One of the two devices is needed: a tenth of all fails, but for small weights.
    assertThat(report.failures()).isBetween(CELLS / 16L, CELLS / 8L);
    assertThat(array.counters().get(Count.PROGRAMMING_FAILURES)).isEqualTo(report.failures());
    assertThat(report.rmsError()).isLessThan(0.02);
    float[][] state = array.state();
    int dead = 0;
    for (int cell = 0; cell < CELLS; cell++) {
      dead += state[0][cell] == 0 && wanted[cell] > 0.2 ? 1 : 0;
    }
    assertThat(dead).isPositive();
    array.transfer(KEY + 1);
    for (int cell = 0; cell < CELLS; cell++) {
      if (state[0][cell] == 0 && wanted[cell] > 0.2) {
        assertThat(array.weights()[cell]).isCloseTo(wanted[cell], within(0.1f));
      }
    }
  }

  /**
   * With the published error: one side stands at the target with the error of a programming, the
   * other in RESET with an error cut at 0, as many as there are draws; the sides change with the
   * sign. A target beyond the range is aimed at as the range. Without noise of reads the last read
   * is what stands. 4.5 standard errors.
   */
  @ParameterizedTest
  @CsvSource({"36, 12", "-36, 12", "1000, 20"})
  void aimedPairsStandAtTheirTarget(float target, double each) {
    Pcm pcm = new Pcm(20, 1, 0, PcmReading.SINGLE, 0, PcmProgramming.FITTED_ERROR, 0, 0);
    PcmArray plus = devices(pcm, 1);
    PcmArray minus = devices(pcm, 2);
    ClosedLoopWrite once = new ClosedLoopWrite(1e-6, 1);
    PcmArray aimed = target > 0 ? plus : minus;
    PcmArray other = target > 0 ? minus : plus;
    double sum = 0;
    double squares = 0;
    double reset = 0;
    for (int cell = 0; cell < CELLS; cell++) {
      float found = once.lastRead(plus, minus, 3, target, cell, Draws.subKey(KEY, cell));
      assertThat(found).isEqualTo(3 * (plus.conductance()[cell] - minus.conductance()[cell]));
      double error = aimed.conductance()[cell] - each;
      sum += error;
      squares += error * error;
      reset += other.conductance()[cell];
    }
    double sigma = PcmProgrammingError.sigmaMicroSiemens(each);
    double ofReset = PcmProgrammingError.sigmaMicroSiemens(0);
    assertThat(sum / CELLS).isCloseTo(0, within(4.5 * sigma / Math.sqrt(CELLS)));
    assertThat(squares / CELLS)
        .isCloseTo(sigma * sigma, within(4.5 * sigma * sigma * Math.sqrt(2.0 / CELLS)));
    // The mean of the upper half of a normal is σ/√(2π) where the lower half is cut to 0.
    assertThat(reset / CELLS)
        .isCloseTo(
            ofReset / Math.sqrt(2 * Math.PI), within(4.5 * 0.59 * ofReset / Math.sqrt(CELLS)));
  }

  /**
   * Each attempt has draws of its own: of n attempts that each succeed with probability p, some
   * does in 1 − (1 − p)^n of the writes, and the loop ends at the first that does.
   */
  @ParameterizedTest
  @CsvSource({"1", "2", "8"})
  void attemptsAreIndependent(int attempts) {
    Pcm pcm = new Pcm(20, 1, 0, PcmReading.SINGLE, 0, PcmProgramming.FITTED_ERROR, 0, 0);
    PcmArray plus = devices(pcm, 1);
    PcmArray minus = devices(pcm, 2);
    double tolerance = 0.8;
    ClosedLoopWrite loop = new ClosedLoopWrite(tolerance, attempts);
    ClosedLoopWrite once = new ClosedLoopWrite(tolerance, 1);
    int succeeded = 0;
    int atOnce = 0;
    for (int cell = 0; cell < CELLS; cell++) {
      long key = Draws.subKey(KEY, cell);
      atOnce += once.write(plus, minus, 1, 12, cell, key) ? 1 : 0;
      boolean reached = loop.write(plus, minus, 1, 12, cell, key);
      float is = plus.conductance()[cell] - minus.conductance()[cell];
      assertThat(Math.abs(is - 12) <= tolerance).isEqualTo(reached);
      succeeded += reached ? 1 : 0;
    }
    double p = (double) atOnce / CELLS;
    double expected = 1 - Math.pow(1 - p, attempts);
    assertThat(p).isBetween(0.3, 0.7);
    // p itself is known to a standard error of 0.008, which counts n·(1 − p)^(n − 1) times.
    double error =
        Math.sqrt(expected * (1 - expected) / CELLS)
            + attempts * Math.pow(1 - p, attempts - 1) * Math.sqrt(p * (1 - p) / CELLS);
    assertThat((double) succeeded / CELLS).isCloseTo(expected, within(4.5 * error + 1e-12));
  }
}
