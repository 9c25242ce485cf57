package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.update.AnalogSgd;

/**
 * What holds a layer's weights: the parameter W alone ({@link DigitalWeights}), or devices that W
 * shows ({@link DeviceWeights}).
 */
interface HeldWeights {
  /** Brings the devices to the weights as they stand in W; polarity and counters are kept. */
  void program();

  /** The array as it stands in the parameters; nothing is programmed, followed or written. */
  SynapseArray look();

  /** The array for training or inspection; weights that were set from outside are programmed. */
  SynapseArray settled();

  /** How many weights the devices will be brought to at the next step, and are not at yet. */
  long pending();

  /** Writes what was done to the array back into the parameters. */
  void writeBack();

  /** Before the forward pass of a step. */
  void beforeStep();

  /** Lets the devices follow what an updater has written into W in a step of so many examples. */
  void follow(float[] stateVector, long examples);

  /**
   * Trains with one minibatch, and leaves the changes in the gradient views.
   *
   * @param lines inputs and deltas, not averaged over the batch
   * @param epoch DL4J's
   * @param averaged whether the rate is one of a batch's mean
   */
  void pulse(AnalogSgd updater, Lines lines, int epoch, boolean averaged);

  /** Variances of a read of each weight; empty where reads do not fluctuate. */
  float[] readVariances();

  /** Parameters that an updater's step leaves alone. */
  void zeroStateGradients();
}
