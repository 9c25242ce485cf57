package io.github.dl4jhardware.analog.update;

import io.github.dl4jhardware.Internal;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.Draws;

/**
 * The crossbar's own update: one example's input and delta become pulses on one array.
 *
 * <p>For each example call {@link #begin}, then {@link #prepare} for every part of the work, then
 * {@link #fire} for disjoint ranges of columns; parts of one kind may run in several threads.
 */
@Internal
public final class RankOneUpdate {
  // Four numbers that are rationally independent of each other and of 1, as 32-bit fractions: √2,
  // √3, golden ratio, √7.
  private static final int ROW_PHASE = 0x6A09E667;
  private static final int COLUMN_PHASE = 0xBB67AE85;
  private static final int EXAMPLE_PHASE = 0x9E3779B9;
  private static final int LINE_PHASE = 0xA54FF53A;
  private static final float PHASE_UNIT = 0x1p-24f;

  private final SynapseArray array;
  private final PulseScheme scheme;
  private final int mostSlots;
  private final double slotsPerPulse;
  private final double step;
  private final long chipSeed;
  private final int layer;
  private final PulseTrains rowTrains;
  private final PulseTrains columnTrains;
  private final float[] columnPhases;
  private float[] input = new float[0];
  private float[] delta = new float[0];
  private double pulsesPerUnit;
  private double rowScale;
  private double columnScale;
  private long rowKey;
  private long columnKey;
  private long noiseKey;
  private int examplePhase;
  private int slots;

  /**
   * An update of one array.
   *
   * @param array the cells
   * @param updater scheme and train length
   * @param chipSeed the chip
   * @param layer the layer's index
   */
  public RankOneUpdate(SynapseArray array, AnalogSgd updater, long chipSeed, int layer) {
    this.array = array;
    this.scheme = updater.getPulseScheme();
    this.mostSlots = updater.getPulseTrainLength();
    this.slotsPerPulse = updater.getSlotsPerPulse();
    this.step = array.synapse().stepWeight();
    this.chipSeed = chipSeed;
    this.layer = layer;
    rowTrains = new PulseTrains(array.rows());
    columnTrains = new PulseTrains(array.columns());
    columnPhases = new float[array.columns()];
    for (int column = 0; column < columnPhases.length; column++) {
      columnPhases[column] = ((column * COLUMN_PHASE) >>> 8) * PHASE_UNIT;
    }
  }

  /**
   * Starts an example.
   *
   * @param input x, one value a row; kept until the example is done
   * @param delta δ, one value a column; kept until the example is done
   * @param rate η
   * @param example the array's examples counter, which keys the draws
   */
  public void begin(float[] input, float[] delta, double rate, long example) {
    begin(input, delta, 0, array.columns(), rate, example, 0);
  }

  /**
   * Starts one of several pairs of vectors of an example, for a part of the columns.
   *
   * @param input x, one value a row; kept until the pair is done
   * @param delta δ, one value a column; kept until the pair is done
   * @param from first column that is pulsed
   * @param to one past the last
   * @param rate η
   * @param example the array's examples counter, which keys the draws
   * @param line which of its pairs, from 0, which keys them too
   */
  public void begin(
      float[] input, float[] delta, int from, int to, double rate, long example, int line) {
    this.input = input;
    this.delta = delta;
    pulsesPerUnit = rate / step;
    noiseKey = key(Draws.CYCLE_NOISE, example, line);
    examplePhase = (int) example * EXAMPLE_PHASE + line * LINE_PHASE;
    if (scheme.realisable()) {
      rowKey = key(Draws.ROW_PULSES, example, line);
      columnKey = key(Draws.COLUMN_PULSES, example, line);
      // Both sides get the same greatest probability, so that neither is clipped before the other.
      double rows = greatest(input, 0, array.rows());
      double columns = greatest(delta, from, to);
      slots = slots(pulsesPerUnit * rows * columns);
      double product = pulsesPerUnit / slots;
      boolean silent = rows == 0 || columns == 0;
      rowScale = silent ? 0 : Math.sqrt(product * columns / rows);
      columnScale = silent ? 0 : Math.sqrt(product * rows / columns);
    }
  }

  private long key(int purpose, long example, int line) {
    long key = Draws.key(chipSeed, layer, purpose, example);
    return line == 0 ? key : Draws.subKey(key, line);
  }

  /**
   * Length of the trains.
   *
   * @param mostPulses that any cell of the array is to get
   */
  private int slots(double mostPulses) {
    if (slotsPerPulse == 0 || scheme == PulseScheme.LOW_DISCREPANCY) {
      return mostSlots;
    }
    return (int) Math.max(1, Math.min(mostSlots, Math.ceil(slotsPerPulse * mostPulses)));
  }

