package io.github.dl4jhardware.analog.layer;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a recurrent layer makes of its array's sums at one step. Matrices are {@code [examples, …]},
 * column-major, so that the columns of one gate lie together.
 */
interface RecurrentCell {
  /** Columns of the array for each of the layer's outputs. */
  int columnsOfOutput();

  /**
   * One step forward.
   *
   * @param sums {@code [examples, columns]}; overwritten
   * @param memory of the step before, {@code [examples, nOut]}; null for none
   * @param training whether the host's activations are to know so
   * @return what came out
   */
  Moment forward(INDArray sums, @Nullable INDArray memory, boolean training);

  /** One step of a batch. */
  interface Moment {
    /** The layer's outputs, {@code [examples, nOut]}. */
    INDArray output();

    /** What is remembered beside them; null if the cell has no memory. */
    @Nullable INDArray memory();

    /**
     * The step back; once, since it uses up what the step forward has left.
     *
     * @param error of the outputs, {@code [examples, nOut]}
     * @param memoryError of the memory, from the step after; null for none
     * @return what goes further back
     */
    Back backward(INDArray error, @Nullable INDArray memoryError);
  }

  /**
   * Errors of one step.
   *
   * @param delta of the sums, {@code [examples, columns]}, column-major
   * @param memoryError of the memory of the step before; null if the cell has no memory
   */
  record Back(INDArray delta, @Nullable INDArray memoryError) {}
}
