package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.PulseTally;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.edge.ArrayReads;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.ChipStep;
import io.github.dl4jhardware.analog.update.Hits;
import io.github.dl4jhardware.analog.update.RankOneUpdate;
import java.util.stream.IntStream;

/**
 * One layer in training: its array, activations and deltas, as plain arrays.
 *
 * <p>Work is divided by columns (forward, pulses), by rows (backward) or by cells (leak); every sum
 * runs over a whole line in one thread, so that its rounding does not depend on the division.
 */
final class TrainedLayer {
  /** Rows that a loop takes at once; the loops are written out for this number. */
  private static final int UNROLL = 8;

  private final AnalogLayer host;
  private final SynapseArray array;
  private final AnalogSgd updater;
  private final RankOneUpdate update;
  private final Nonlinearity nonlinearity;
  private final int inputs;
  private final int outputs;
  private final ArrayReads reads;
  private final ChipStep step;
  private final boolean digitalBias;
  private final float[] bias;

  /** x, with a 1 for the bias row. */
  private final float[] input;

  private final float[] output;
  private final float[] delta;
  private final int[][] activeRows;
  private final PulseTally[] tallies;
  private final Hits[] hits;

  TrainedLayer(
      AnalogLayer host,
      SynapseArray array,
      int index,
      int inputs,
      AnalogSgd updater,
      Nonlinearity nonlinearity,
      float[] digitalBias,
      int parts) {
    this.host = host;
    this.inputs = inputs;
    this.updater = updater;
    this.nonlinearity = nonlinearity;
    this.array = array;
    outputs = array.columns();
    update = new RankOneUpdate(array, updater, host.chipSeed(), index);
    reads = new ArrayReads(host.edges(), array.rows(), inputs, outputs, host.chipSeed(), index);
    step = new ChipStep(array, host.chipSeed(), index);
    this.digitalBias = digitalBias.length > 0;
    bias = digitalBias;
    input = new float[array.rows()];
    if (array.rows() > inputs) {
      input[inputs] = 1;
    }
    output = new float[outputs];
    delta = new float[outputs];
    activeRows = new int[parts][array.rows()];
    tallies =
        IntStream.range(0, parts).mapToObj(part -> new PulseTally()).toArray(PulseTally[]::new);
    hits = IntStream.range(0, parts).mapToObj(part -> new Hits()).toArray(Hits[]::new);
  }

  int inputs() {
    return inputs;
  }

  float[] output() {
    return output;
  }

  float[] delta() {
    return delta;
  }

  Nonlinearity nonlinearity() {
    return nonlinearity;
  }

  float[] bias() {
    return bias;
  }

  /** Takes the input of the next example; by one thread. */
  void take(float[] values, int from) {
    System.arraycopy(values, from, input, 0, inputs);
  }

  /** y = f(Wᵀx) for a range of columns; rows with x = 0 are skipped. */
  void forward(int part, int parts) {
    if (reads.readsForward()) {
      if (part == 0) {
        readForward();
      }
      return;
    }
    int from = RankOneUpdate.share(outputs, part, parts);
    int to = RankOneUpdate.share(outputs, part + 1, parts);
    for (int column = from; column < to; column++) {
      output[column] = digitalBias ? bias[column] : 0;
    }
    int[] rows = activeRows[part];
    int active = 0;
    for (int row = 0; row < input.length; row++) {
      rows[active] = row;
      active += input[row] != 0 ? 1 : 0;
    }
    float[] weights = array.weights();
    int next = 0;
    for (; next + UNROLL <= active; next += UNROLL) {
      addRows(weights, rows, next, from, to);
    }
    for (; next < active; next++) {
      float x = input[rows[next]];
      int start = rows[next] * outputs;
      for (int column = from; column < to; column++) {
        output[column] += x * weights[start + column];
      }
    }
    nonlinearity.apply(output, from, to);
  }

  /** Through the converters, which look at all inputs and all sums: by one thread. */
  private void readForward() {
    long example = array.counters().get(Count.EXAMPLES);
    reads.forward(array.weights(), array.readVariances(), input, output, 0, true, example, 0);
    for (int column = 0; digitalBias && column < outputs; column++) {
      output[column] += bias[column];
    }
    nonlinearity.apply(output, 0, outputs);
  }

  private void readBackward(TrainedLayer before) {
    float[] errors = new float[inputs];
    long example = array.counters().get(Count.EXAMPLES);
    reads.backward(array.weights(), array.readVariances(), delta, 0, errors, 0, example, 0);
    for (int row = 0; row < inputs; row++) {
      before.accept(row, errors[row]);
    }
  }