  /**
   * Draws the pulse trains of a part of the lines.
   *
   * @param part which part, from 0
   * @param parts into how many parts the lines are divided
   */
  public void prepare(int part, int parts) {
    int rows = array.rows();
    int columns = array.columns();
    int rowFrom = share(rows, part, parts);
    int rowTo = share(rows, part + 1, parts);
    prepare(rowFrom, rowTo, share(columns, part, parts), share(columns, part + 1, parts));
  }

  /**
   * Draws the pulse trains of all rows and of a range of columns, for a pair that was begun for
   * that range.
   *
   * @param from first column
   * @param to one past the last
   */
  public void prepareColumns(int from, int to) {
    prepare(0, array.rows(), from, to);
  }

  private void prepare(int rowFrom, int rowTo, int columnFrom, int columnTo) {
    if (scheme == PulseScheme.STOCHASTIC) {
      rowTrains.random(input, rowScale, slots, rowFrom, rowTo, rowKey);
      columnTrains.random(delta, columnScale, slots, columnFrom, columnTo, columnKey);
    } else if (scheme == PulseScheme.LOW_DISCREPANCY) {
      rowTrains.unary(input, rowScale, slots, rowFrom, rowTo, rowKey);
      columnTrains.reversed(delta, columnScale, slots, columnFrom, columnTo, columnKey);
    }
  }

  /** Slots of the example's trains. */
  int slots() {
    return slots;
  }

  /** What a row fires in this example, slot t as bit t. */
  int rowTrain(int row) {
    return rowTrains.bits()[row];
  }

  /** What a column fires in this example. */
  int columnTrain(int column) {
    return columnTrains.bits()[column];
  }

  /**
   * Fires the pulses of a range of columns.
   *
   * @param from first column
   * @param to one past the last column
   * @param hits scratch of the calling thread
   * @param tally where the pulses are counted
   */
  public void fire(int from, int to, Hits hits, PulseTally tally) {
    hits.start(to - from);
    switch (scheme) {
      case STOCHASTIC, LOW_DISCREPANCY -> fireCoincidences(from, to, hits, tally);
      case CELL_COUNTS -> fireCounts(from, to, hits, tally);
      case EXPECTED -> fireExpected(from, to, tally);
    }
  }

  private void fireCoincidences(int from, int to, Hits hits, PulseTally tally) {
    int[] rowBits = rowTrains.bits();
    int negative = hits.list(0, from, to, columnTrains.bits(), delta, -1);
    int all = hits.list(negative, from, to, columnTrains.bits(), delta, 1);
    // All that go up, then all that go down: a direction that changes all the time would keep
    // processors from working ahead.
    for (int direction = 1; direction >= -1; direction -= 2) {
      for (int row = 0; row < rowBits.length; row++) {
        int train = rowBits[row];
        if (train != 0) {
          boolean byNegative = direction * input[row] > 0;
          int first = byNegative ? 0 : negative;
          int end = byNegative ? negative : all;
          hits.coincidences(train, first, end, row * array.columns(), direction);
          hits.give(array, false, noiseKey, tally);
        }
      }
    }
    hits.give(array, true, noiseKey, tally);
  }

  private void fireCounts(int from, int to, Hits hits, PulseTally tally) {
    int rows = array.rows();
    for (int row = 0; row < rows; row++) {
      float perDelta = (float) (-pulsesPerUnit * input[row]);
      if (perDelta != 0) {
        float rowPhase = ((examplePhase + row * ROW_PHASE) >>> 8) * PHASE_UNIT;
        int start = row * array.columns();
        hits.counts(delta, columnPhases, perDelta, rowPhase, from, to, start);
        hits.give(array, false, noiseKey, tally);
      }
    }
    hits.give(array, true, noiseKey, tally);
  }

  private void fireExpected(int from, int to, PulseTally tally) {
    int rows = array.rows();
    for (int row = 0; row < rows; row++) {
      float perDelta = (float) (-pulsesPerUnit * input[row]);
      if (perDelta != 0) {
        array.pulse(row, from, to, perDelta, delta, noiseKey, tally);
      }
    }
  }

  private static double greatest(float[] values, int from, int to) {
    float greatest = 0;
    for (int i = from; i < to; i++) {
      greatest = Math.max(greatest, Math.abs(values[i]));
    }
    return greatest;
  }

  /**
   * Where a part of a divided range begins.
   *
   * @param total length of the range
   * @param part which part, from 0; {@code parts} gives the end
   * @param parts number of parts
   * @return the first index of the part
   */
  public static int share(int total, int part, int parts) {
    return (int) ((long) total * part / parts);
  }
}
