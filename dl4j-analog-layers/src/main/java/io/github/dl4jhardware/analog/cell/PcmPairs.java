package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PcmArray;
import io.github.dl4jhardware.analog.device.PcmSetStep;

/** The pairs G+, G− of one array, read as F·(G+ − G−). */
final class PcmPairs {
  private static final int MOST_COMPLETING_PULSES = 8;

  private final PcmArray plus;
  private final PcmArray minus;
  private final ClosedLoopWrite loop;
  private final float gain;

  /** By a pulse of each width of the ladder, as a part of the step; none at first. */
  private final double[] meanGrowth = new double[ClosedLoopWrite.ladderWidths() + 1];

  PcmPairs(Pcm pcm, ClosedLoopWrite loop, double gain, int cells, long chipSeed, int layer) {
    plus = new PcmArray(pcm, cells, Draws.key(chipSeed, layer, Draws.VARIATION, 1));
    minus = new PcmArray(pcm, cells, Draws.key(chipSeed, layer, Draws.VARIATION, 2));
    this.loop = loop;
    this.gain = (float) gain;
    for (int width = 0; width < meanGrowth.length; width++) {
      meanGrowth[width] = pcm.meanSetGrowth((double) width / ClosedLoopWrite.ladderWidths());
    }
  }

  PcmArray plus() {
    return plus;
  }

  PcmArray minus() {
    return minus;
  }

  /** F·(G+ − G−) in µS as it is. */
  float difference(int cell) {
    return gain * (plus.conductance()[cell] - minus.conductance()[cell]);
  }

  /**
   * F·(G+ − G−) in µS as it is read back before a transfer; the draws lie below those of a write.
   */
  float readBack(int cell, long key) {
    return readBack(cell, key, -2);
  }

  /** The same after a write: independent of the reads of the write. */
  float readBackWritten(int cell, long key) {
    return readBack(cell, key, -6);
  }

  private float readBack(int cell, long key, int draw) {
    return gain
        * (plus.readBack(cell, Draws.normal(key, draw))
            - minus.readBack(cell, Draws.normal(key, draw + 1)));
  }

  /** Variance of one read of F·(G+ − G−), in µS². */
  double readVariance(int cell) {
    return (double) gain
        * gain
        * (plus.law().readVariance(plus.conductance()[cell])
            + minus.law().readVariance(minus.conductance()[cell]));
  }

  /** RESET of both. */
  void reset(int cell) {
    plus.reset(cell);
    minus.reset(cell);
  }

  /**
   * Writes one pair.
   *
   * @param target wanted F·(G+ − G−), in µS
   * @param key stream of the cell's draws
   * @return whether the write ended within its tolerance
   */
  boolean write(int cell, float target, long key) {
    return loop.write(plus, minus, gain, target, cell, key);
  }

  /**
   * Adds what a written pair is found to lack, by pulses that nothing verifies: another read would
   * stop at its own luck again. Of the two widths of the ladder between which the pulse lies one is
   * drawn, so that the mean is right.
   *
   * @param missing of F·(G+ − G−), in µS
   * @param key stream of the cell's draws
   */
  void complete(int cell, float missing, long key) {
    PcmArray device = missing > 0 ? plus : minus;
    double left = Math.abs(missing);
    for (int pulse = 0; left > 0 && pulse < MOST_COMPLETING_PULSES; pulse++) {
      float before = device.conductance()[cell];
      double step = gain * PcmSetStep.microSiemens(before, device.law().gMaxMicroSiemens());
      int width = 0;
      while (width + 1 < meanGrowth.length && left >= step * meanGrowth[width + 1]) {
        width++;
      }
      if (width + 1 < meanGrowth.length) {
        double low = step * meanGrowth[width];
        double part = (left - low) / (step * meanGrowth[width + 1] - low);
        double uniform = (Draws.word(Draws.subKey(key, -1), pulse) >>> 11) * 0x1p-53;
        width += uniform < part ? 1 : 0;
        left = 0;
      } else {
        left -= step * meanGrowth[width];
      }
      if (width > 0) {
        float widths = (float) width / ClosedLoopWrite.ladderWidths();
        device.set(cell, widths, Draws.normal(Draws.subKey(key, -2), pulse));
      }
    }
  }
}