  /** Eight rows at once, so that each sum is loaded and stored once for eight products. */
  private void addRows(float[] weights, int[] rows, int first, int from, int to) {
    float x0 = input[rows[first]];
    float x1 = input[rows[first + 1]];
    float x2 = input[rows[first + 2]];
    float x3 = input[rows[first + 3]];
    float x4 = input[rows[first + 4]];
    float x5 = input[rows[first + 5]];
    float x6 = input[rows[first + 6]];
    float x7 = input[rows[first + 7]];
    int start0 = rows[first] * outputs;
    int start1 = rows[first + 1] * outputs;
    int start2 = rows[first + 2] * outputs;
    int start3 = rows[first + 3] * outputs;
    int start4 = rows[first + 4] * outputs;
    int start5 = rows[first + 5] * outputs;
    int start6 = rows[first + 6] * outputs;
    int start7 = rows[first + 7] * outputs;
    float[] sums = output;
    for (int column = from; column < to; column++) {
      sums[column] +=
          ((x0 * weights[start0 + column] + x1 * weights[start1 + column])
                  + (x2 * weights[start2 + column] + x3 * weights[start3 + column]))
              + ((x4 * weights[start4 + column] + x5 * weights[start5 + column])
                  + (x6 * weights[start6 + column] + x7 * weights[start7 + column]));
    }
  }

  /** δ of the layer before: W·δ · f′, for a share of its outputs. */
  void backward(TrainedLayer before, int part, int parts) {
    if (reads.readsBackward()) {
      if (part == 0) {
        readBackward(before);
      }
      return;
    }
    int to = RankOneUpdate.share(inputs, part + 1, parts);
    float[] weights = array.weights();
    int row = RankOneUpdate.share(inputs, part, parts);
    // Eight sums at once hide the latency of an addition.
    for (; row + UNROLL <= to; row += UNROLL) {
      float sum0 = 0;
      float sum1 = 0;
      float sum2 = 0;
      float sum3 = 0;
      float sum4 = 0;
      float sum5 = 0;
      float sum6 = 0;
      float sum7 = 0;
      int start = row * outputs;
      for (int column = 0; column < outputs; column++) {
        float d = delta[column];
        int cell = start + column;
        sum0 += weights[cell] * d;
        sum1 += weights[cell + outputs] * d;
        sum2 += weights[cell + 2 * outputs] * d;
        sum3 += weights[cell + 3 * outputs] * d;
        sum4 += weights[cell + 4 * outputs] * d;
        sum5 += weights[cell + 5 * outputs] * d;
        sum6 += weights[cell + 6 * outputs] * d;
        sum7 += weights[cell + 7 * outputs] * d;
      }
      before.accept(row, sum0);
      before.accept(row + 1, sum1);
      before.accept(row + 2, sum2);
      before.accept(row + 3, sum3);
      before.accept(row + 4, sum4);
      before.accept(row + 5, sum5);
      before.accept(row + 6, sum6);
      before.accept(row + 7, sum7);
    }
    for (; row < to; row++) {
      float sum = 0;
      for (int column = 0; column < outputs; column++) {
        sum += weights[row * outputs + column] * delta[column];
      }
      before.accept(row, sum);
    }
  }

  private void accept(int column, float error) {
    delta[column] = error * nonlinearity.derivative(output[column]);
  }

  /** Starts the update; by one thread. */
  void begin(int epoch) {
    double rate = step.rate(updater, epoch);
    update.begin(input, delta, rate, array.counters().get(Count.EXAMPLES));
    if (digitalBias) {
      for (int column = 0; column < outputs; column++) {
        bias[column] -= (float) (rate * delta[column]);
      }
    }
  }

  void prepare(int part, int parts) {
    update.prepare(part, parts);
  }

  void fire(int part, int parts) {
    int from = RankOneUpdate.share(outputs, part, parts);
    int to = RankOneUpdate.share(outputs, part + 1, parts);
    update.fire(from, to, hits[part], tallies[part]);
  }

  boolean restDue() {
    return step.restDue(1);
  }

  void rest(int part, int parts) {
    int cells = array.rows() * outputs;
    step.rest(
        RankOneUpdate.share(cells, part, parts), RankOneUpdate.share(cells, part + 1, parts), 1);
  }

  /** Ends the example: counters, and a transfer if it is due; by one thread. */
  void end() {
    step.end(1);
  }

  /** Leaves everything in the network's parameters; by one thread. */
  void writeBack() {
    for (PulseTally tally : tallies) {
      tally.drainTo(array.counters());
    }
    host.writeArray();
  }
}
