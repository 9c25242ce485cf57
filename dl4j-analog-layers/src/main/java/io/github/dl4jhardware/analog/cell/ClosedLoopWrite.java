package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Check;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.PcmArray;
import io.github.dl4jhardware.analog.device.PcmProgramming;
import io.github.dl4jhardware.analog.device.PcmSetStep;
import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Program and verify: from RESET, the pair is programmed until what a read finds of F·(G+ − G−) is
 * within a tolerance of the target, or an attempts cap is hit. Source: the patents named at the
 * package.
 *
 * <p>With {@link PcmProgramming#SET_LADDER} an attempt is a partial-SET pulse: to G+ while the read
 * is too low, to G− while it is too high, of the widest of {@value #LADDER_WIDTHS} widths that does
 * not overshoot on average (eight-step ramps: S. Ambrogio et al., Nature 558, 60 (2018); equal
 * spacing assumed). With {@link PcmProgramming#FITTED_ERROR} an attempt is a whole programming with
 * the published error: a positive target stands on G+ with G− in RESET, a negative one the other
 * way round. Four draws an attempt, and two that all reads of the write share.
 *
 * <p>A loop that stops at the first noisy read within tolerance has been lucky on average: what
 * that read found must not be taken for what was reached. The weight is read back after a wait
 * ({@link io.github.dl4jhardware.analog.device.PcmReading}).
 *
 * @param toleranceMicroSiemens allowed distance on F·(G+ − G−), in µS
 * @param maxAttempts attempts a pair at the most, 1…1,000
 */
public record ClosedLoopWrite(
    @JsonProperty(required = true) double toleranceMicroSiemens,
    @JsonProperty(required = true) int maxAttempts)
    implements Serializable {

  /** A whole ramp of SET pulses, in s. Source: S. Ambrogio et al., Nature 558, 60 (2018). */
  static final double PULSE_SECONDS = 4.4e-6;

  private static final int DRAWS_PER_ATTEMPT = 4;

  /** Draws below those of the attempts: of the noise that the reads of a write share. */
  private static final int SHARED_DRAWS = -4;

  private static final int LADDER_WIDTHS = 8;

  /** Checks both parameters. */
  public ClosedLoopWrite {
    Check.positive("ClosedLoopWrite.toleranceMicroSiemens", toleranceMicroSiemens);
    Check.inRange("ClosedLoopWrite.maxAttempts", maxAttempts, 1, 1000);
  }

  /**
   * Writes one pair.
   *
   * @param plus the devices G+
   * @param minus the devices G−
   * @param gain F
   * @param target wanted F·(G+ − G−), in µS
   * @param cell which cell
   * @param key stream of the cell's draws
   * @return whether the last read was within the tolerance
   */
  boolean write(PcmArray plus, PcmArray minus, float gain, float target, int cell, long key) {
    float found = lastRead(plus, minus, gain, target, cell, key);
    return Math.abs(found - target) <= toleranceMicroSiemens;
  }

  /** Writes, and tells what the last read found, in µS. */
  float lastRead(PcmArray plus, PcmArray minus, float gain, float target, int cell, long key) {
    plus.reset(cell);
    minus.reset(cell);
    return plus.law().programming() == PcmProgramming.SET_LADDER
        ? climb(plus, minus, gain, target, cell, key)
        : aim(plus, minus, gain, target, cell, key);
  }

  private float climb(PcmArray plus, PcmArray minus, float gain, float target, int cell, long key) {
    double gMax = plus.law().gMaxMicroSiemens();
    // Where no read could change what is fired, none is computed.
    int first =
        Math.abs(target) - toleranceMicroSiemens
                > gain * (gMax + plus.law().mostFoundMicroSiemens())
            ? fill(target > 0 ? plus : minus, cell, key)
            : 0;
    for (int attempt = first; ; attempt++) {
      long draw = (long) attempt * DRAWS_PER_ATTEMPT;
      float found = read(plus, minus, gain, cell, key, draw);
      float missing = target - found;
      PcmArray device = missing > 0 ? plus : minus;
      float before = device.conductance()[cell];
      boolean stuck = device.faulty(cell) || before >= gMax;
      if (Math.abs(missing) <= toleranceMicroSiemens || stuck || attempt == maxAttempts) {
        return found;
      }
      double step = gain * PcmSetStep.microSiemens(before, gMax);
      double widths = Math.floor(LADDER_WIDTHS * Math.abs(missing) / step);
      float width = (float) Math.max(1, Math.min(LADDER_WIDTHS, widths)) / LADDER_WIDTHS;
      device.set(cell, width, Draws.normal(key, draw + 2));
    }
  }

  /**
   * The loop's pulses for a target that no read comes within a pulse of.
   *
   * @return how many it took
   */
  private int fill(PcmArray device, int cell, long key) {
    double gMax = device.law().gMaxMicroSiemens();
    int attempt = 0;
    while (attempt < maxAttempts && !device.faulty(cell) && device.conductance()[cell] < gMax) {
      device.set(cell, 1, Draws.normal(key, (long) attempt * DRAWS_PER_ATTEMPT + 2));
      attempt++;
    }
    return attempt;
  }

  private float aim(PcmArray plus, PcmArray minus, float gain, float target, int cell, long key) {
    float each = Math.min((float) plus.law().gMaxMicroSiemens(), Math.abs(target) / gain);
    float found = 0;
    for (int attempt = 0; attempt < maxAttempts; attempt++) {
      long draw = (long) attempt * DRAWS_PER_ATTEMPT;
      plus.program(cell, target > 0 ? each : 0, Draws.normal(key, draw));
      minus.program(cell, target > 0 ? 0 : each, Draws.normal(key, draw + 1));
      found = read(plus, minus, gain, cell, key, draw + 2);
      if (Math.abs(found - target) <= toleranceMicroSiemens) {
        return found;
      }
    }
    return found;
  }

  /** Two draws of its own. */
  private static float read(
      PcmArray plus, PcmArray minus, float gain, int cell, long key, long draw) {
    float sharedPlus = Draws.normal(key, SHARED_DRAWS);
    float sharedMinus = Draws.normal(key, SHARED_DRAWS + 1);
    return gain
        * (plus.verify(cell, sharedPlus, Draws.normal(key, draw))
            - minus.verify(cell, sharedMinus, Draws.normal(key, draw + 1)));
  }

  /** Widths of a pulse, equally spaced, the whole pulse being the last. */
  static int ladderWidths() {
    return LADDER_WIDTHS;
  }
}
