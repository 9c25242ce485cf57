package io.github.dl4jhardware.analog.cell;

import java.util.stream.IntStream;

/** Work on independent cells, shared between the machine's cores. */
final class CellRanges {
  private static final int CELLS = 4096;

  private CellRanges() {}

  /** What is done with a range of cells; counts something. */
  interface Work {
    long count(int from, int to);
  }

  /** Does the work on every cell, and adds up the counts. */
  static long sum(int cells, Work work) {
    return IntStream.range(0, (cells + CELLS - 1) / CELLS)
        .parallel()
        .mapToLong(range -> work.count(range * CELLS, Math.min(cells, (range + 1) * CELLS)))
        .sum();
  }
}
