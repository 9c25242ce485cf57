package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.Hits;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.analog.update.RankOneUpdate;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

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
   * @param input x {@code [examples, inputs]}
   * @param delta δ {@code [examples, columns]}
   * @param rate η of one example
   */
  void fire(SynapseArray cells, AnalogSgd updater, INDArray input, INDArray delta, double rate) {
    long example = cells.counters().get(Count.EXAMPLES);
    if (updater.getPulseScheme() == PulseScheme.EXPECTED) {
      fireExpected(cells, input, delta, rate / cells.synapse().stepWeight(), example);
      return;
    }
    RankOneUpdate update = new RankOneUpdate(cells, updater, chipSeed, layer);
    float[] inputs = NativeCopy.rows(input);
    float[] errors = NativeCopy.rows(delta);
    int rows = cells.rows();
    int columns = cells.columns();
    int width = (int) input.size(1);
    float[] x = new float[rows];
    float[] d = new float[columns];
    for (int e = 0; e < delta.size(0); e++) {
      System.arraycopy(inputs, e * width, x, 0, width);
      if (rows > width) {
        x[width] = 1;
      }
      System.arraycopy(errors, e * columns, d, 0, columns);
      update.begin(x, d, rate, example + e);
      update.prepare(0, 1);
      update.fire(0, columns, hits, tally);
    }
  }

  /** The totals of all up and all down pulses, from two matrix products: Σ xδ and Σ |xδ|. */
  private void fireExpected(
      SynapseArray cells, INDArray input, INDArray delta, double pulsesPerUnit, long example) {
    int inputs = (int) input.size(1);
    int columns = cells.columns();
    if (up.length == 0) {
      up = new float[cells.rows() * columns];
      down = new float[up.length];
    }
    totals(input, delta, inputs, columns, up);
    totals(Transforms.abs(input, true), Transforms.abs(delta, true), inputs, columns, down);
    float half = (float) (pulsesPerUnit / 2);
    for (int cell = 0; cell < up.length; cell++) {
      float net = up[cell];
      float all = down[cell];
      up[cell] = Math.max(0, half * (all - net));
      down[cell] = Math.max(0, half * (all + net));
    }
    long noiseKey = Draws.key(chipSeed, layer, Draws.CYCLE_NOISE, example);
    cells.pulse(up, down, noiseKey, tally);
  }

  /** Σ over examples of x·δ, row-major, with the bias row's Σ δ. */
  private static void totals(
      INDArray input, INDArray delta, int inputs, int columns, float[] target) {
    INDArray products =
        Nd4j.createUninitialized(delta.dataType(), new long[] {columns, inputs}, 'f');
    Nd4j.gemm(delta, input, products, true, false, 1, 0);
    NativeCopy.read(products, target, inputs * columns);
    if (target.length > inputs * columns) {
      float[] sums = NativeCopy.rows(delta.sum(true, 0));
      System.arraycopy(sums, 0, target, inputs * columns, columns);
    }
  }
}
