package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.device.PcmArray;

/** The pairs G+, G− of one array, read as F·(G+ − G−). */
final class PcmPairs {
  private final PcmArray plus;
  private final PcmArray minus;
  private final ClosedLoopWrite loop;
  private final float gain;

  PcmPairs(Pcm pcm, ClosedLoopWrite loop, double gain, int cells, long chipSeed, int layer) {
    plus = new PcmArray(pcm, cells, Draws.key(chipSeed, layer, Draws.VARIATION, 1));
    minus = new PcmArray(pcm, cells, Draws.key(chipSeed, layer, Draws.VARIATION, 2));
    this.loop = loop;
    this.gain = (float) gain;
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

  /** F·(G+ − G−) in µS as an averaged read finds it; the draws lie below those of a write. */
  float read(int cell, long key) {
    return gain
        * (plus.read(cell, Draws.normal(key, -1)) - minus.read(cell, Draws.normal(key, -2)));
  }

  /**
   * Writes one pair.
   *
   * @param target wanted F·(G+ − G−), in µS
   * @param key stream of the cell's draws
   * @return what the last read found of F·(G+ − G−), in µS
   */
  float write(int cell, float target, long key) {
    return loop.write(plus, minus, gain, target, cell, key);
  }

  /** Whether what the last read found is as near as the write wants it. */
  boolean reached(float found, float target) {
    return Math.abs(found - target) <= loop.toleranceMicroSiemens();
  }
}
