package io.github.dl4jhardware.analog.layer;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ReadObserver;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An analogue layer of an initialised network, seen from the hardware. {@code network.getLayer(i)}
 * can be cast to this.
 */
public interface AnalogLayer {
  /**
   * What the layer's cells are made of.
   *
   * @return the synapse
   */
  Synapse synapse();

  /**
   * The chip that the layer stands on.
   *
   * @return the seed of its variation and noise
   */
  long chipSeed();

  /**
   * Whether the bias is the last row of the array.
   *
   * @return false if the layer has no bias or a digital one
   */
  boolean biasRow();

  /**
   * Arrays that stand side by side, each with columns of its own: the groups of a convolution.
   *
   * @return 1 for other layers
   */
  int arrays();

  /**
   * Forward reads of one example: the positions of a convolution's kernel, or the steps of a
   * sequence, as many as the last examples had.
   *
   * @return 1 for other layers; 0 for one of these that has seen no example yet
   */
  long readsPerExample();

  /**
   * Converters, bounds and noise of reads.
   *
   * @return both directions
   */
  ArrayEdges edges();

  /**
   * Reads the devices: conductances, polarity and counters as they stand in the network's
   * parameters. Weights that were set from outside since the last step are programmed first.
   *
   * @return the layer's own simulation; valid until the network is trained or changed in another
   *     way
   */
  SynapseArray readArray();

  /**
   * Looks at the devices as they stand in the network's parameters, and changes nothing: weights
   * that were set from outside stay pending.
   *
   * @return the layer's own simulation, to be read only; valid until the network is trained or
   *     changed in another way
   */
  SynapseArray lookAtArray();

  /**
   * W as the crossbar has it, without the bias row: of a convolution the kernel unrolled, of a
   * recurrent layer W and below it RW.
   *
   * @return a view of the parameters, {@code [inputs, columns]}; what is written into it is in
   *     them, and pending for the devices
   */
  INDArray weightRows();

  /**
   * Weights that were set from outside, or requested by a step that a checkpoint caught half-way,
   * and that the devices have not been brought to yet, as the next step does.
   *
   * @return how many differ from what the devices hold
   */
  long pendingWeights();

  /**
   * Lets somebody look at forward reads, which are then made without converters, bounds and noise.
   *
   * @param observer null for reads as they are
   */
  void observeReads(@Nullable ReadObserver observer);

  /**
   * Fixes the digital factors behind the forward converters, such as those of a programmed chip
   * with its compensation of drift: W holds them, and what is converted is a column's W over its
   * factor. They are not saved, and copies of the network are without them.
   *
   * @param ofColumns one a column, at least 0
   */
  void fixReadFactors(float[] ofColumns);

  /**
   * The layer's configuration with other edges.
   *
   * @param other converters, bounds and noise of reads
   * @return a copy
   */
  org.deeplearning4j.nn.conf.layers.Layer configurationWith(ArrayEdges other);

  /** Writes what was done to {@link #readArray()}'s cells back into the network's parameters. */
  void writeArray();
}
