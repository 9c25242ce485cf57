package io.github.dl4jhardware.analog.inference;

import java.util.Arrays;

/**
 * The choice of the conductance that stands for a weight when a trained network is programmed into
 * PCM.
 *
 * <p>The relative errors of a PCM device (programming, drift, read noise) are largest at the bottom
 * of its range, so that weights which fill the range last longest. A scale is a digital factor
 * behind the array's converters; one for each column costs a multiplication an output.
 */
public enum WeightMapping {
  /**
   * As the cell was trained; of a layer without cells as {@link #LARGEST_OF_LAYER}, and of one that
   * was trained with scales for its columns as {@link #LARGEST_OF_COLUMN}.
   */
  AS_TRAINED,
  /** The largest weight of a layer is at the end of the range. */
  LARGEST_OF_LAYER,
  /** The largest weight of each column is at the end of the range. */
  LARGEST_OF_COLUMN;

  /**
   * The scales of a layer's columns.
   *
   * @param weights row-major, in weight units
   * @param columns how many
   * @param trained µS for a weight of 1 where the cells have a scale; else NaN
   * @param range greatest F·(G+ − G−), in µS
   * @return µS for a weight of 1, one a column
   */
  double[] microSiemensPerWeight(float[] weights, int columns, double trained, double range) {
    double[] scales = new double[columns];
    if (this == AS_TRAINED && !Double.isNaN(trained)) {
      Arrays.fill(scales, trained);
      return scales;
    }
    float[] largest = new float[columns];
    for (int cell = 0; cell < weights.length; cell++) {
      int group = this == LARGEST_OF_COLUMN ? cell % columns : 0;
      largest[group] = Math.max(largest[group], Math.abs(weights[cell]));
    }
    for (int column = 0; column < columns; column++) {
      float most = largest[this == LARGEST_OF_COLUMN ? column : 0];
      scales[column] = most == 0 ? 1 : range / most;
    }
    return scales;
  }
}
