package io.github.dl4jhardware.analog.update;

import org.nd4j.shade.jackson.annotation.JsonAlias;

/**
 * The way in which the outer product ΔW = −η·x·δ of one example becomes pulses.
 *
 * <p>For each scheme E[ΔW] = −η·x·δ on an ideal device while no probability is clipped at 1; q =
 * η·|x·δ| / step is the wanted number of pulses of a cell. The first two are <em>realisable</em>: a
 * cell steps where its row and its column fire in the same slot, and what a line fires depends on
 * that line alone. The other two ask for what no row and column drivers can do, and serve as limits
 * to compare with.
 */
public enum PulseScheme {
  /**
   * Rows and columns fire random trains, a cell steps where both fire at once. Var[n] = q·(1 − q/L)
   * for trains of L slots. Source: T. Gokmen, Y. Vlasov, Frontiers in Neuroscience 10, 333 (2016);
   * trains whose length follows the size of the update: T. Gokmen, M. Onen, W. Haensch, Frontiers
   * in Neuroscience 11, 538 (2017).
   */
  STOCHASTIC,
  /**
   * Rows fire k slots in a row, columns m slots in bit-reversed order, so that k·m/N slots of N
   * coincide with an error that stays bounded: below (log₂ N)/2 + 1. The slot that a row begins at
   * is drawn uniformly for each example, so that the mean is exactly k·m/N; k and m are rounded
   * once a line, up or down at random. Where less than a coincidence is wanted it is no better than
   * random trains. Bit-reversed order: J. G. van der Corput, Proc. Kon. Ned. Akad. v. Wetensch. 38,
   * 813 (1935); its use for pulse trains: assumed.
   */
  LOW_DISCREPANCY,
  /**
   * An idealised count for each cell, n = ⌊q + φ⌋, with a phase φ in [0, 1) that walks by the
   * golden ratio from example to example and is spread over rows and columns: no random draws, and
   * the mean over examples tends to q. Var[n] over the phase = f·(1 − f), f = q − ⌊q⌋. It rounds
   * each cell's own product, which row and column drivers cannot; it has no source.
   */
  @JsonAlias("DETERMINISTIC")
  CELL_COUNTS,
  /**
   * n = q, not rounded: what the realisable schemes do on average. A whole minibatch is applied at
   * once, from the totals of its up and its down pulses.
   */
  EXPECTED;

  /**
   * The scheme of a name in a file, former names included.
   *
   * @param name such as {@code LOW_DISCREPANCY}
   * @return the scheme
   * @throws IllegalArgumentException if there is none of that name
   */
  public static PulseScheme named(String name) {
    return name.equals("DETERMINISTIC") ? CELL_COUNTS : valueOf(name);
  }

  /**
   * Whether row and column drivers can fire it.
   *
   * @return true if a cell's pulses follow from the signals of its row and its column
   */
  public boolean realisable() {
    return this == STOCHASTIC || this == LOW_DISCREPANCY;
  }
}
