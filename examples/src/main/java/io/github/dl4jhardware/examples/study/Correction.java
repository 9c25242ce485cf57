package io.github.dl4jhardware.examples.study;

import io.github.dl4jhardware.analog.cell.DriftCompensation;
import java.util.Locale;

/** What is done about drift and the other errors of a chip, in {@link ResNetStudy}. */
enum Correction {
  /** Nothing. */
  NONE(DriftCompensation.NONE),
  /** One factor for each layer. */
  GLOBAL(DriftCompensation.GLOBAL),
  /** One factor for each column. */
  COLUMN(DriftCompensation.COLUMN),
  /** One factor for each layer, and statistics of normalisation set anew by training images. */
  STATISTICS(DriftCompensation.GLOBAL);

  private final DriftCompensation drift;

  Correction(DriftCompensation drift) {
    this.drift = drift;
  }

  DriftCompensation drift() {
    return drift;
  }

  /** As files and pictures have it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
