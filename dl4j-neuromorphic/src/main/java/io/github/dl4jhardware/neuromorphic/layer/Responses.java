package io.github.dl4jhardware.neuromorphic.layer;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a layer's neurons answer to one batch, r = w·x, and the way back. Rows are features over all
 * positions of the batch; several threads may ask for different rows.
 */
interface Responses {
  /** Takes r of one feature. */
  void read(int feature, double[] row);

  /** Before the first {@link #replace}. */
  void makeRoom();

  /** Puts dL/dr of one feature in the place of its r, which no one asks for any more. */
  void replace(int feature, double[] row);

  /**
   * The gradients, once dL/dr is there for all features.
   *
   * @param weightGradient takes dL/dw, {@code [groups, features per group, inputs per neuron]}
   * @param inputGradient takes dL/dx, {@code [inputs, examples, height, width]}
   */
  void backward(INDArray weightGradient, INDArray inputGradient);
}
