package io.github.dl4jhardware.analog.layer;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * One pair of vectors for each example.
 *
 * @param input x {@code [examples, inputs]}
 * @param delta δ {@code [examples, columns]}, not averaged over the batch
 * @param rows of the array; one more than inputs where the bias is a row
 */
record DenseLines(INDArray input, INDArray delta, int rows) implements Lines {
  @Override
  public int examples() {
    return (int) delta.size(0);
  }

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
    for (int e = 0; e < examples(); e++) {
      System.arraycopy(inputs, e * width, x, 0, width);
      if (rows > width) {
        x[width] = 1;
      }
      System.arraycopy(errors, e * columns, d, 0, columns);
      receiver.take(x, d, 0, columns, e, 0);
    }
  }
}
