package io.github.dl4jhardware.analog.update;

/**
 * How the outer product ΔW = −η·x·δ of one example becomes pulses.
 *
 * <p>For each scheme E[ΔW] = −η·x·δ on an ideal device while no probability is clipped at 1; q =
 * η·|x·δ| / step is the wanted number of pulses of a cell.
 */
public enum PulseScheme {
  /**
   * Rows and columns fire random trains, a cell steps where both fire at once. Var[n] = q·(1 − q/L)
   * for trains of L pulses. Source: T. Gokmen, Y. Vlasov, Frontiers in Neuroscience 10, 333 (2016).
   */
  STOCHASTIC,
  /**
   * n = ⌊q + φ⌋ with a phase φ in [0, 1) that walks by the golden ratio from example to example and
   * is spread over rows and columns: no random draws, and the mean over examples tends to q. Var[n]
   * over the phase = f·(1 − f), f = q − ⌊q⌋.
   */
  DETERMINISTIC,
  /**
   * n = q, not rounded: what the stochastic scheme does on average. A whole minibatch is applied at
   * once, from the totals of its up and its down pulses.
   */
  EXPECTED
}
