package io.github.dl4jhardware.neuromorphic.layer;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A matrix product for each group, c = a·b, on arrays {@code [groups, rows, columns]}; a range of
 * groups is one native call.
 *
 * @param a left, transposed first if so said
 * @param b right, transposed first if so said
 * @param c result
 */
record Products(INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray c) {
  static Products plain(INDArray a, INDArray b, INDArray c) {
    return new Products(a, false, b, false, c);
  }

  /** c = aᵀ·b. */
  static Products transposedLeft(INDArray a, INDArray b, INDArray c) {
    return new Products(a, true, b, false, c);
  }

  /** c = a·bᵀ. */
  static Products transposedRight(INDArray a, INDArray b, INDArray c) {
    return new Products(a, false, b, true, c);
  }

  /**
   * Computes one product after the other, for as many ranges of groups at once as there are
   * threads.
   */
  static void run(Products... steps) {
    int groups = (int) steps[0].a.size(0);
    int parts = Math.min(groups, Workers.threads());
    Products[][] ranges = new Products[parts][steps.length];
    for (int part = 0; part < parts; part++) {
      for (int step = 0; step < steps.length; step++) {
        ranges[part][step] =
            parts == 1
                ? steps[step]
                : steps[step].range(groups * part / parts, groups * (part + 1) / parts);
      }
    }
    Workers.withSingleThreadedProducts(
        () ->
            Workers.each(
                parts,
                part -> {
                  for (Products step : ranges[part]) {
                    step.compute();
                  }
                }));
  }

  private Products range(int from, int to) {
    return new Products(
        range(a, from, to), transposeA, range(b, from, to), transposeB, range(c, from, to));
  }

  /** By way of the flat array: of a view that is a view, ND4J's get loses the shape. */
  private static INDArray range(INDArray array, int from, int to) {
    long size = array.size(1) * array.size(2);
    return array
        .reshape(array.length())
        .get(NDArrayIndex.interval(from * size, to * size))
        .reshape('c', to - from, array.size(1), array.size(2));
  }

  private void compute() {
    Nd4j.matmul(a, b, c, transposeA, transposeB, false);
  }
}
