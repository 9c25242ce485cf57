package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.analog.update.RankOneUpdate;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The update of a convolution's array by one example: by the pulses of one position after the
 * other, or for {@link PulseScheme#EXPECTED} by the totals of all.
 *
 * <p>Positions whose errors are all 0, which a pooling leaves many of, fire nothing.
 */
final class ConvolutionUpdate {
  private final ArrayWork work;
  private final SynapseArray array;
  private final Patches patches;
  private final int groups;
  private final int columnsOfGroup;
  private final boolean expected;

  /** One a thread: each draws the rows' trains anew for its own columns. */
  private final RankOneUpdate[] updates;

  private final float[][] inputs;
  private final float[][] errors;

  /** δ by positions, {@code [positions, columns]}. */
  private final float[] deltas;

  /** Whether a group fires at a position, {@code [positions, groups]}. */
  private final boolean[] active;

  /** Pulses of each cell in both directions; of EXPECTED alone. */
  private final float[] up;

  private final float[] down;

  /** Σ xδ and Σ |xδ| over positions, {@code [columns, rows]}; likewise. */
  private final float[] net;

  private final float[] all;

  private double rate;

  ConvolutionUpdate(ArrayWork work, Patches patches, float[] deltas, int groups, int parts) {
    this.work = work;
    this.patches = patches;
    this.groups = groups;
    array = work.array();
    columnsOfGroup = array.columns() / groups;
    expected = work.updater().getPulseScheme() == PulseScheme.EXPECTED;
    updates =
        IntStream.range(0, parts).mapToObj(part -> work.update()).toArray(RankOneUpdate[]::new);
    inputs = new float[parts][array.rows()];
    errors = new float[parts][array.columns()];
    this.deltas = deltas;
    active = new boolean[patches.positions() * groups];
    up = new float[expected ? array.rows() * array.columns() : 0];
    down = new float[up.length];
    net = new float[up.length];
    all = new float[up.length];
  }

  /** Starts an example; by one thread. */
  void begin(int epoch) {
    rate = work.rate(epoch);
    int columns = array.columns();
    int positions = patches.positions();
    for (int at = 0; at < active.length; at++) {
      boolean any = false;
      for (int column = at * columnsOfGroup; column < (at + 1) * columnsOfGroup; column++) {
        any |= deltas[column] != 0;
      }
      active[at] = any;
    }
    for (int column = 0; work.digitalBias() && column < columns; column++) {
      double sum = 0;
      for (int position = 0; position < positions; position++) {
        sum += deltas[position * columns + column];
      }
      work.lowerBias(column, rate * sum);
    }
  }

  /** The totals of a share of the columns, where there are any. */
  void prepare(int part, int parts) {
    if (!expected) {
      return;
    }
    int from = Stage.share(array.columns(), part, parts);
    int to = Stage.share(array.columns(), part + 1, parts);
    int rows = array.rows();
    Arrays.fill(net, from * rows, to * rows, 0);
    Arrays.fill(all, from * rows, to * rows, 0);
    for (int group = 0; group < groups; group++) {
      int own = Math.max(from, group * columnsOfGroup);
      int end = Math.min(to, (group + 1) * columnsOfGroup);
      for (int position = 0; own < end && position < patches.positions(); position++) {
        if (active[position * groups + group]) {
          patches.at(group, position, inputs[part]);
          addProducts(inputs[part], position * array.columns(), own, end);
        }
      }
    }
    toPulses(from, to);
  }

  /** Adds xδ and |xδ| of one position; of its columns, few have an error behind a pooling. */
  private void addProducts(float[] x, int errorsFrom, int from, int to) {
    int rows = x.length;
    for (int column = from; column < to; column++) {
      float d = deltas[errorsFrom + column];
      if (d != 0) {
        int start = column * rows;
        for (int row = 0; row < rows; row++) {
          float product = x[row] * d;
          net[start + row] += product;
          all[start + row] += Math.abs(product);
        }
      }
    }
  }

  /** Pulses up and down from the totals of some columns. */
  private void toPulses(int from, int to) {
    float half = (float) (rate / array.synapse().stepWeight() / 2);
    int rows = array.rows();
    for (int row = 0; row < rows; row++) {
      int cell = row * array.columns();
      for (int column = from; column < to; column++) {
        float sum = net[column * rows + row];
        float magnitudes = all[column * rows + row];
        up[cell + column] = Math.max(0, half * (magnitudes - sum));
        down[cell + column] = Math.max(0, half * (magnitudes + sum));
      }
    }
  }

  /** Pulses at a share of the columns; the totals' by one thread. */
  void fire(int part, int parts) {
    if (!expected) {
      int end = Stage.share(array.columns(), part + 1, parts);
      fireColumns(part, Stage.share(array.columns(), part, parts), end);
    } else if (part == 0) {
      long key =
          Draws.key(work.host().chipSeed(), work.layerIndex(), Draws.CYCLE_NOISE, work.example());
      // As fit does: where W is the whole state, there are no pulses to speak of.
      PulseTally tally = array.synapse().digital() ? new PulseTally() : work.tally(0);
      array.pulse(up, down, key, tally);
    }
  }

  private void fireColumns(int part, int from, int to) {
    RankOneUpdate update = updates[part];
    float[] x = inputs[part];
    float[] d = errors[part];
    int columns = array.columns();
    long example = work.example();
    for (int position = 0; position < patches.positions(); position++) {
      System.arraycopy(deltas, position * columns, d, 0, columns);
      for (int group = 0; group < groups; group++) {
        int first = group * columnsOfGroup;
        int last = first + columnsOfGroup;
        int own = Math.max(from, first);
        int end = Math.min(to, last);
        if (own < end && active[position * groups + group]) {
          patches.at(group, position, x);
          update.begin(x, d, first, last, rate, example, position * groups + group);
          update.prepareColumns(own, end);
          update.fire(own, end, work.hits(part), work.tally(part));
        }
      }
    }
  }
}
