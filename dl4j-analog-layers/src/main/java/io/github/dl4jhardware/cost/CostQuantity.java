package io.github.dl4jhardware.cost;

import org.jspecify.annotations.Nullable;

/** One figure of a {@link Cost}, by which candidates are limited or drawn. */
public enum CostQuantity {
  /** Energy of an inference, in nJ. */
  INFERENCE_NANOJOULES("inference_nanojoules", "energy of an inference, nJ"),
  /** Energy of training, in mJ. */
  TRAINING_MILLIJOULES("training_millijoules", "energy of training, mJ"),
  /** Area, in mm². */
  SQUARE_MILLIMETRES("area_square_millimetres", "area, mm²"),
  /** Neuromorphic cores. */
  CORES("cores", "cores");

  private final String column;
  private final String axis;

  CostQuantity(String column, String axis) {
    this.column = column;
    this.axis = axis;
  }

  /**
   * The name in files.
   *
   * @return with its unit
   */
  public String column() {
    return column;
  }

  /**
   * The name at an axis.
   *
   * @return with its unit
   */
  public String axis() {
    return axis;
  }

  /**
   * The figure.
   *
   * @param cost of a network
   * @return null where it is not known
   */
  public @Nullable Double of(Cost cost) {
    Long cores = cost.cores();
    return switch (this) {
      case INFERENCE_NANOJOULES -> cost.inferenceNanojoules();
      case TRAINING_MILLIJOULES -> cost.trainingMillijoules();
      case SQUARE_MILLIMETRES -> cost.squareMillimetres();
      case CORES -> cores == null ? null : Double.valueOf(cores);
    };
  }
}
