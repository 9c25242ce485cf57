package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.Hits;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.analog.update.RankOneUpdate;

/** From a minibatch's inputs and deltas to pulses on one array, in DL4J's loop. */
final class MinibatchPulses {
  private final long chipSeed;
  private final int layer;
  private final PulseTally tally;
  private final Hits hits = new Hits();
  private float[] up = new float[0];
  private float[] down = new float[0];

  MinibatchPulses(long chipSeed, int layer, PulseTally tally) {
    this.chipSeed = chipSeed;
    this.layer = layer;
    this.tally = tally;
  }

  /**
   * Fires the pulses of a minibatch.
   *
   * @param cells the array; its examples counter keys the draws and is left as it is
   * @param updater scheme and train length
   * @param lines inputs and deltas
   * @param rate η of one example
   */
  void fire(SynapseArray cells, AnalogSgd updater, Lines lines, double rate) {
    long first = cells.counters().get(Count.EXAMPLES);
    if (updater.getPulseScheme() == PulseScheme.EXPECTED) {
      fireExpected(cells, lines, rate / cells.synapse().stepWeight(), first);
      return;
    }
    RankOneUpdate update = new RankOneUpdate(cells, updater, chipSeed, layer);
    lines.each(
        (x, delta, from, to, example, line) -> {
          update.begin(x, delta, from, to, rate, first + example, line);
          update.prepareColumns(from, to);
          update.fire(from, to, hits, tally);
        });
  }

  /** The totals of all up and all down pulses, from two matrix products: Σ xδ and Σ |xδ|. */
  private void fireExpected(
      SynapseArray cells, Lines lines, double pulsesPerUnit, long firstExample) {
    if (up.length == 0) {
      up = new float[cells.rows() * cells.columns()];
      down = new float[up.length];
    }
    lines.totals(up, down);
    float half = (float) (pulsesPerUnit / 2);
    for (int cell = 0; cell < up.length; cell++) {
      float net = up[cell];
      float all = down[cell];
      up[cell] = Math.max(0, half * (all - net));
      down[cell] = Math.max(0, half * (all + net));
    }
    long noiseKey = Draws.key(chipSeed, layer, Draws.CYCLE_NOISE, firstExample);
    cells.pulse(up, down, noiseKey, tally);
  }
}
