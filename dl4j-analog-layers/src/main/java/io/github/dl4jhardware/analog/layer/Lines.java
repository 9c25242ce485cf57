package io.github.dl4jhardware.analog.layer;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The vectors at an array's rows and columns whose products are the update of one minibatch. A
 * dense layer has one pair for each example, a convolution one for each position of its kernel, a
 * recurrent layer one for each step of a sequence.
 */
interface Lines {
  /** Of the minibatch. */
  int examples();

  /**
   * Σ x·δ in the network's own precision.
   *
   * @param weights {@code [inputRows, columns]}, row-major; overwritten
   * @param factor on the sum
   */
  void gradient(INDArray weights, double factor);

  /**
   * Σ δ in the network's own precision.
   *
   * @param bias {@code [columns]}; overwritten
   * @param factor on the sum
   */
  void biasGradient(INDArray bias, double factor);

  /**
   * Σ x·δ and Σ |x·δ| of each cell, the bias row's included.
   *
   * @param net {@code [rows * columns]}, overwritten
   * @param all likewise
   */
  void totals(float[] net, float[] all);

  /** Hands over one pair after the other. */
  void each(Receiver receiver);

  /** Takes pairs. */
  interface Receiver {
    /**
     * Takes one.
     *
     * @param x one value a row, 1 for the bias row; the caller's own
     * @param delta one value a column, 0 outside of the range; the caller's own
     * @param from first column of the array that is meant
     * @param to one past the last
     * @param example of the minibatch
     * @param line of the example, from 0
     */
    void take(float[] x, float[] delta, int from, int to, int example, int line);
  }
}
