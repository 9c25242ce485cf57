package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.analog.update.RankOneUpdate;
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

  private double rate;

  ConvolutionUpdate(ArrayWork work, Patches patches, int groups, int parts) {
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
    deltas = new float[patches.positions() * array.columns()];
    active = new boolean[patches.positions() * groups];
    up = new float[expected ? array.rows() * array.columns() : 0];
    down = new float[up.length];
  }

  /**
   * Starts an example; by one thread.
   *
   * @param delta {@code [columns, positions]}
   */
  void begin(float[] delta, int epoch) {
    rate = work.rate(epoch);
    int columns = array.columns();
    int positions = patches.positions();
    for (int position = 0; position < positions; position++) {
      for (int group = 0; group < groups; group++) {
        boolean any = false;
        int end = (group + 1) * columnsOfGroup;
        for (int column = group * columnsOfGroup; column < end; column++) {
          float d = delta[column * positions + position];
          deltas[position * columns + column] = d;
          any |= d != 0;
        }
        active[position * groups + group] = any;
      }
    }
    for (int column = 0; work.digitalBias() && column < columns; column++) {
      double sum = 0;
      for (int position = 0; position < positions; position++) {
        sum += delta[column * positions + position];
      }
      work.lowerBias(column, rate * sum);
    }
  }

  /** The totals of a share of the rows, where there are any. */
  void prepare(int part, int parts) {
    if (!expected) {
      return;
    }
    int end = Stage.share(array.rows(), part + 1, parts);
    for (int row = Stage.share(array.rows(), part, parts); row < end; row++) {
      for (int group = 0; group < groups; group++) {
        total(row, group);
      }
    }
  }

  /** Σ xδ and Σ |xδ| over the positions, and from them the pulses up and down. */
  private void total(int row, int group) {
    int columns = array.columns();
    int cell = row * columns + group * columnsOfGroup;
    for (int column = 0; column < columnsOfGroup; column++) {
      up[cell + column] = 0;
      down[cell + column] = 0;
    }
    float[] values = patches.values();
    int line = patches.line(group, row);
    for (int position = 0; position < patches.positions(); position++) {
      float x = values[line + position];
      if (x != 0 && active[position * groups + group]) {
        int from = position * columns + group * columnsOfGroup;
        for (int column = 0; column < columnsOfGroup; column++) {
          float product = x * deltas[from + column];
          up[cell + column] += product;
          down[cell + column] += Math.abs(product);
        }
      }
    }
    float half = (float) (rate / array.synapse().stepWeight() / 2);
    for (int column = 0; column < columnsOfGroup; column++) {
      float net = up[cell + column];
      float all = down[cell + column];
      up[cell + column] = Math.max(0, half * (all - net));
      down[cell + column] = Math.max(0, half * (all + net));
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
      array.pulse(up, down, key, work.tally(0));
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
