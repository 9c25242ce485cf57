package io.github.dl4jhardware.analog.edge;

import io.github.dl4jhardware.Internal;

/**
 * Looks at what an array, or each tile of it, is read with and what it says, before any converter.
 */
@Internal
public interface ReadObserver {
  /**
   * Many reads of one array.
   *
   * @param lines what is sent, {@code [inputs, reads]}
   * @param sums what is read, {@code [outputs, reads]}
   * @param reads how many
   */
  void saw(float[] lines, float[] sums, int reads);
}
