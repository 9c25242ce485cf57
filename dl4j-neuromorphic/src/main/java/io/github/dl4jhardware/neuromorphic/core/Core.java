package io.github.dl4jhardware.neuromorphic.core;

import java.util.Arrays;

/**
 * What is configured in one core: a binary crossbar of axons and neurons, a type for each axon, and
 * for each neuron a weight for each type, a threshold, and the one axon that its spikes go to after
 * a delay. A neuron sums the weights of its active axons within a tick, fires if that reaches its
 * threshold, and starts the next tick at 0 (assumed: stateless neurons, as the networks are made
 * of).
 */
public final class Core {
  /** In the place of a core: the neuron's spikes go nowhere. */
  public static final int NOWHERE = -1;

  /** In the place of a core: the spikes leave the chip; the axon is the output's number. */
  public static final int OUTPUT = -2;

  static final int WORDS = CoreLimits.AXONS / Long.SIZE;

  private final byte[] axonTypes = new byte[CoreLimits.AXONS];
  private final long[] crossbar = new long[CoreLimits.NEURONS * WORDS];
  private final short[] weights = new short[CoreLimits.NEURONS * CoreLimits.AXON_TYPES];
  private final int[] thresholds = new int[CoreLimits.NEURONS];
  private final int[] targetCores = new int[CoreLimits.NEURONS];
  private final int[] targetAxons = new int[CoreLimits.NEURONS];
  private final byte[] delays = new byte[CoreLimits.NEURONS];

  /** A core whose neurons never fire. */
  public Core() {
    Arrays.fill(thresholds, 1);
    Arrays.fill(targetCores, NOWHERE);
    Arrays.fill(delays, (byte) 1);
  }

  private static int index(String what, int value, int end) {
    if (value < 0 || value >= end) {
      throw new IllegalArgumentException(what + " " + value + "; a core has 0 to " + (end - 1));
    }
    return value;
  }

  private static int neuron(int neuron) {
    return index("neuron", neuron, CoreLimits.NEURONS);
  }

  private static int axon(int axon) {
    return index("axon", axon, CoreLimits.AXONS);
  }

  /**
   * Sets an axon's type.
   *
   * @param axon 0 to 255
   * @param type 0 to 3
   */
  public void setAxonType(int axon, int type) {
    axonTypes[axon(axon)] = (byte) index("axon type", type, CoreLimits.AXON_TYPES);
  }

  /**
   * An axon's type.
   *
   * @param axon 0 to 255
   * @return 0 to 3
   */
  public int axonType(int axon) {
    return axonTypes[axon(axon)];
  }

  /**
   * Connects an axon with a neuron, or not.
   *
   * @param axon 0 to 255
   * @param neuron 0 to 255
   * @param connected the crossbar's bit
   */
  public void connect(int axon, int neuron, boolean connected) {
    int word = neuron(neuron) * WORDS + axon(axon) / Long.SIZE;
    long bit = 1L << axon;
    crossbar[word] = connected ? crossbar[word] | bit : crossbar[word] & ~bit;
  }

  /**
   * The crossbar's bit.
   *
   * @param axon 0 to 255
   * @param neuron 0 to 255
   * @return whether they are connected
   */
  public boolean connected(int axon, int neuron) {
    return ((word(neuron(neuron), axon(axon) / Long.SIZE) >>> axon) & 1) != 0;
  }

  long word(int neuron, int word) {
    return crossbar[neuron * WORDS + word];
  }

  /**
   * Sets what a neuron adds for an active axon.
   *
   * @param neuron 0 to 255
   * @param type of the axon, 0 to 3
   * @param weight −255 to 255
   */
  public void setWeight(int neuron, int type, int weight) {
    if (Math.abs(weight) > CoreLimits.GREATEST_WEIGHT) {
      throw new IllegalArgumentException(
          "weight " + weight + "; a core's are within ±" + CoreLimits.GREATEST_WEIGHT);
    }
    weights[
            neuron(neuron) * CoreLimits.AXON_TYPES
                + index("axon type", type, CoreLimits.AXON_TYPES)] =
        (short) weight;
  }

  /**
   * What a neuron adds for an active axon.
   *
   * @param neuron 0 to 255
   * @param type of the axon, 0 to 3
   * @return −255 to 255
   */
  public int weight(int neuron, int type) {
    return weights[neuron(neuron) * CoreLimits.AXON_TYPES + type];
  }

  /**
   * Sets a threshold.
   *
   * @param neuron 0 to 255
   * @param threshold fires at and above it; within 20 signed bits
   */
  public void setThreshold(int neuron, int threshold) {
    int end = 1 << (CoreLimits.MEMBRANE_BITS - 1);
    if (threshold < -end || threshold >= end) {
      throw new IllegalArgumentException(
          "threshold " + threshold + "; a core's have " + CoreLimits.MEMBRANE_BITS + " bits");
    }
    thresholds[neuron(neuron)] = threshold;
  }

  /**
   * A threshold.
   *
   * @param neuron 0 to 255
   * @return the neuron fires at and above it
   */
  public int threshold(int neuron) {
    return thresholds[neuron(neuron)];
  }

  /**
   * Sets where a neuron's spikes go.
   *
   * @param neuron 0 to 255
   * @param core a core's number, {@link #OUTPUT} or {@link #NOWHERE}
   * @param axon of that core, or the output's number
   * @param delayTicks 1 to 15
   */
  public void setTarget(int neuron, int core, int axon, int delayTicks) {
    if (core < OUTPUT || (core >= 0 && axon >= CoreLimits.AXONS) || axon < 0) {
      throw new IllegalArgumentException("core " + core + ", axon " + axon + " are no target");
    }
    if (delayTicks < 1 || delayTicks > CoreLimits.GREATEST_DELAY_TICKS) {
      throw new IllegalArgumentException(
          "a delay of "
              + delayTicks
              + " ticks; it must be 1 to "
              + CoreLimits.GREATEST_DELAY_TICKS);
    }
    targetCores[neuron(neuron)] = core;
    targetAxons[neuron] = axon;
    delays[neuron] = (byte) delayTicks;
  }

  /**
   * The core that a neuron's spikes go to.
   *
   * @param neuron 0 to 255
   * @return a core's number, {@link #OUTPUT} or {@link #NOWHERE}
   */
  public int targetCore(int neuron) {
    return targetCores[neuron(neuron)];
  }

  /**
   * The axon that a neuron's spikes go to.
   *
   * @param neuron 0 to 255
   * @return an axon, or an output's number
   */
  public int targetAxon(int neuron) {
    return targetAxons[neuron(neuron)];
  }

  /**
   * When a neuron's spikes arrive.
   *
   * @param neuron 0 to 255
   * @return ticks later, 1 to 15
   */
  public int delayTicks(int neuron) {
    return delays[neuron(neuron)];
  }

  /**
   * Neurons that can fire or have a target.
   *
   * @return 0 to 256
   */
  public int usedNeurons() {
    int count = 0;
    for (int neuron = 0; neuron < CoreLimits.NEURONS; neuron++) {
      count += used(neuron) ? 1 : 0;
    }
    return count;
  }

  boolean used(int neuron) {
    return targetCores[neuron] != NOWHERE
        || thresholds[neuron] < 1
        || (word(neuron, 0) | word(neuron, 1) | word(neuron, 2) | word(neuron, 3)) != 0;
  }
}
