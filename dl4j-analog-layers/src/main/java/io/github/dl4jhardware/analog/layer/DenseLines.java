package io.github.dl4jhardware.analog.layer;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * One pair of vectors for each example, or for each step of each example: those of the first step
 * come first.
 *
 * @param input x {@code [vectors, inputs]}
 * @param delta δ {@code [vectors, columns]}, not averaged over the batch
 * @param rows of the array; one more than inputs where the bias is a row
 * @param examples of the batch
 */
record DenseLines(INDArray input, INDArray delta, int rows, int examples) implements Lines {
  @Override
  public void gradient(INDArray weights, double factor) {
    Nd4j.gemm(delta, input, weights.transpose(), true, false, factor, 0);
  }

  @Override
  public void biasGradient(INDArray bias, double factor) {
    delta.sum(bias, 0);
    if (factor != 1) {
      bias.muli(factor);
    }
  }

  @Override
  public void totals(float[] net, float[] all) {
    totals(input, delta, net);
    totals(Transforms.abs(input, true), Transforms.abs(delta, true), all);
  }

  private static void totals(INDArray input, INDArray delta, float[] target) {
    int inputs = (int) input.size(1);
    int columns = (int) delta.size(1);
    INDArray products =
        Nd4j.createUninitialized(delta.dataType(), new long[] {columns, inputs}, 'f');
    Nd4j.gemm(delta, input, products, true, false, 1, 0);
    NativeCopy.read(products, target, inputs * columns);
    if (target.length > inputs * columns) {
      float[] sums = NativeCopy.rows(delta.sum(true, 0));
      System.arraycopy(sums, 0, target, inputs * columns, columns);
    }
  }

  @Override
  public void each(Receiver receiver) {
    float[] inputs = NativeCopy.rows(input);
    float[] errors = NativeCopy.rows(delta);
    int width = (int) input.size(1);
    int columns = (int) delta.size(1);
    float[] x = new float[rows];
    float[] d = new float[columns];
    if (rows > width) {
      x[width] = 1;
    }
    int steps = (int) delta.size(0) / examples;
    for (int e = 0; e < examples; e++) {
      for (int step = 0; step < steps; step++) {
        int vector = step * examples + e;
        System.arraycopy(inputs, vector * width, x, 0, width);
        System.arraycopy(errors, vector * columns, d, 0, columns);
        receiver.take(x, d, 0, columns, e, step);
      }
    }
  }
}
