package io.github.dl4jhardware.analog.cell;

/**
 * What is done about drift where an array is read: its outputs are multiplied by what all
 * conductances have lost on the average. Source: V. Joshi et al., Nature Communications 11, 2473
 * (2020), for one factor a layer.
 */
public enum DriftCompensation {
  /** Nothing. */
  NONE,
  /** One factor for all outputs of a layer. */
  GLOBAL,
  /** One factor for each output, from its own column. */
  COLUMN
}
