package io.github.dl4jhardware.analog.layer;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A pair of vectors for each step of each example: the step's inputs with the outputs of the step
 * before, and the errors of its sums.
 *
 * @param steps in the order of time
 * @param rows of the array; one more than inputs where the bias is a row
 */
record SequenceLines(List<Step> steps, int rows) implements Lines {
  /**
   * One step.
   *
   * @param input x {@code [examples, nIn]}, column-major
   * @param state h of the step before, {@code [examples, nOut]}, column-major
   * @param delta δ {@code [examples, columns]}, column-major, not averaged over the batch
   */
  record Step(INDArray input, INDArray state, INDArray delta) {
    private Step magnitudes() {
      return new Step(
          Transforms.abs(input, true), Transforms.abs(state, true), Transforms.abs(delta, true));
    }
  }

  @Override
  public int examples() {
    return (int) steps.get(0).delta().size(0);
  }

  @Override
  public void gradient(INDArray weights, double factor) {
    gradient(weights, factor, false);
  }

  private void gradient(INDArray weights, double factor, boolean magnitudes) {
    double keep = 0;
    for (Step each : steps) {
      Step step = magnitudes ? each.magnitudes() : each;
      long inputs = step.input().size(1);
      INDArray own = weights.get(NDArrayIndex.interval(0, inputs), NDArrayIndex.all());
      INDArray ofState =
          weights.get(NDArrayIndex.interval(inputs, weights.size(0)), NDArrayIndex.all());
      Nd4j.gemm(step.delta(), step.input(), own.transpose(), true, false, factor, keep);
      Nd4j.gemm(step.delta(), step.state(), ofState.transpose(), true, false, factor, keep);
      keep = 1;
    }
  }

  @Override
  public void biasGradient(INDArray bias, double factor) {
    bias.assign(deltas(false).muli(factor));
  }

  private INDArray deltas(boolean magnitudes) {
    INDArray sum = Nd4j.zeros(steps.get(0).delta().dataType(), steps.get(0).delta().size(1));
    for (Step each : steps) {
      sum.addi((magnitudes ? Transforms.abs(each.delta(), true) : each.delta()).sum(0));
    }
    return sum;
  }

  @Override
  public void totals(float[] net, float[] all) {
    totals(net, false);
    totals(all, true);
  }

  private void totals(float[] target, boolean magnitudes) {
    Step first = steps.get(0);
    long inputs = first.input().size(1) + first.state().size(1);
    long columns = first.delta().size(1);
    INDArray weights =
        Nd4j.createUninitialized(first.delta().dataType(), new long[] {inputs, columns}, 'c');
    gradient(weights, 1, magnitudes);
    int cells = (int) (inputs * columns);
    NativeCopy.read(weights, target, cells);
    if (target.length > cells) {
      float[] sums = new float[(int) columns];
      NativeCopy.read(deltas(magnitudes), sums, sums.length);
      System.arraycopy(sums, 0, target, cells, sums.length);
    }
  }

  @Override
  public void each(Receiver receiver) {
    int count = examples();
    float[][] inputs =
        steps.stream().map(step -> NativeCopy.rows(step.input())).toArray(float[][]::new);
    float[][] states =
        steps.stream().map(step -> NativeCopy.rows(step.state())).toArray(float[][]::new);
    float[][] deltas =
        steps.stream().map(step -> NativeCopy.rows(step.delta())).toArray(float[][]::new);
    int ofInput = inputs[0].length / count;
    int ofState = states[0].length / count;
    float[] x = new float[rows];
    // The bias row; the others are overwritten.
    Arrays.fill(x, 1);
    float[] d = new float[deltas[0].length / count];
    for (int e = 0; e < count; e++) {
      for (int t = 0; t < steps.size(); t++) {
        System.arraycopy(inputs[t], e * ofInput, x, 0, ofInput);
        System.arraycopy(states[t], e * ofState, x, ofInput, ofState);
        System.arraycopy(deltas[t], e * d.length, d, 0, d.length);
        receiver.take(x, d, 0, d.length, e, t);
      }
    }
  }
}
