package io.github.dl4jhardware.neuromorphic.core;

/**
 * The limits of a 256×256 neurosynaptic core. Source: S. K. Esser et al., PNAS 113, 11441 (2016);
 * the inputs of a trinary neuron follow, since each takes an axon for +1 and one for −1.
 */
public final class CoreLimits {
  /** Axons of a core. */
  public static final int AXONS = 256;

  /** Neurons of a core. */
  public static final int NEURONS = 256;

  /** Inputs of one trinary neuron. */
  public static final int INPUTS_PER_NEURON = AXONS / 2;

  /** Cores of a chip, 64×64. */
  public static final int CORES_PER_CHIP = 4096;

  /** Types of axons of a core; each neuron has a weight for each. */
  public static final int AXON_TYPES = 4;

  /** Greatest magnitude of the signed 9-bit weights. */
  public static final int GREATEST_WEIGHT = 255;

  /** Ticks from a spike to its axon, at most. */
  public static final int GREATEST_DELAY_TICKS = 15;

  /** Bits of the signed membrane potential and threshold. */
  public static final int MEMBRANE_BITS = 20;

  private CoreLimits() {}

  /**
   * The fewest groups in which a convolution fits.
   *
   * @param inFeatures input features
   * @param outFeatures output features
   * @param kernelPositions kH·kW
   * @return the least g that divides both feature counts with kH·kW·inFeatures/g ≤ {@link
   *     #INPUTS_PER_NEURON}; 0 if there is none
   */
  public static int fewestGroups(long inFeatures, long outFeatures, long kernelPositions) {
    for (long groups = 1; groups <= Math.min(inFeatures, outFeatures); groups++) {
      if (inFeatures % groups == 0
          && outFeatures % groups == 0
          && kernelPositions * inFeatures / groups <= INPUTS_PER_NEURON) {
        return (int) groups;
      }
    }
    return 0;
  }
}
