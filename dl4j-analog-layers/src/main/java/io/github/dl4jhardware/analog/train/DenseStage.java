package io.github.dl4jhardware.analog.train;

import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.edge.ArrayReads;
import io.github.dl4jhardware.analog.update.RankOneUpdate;

/**
 * A dense layer in training.
 *
 * <p>Work is divided by columns (forward, pulses), by rows (backward) or by cells (leak).
 */
final class DenseStage extends Stage {
  /** Rows that a loop takes at once; the loops are written out for this number. */
  private static final int UNROLL = 8;

  private final Stage source;
  private final ArrayWork work;
  private final SynapseArray array;
  private final RankOneUpdate update;
  private final int inputs;
  private final int outputs;
  private final ArrayReads reads;

  /** x, with a 1 for the bias row. */
  private final float[] input;

  /** What goes back, before the nonlinearity of the source. */
  private final float[] errors;

  private final int[][] activeRows;

  DenseStage(Stage source, ArrayWork work, Nonlinearity nonlinearity, int parts) {
    super(Extent.row(work.array().columns()), nonlinearity, true);
    this.source = source;
    this.work = work;
    array = work.array();
    inputs = source.extent().size();
    outputs = array.columns();
    update = work.update();
    reads =
        new ArrayReads(
            work.host().edges(),
            array.rows(),
            inputs,
            outputs,
            work.host().chipSeed(),
            work.layerIndex());
    input = new float[array.rows()];
    if (array.rows() > inputs) {
      input[inputs] = 1;
    }
    errors = new float[inputs];
    activeRows = new int[parts][array.rows()];
  }

  @Override
  void gather(int part, int parts) {
    if (part == 0) {
      System.arraycopy(source.output(), 0, input, 0, inputs);
    }
  }

  /** y = f(Wᵀx) for a range of columns; rows with x = 0 are skipped. */
  @Override
  void forward(int part, int parts) {
    if (reads.readsForward()) {
      if (part == 0) {
        readForward();
      }
      return;
    }
    int from = share(outputs, part, parts);
    int to = share(outputs, part + 1, parts);
    float[] output = output();
    for (int column = from; column < to; column++) {
      output[column] = work.bias(column);
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
    nonlinearity().apply(output, from, to);
  }

  /** Through the converters, which look at all inputs and all sums: by one thread. */
  private void readForward() {
    float[] output = output();
    reads.forward(
        array.weights(), array.readVariances(), input, output, 0, true, work.example(), 0);
    for (int column = 0; work.digitalBias() && column < outputs; column++) {
      output[column] += work.bias(column);
    }
    nonlinearity().apply(output, 0, outputs);
  }

  private void readBackward() {
    reads.backward(
        array.weights(), array.readVariances(), delta(), 0, errors, 0, work.example(), 0);
    source.receive(0, errors, 0, inputs);
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
    float[] sums = output();
    for (int column = from; column < to; column++) {
      sums[column] +=
          ((x0 * weights[start0 + column] + x1 * weights[start1 + column])
                  + (x2 * weights[start2 + column] + x3 * weights[start3 + column]))
              + ((x4 * weights[start4 + column] + x5 * weights[start5 + column])
                  + (x6 * weights[start6 + column] + x7 * weights[start7 + column]));
    }
  }

  /** W·δ for a share of the inputs. */
  @Override
  void backward(int part, int parts) {
    if (!source.learns()) {
      return;
    }
    if (reads.readsBackward()) {
      if (part == 0) {
        readBackward();
      }
      return;
    }
    int first = share(inputs, part, parts);
    int to = share(inputs, part + 1, parts);
    float[] weights = array.weights();
    float[] delta = delta();
    int row = first;
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
      errors[row] = sum0;
      errors[row + 1] = sum1;
      errors[row + 2] = sum2;
      errors[row + 3] = sum3;
      errors[row + 4] = sum4;
      errors[row + 5] = sum5;
      errors[row + 6] = sum6;
      errors[row + 7] = sum7;
    }
    for (; row < to; row++) {
      float sum = 0;
      for (int column = 0; column < outputs; column++) {
        sum += weights[row * outputs + column] * delta[column];
      }
      errors[row] = sum;
    }
    source.receive(first, errors, first, to - first);
  }

  @Override
  void begin(int iteration, int epoch) {
    double rate = work.rate(epoch);
    update.begin(input, delta(), rate, work.example());
    for (int column = 0; work.digitalBias() && column < outputs; column++) {
      work.lowerBias(column, rate * delta()[column]);
    }
  }

  @Override
  void prepare(int part, int parts) {
    update.prepare(part, parts);
  }

  @Override
  void fire(int part, int parts) {
    int from = share(outputs, part, parts);
    int to = share(outputs, part + 1, parts);
    update.fire(from, to, work.hits(part), work.tally(part));
  }

  @Override
  boolean restDue() {
    return work.restDue();
  }

  @Override
  void rest(int part, int parts) {
    work.rest(part, parts);
  }

  @Override
  void end() {
    work.end();
  }

  @Override
  void writeBack() {
    work.writeBack();
  }
}
