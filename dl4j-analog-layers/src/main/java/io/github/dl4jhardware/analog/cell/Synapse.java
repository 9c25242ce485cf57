package io.github.dl4jhardware.analog.cell;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonSubTypes;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/**
 * The devices that make one weight, and their parameters. The types' names in JSON are file format.
 *
 * @see IdealSynapse
 * @see InferenceSynapse
 * @see PcmCapacitorSynapse
 * @see PcmPairSynapse
 * @see PulsedSynapse
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "synapse")
@JsonSubTypes({
  @JsonSubTypes.Type(value = IdealSynapse.class, name = "ideal"),
  @JsonSubTypes.Type(value = PcmCapacitorSynapse.class, name = "pcm-capacitor"),
  @JsonSubTypes.Type(value = PcmPairSynapse.class, name = "pcm-pair"),
  @JsonSubTypes.Type(value = PulsedSynapse.class, name = "pulsed"),
  @JsonSubTypes.Type(value = InferenceSynapse.class, name = "inference")
})
public sealed interface Synapse extends Serializable
    permits IdealSynapse, InferenceSynapse, PcmCapacitorSynapse, PcmPairSynapse, PulsedSynapse {
  /**
   * The weight change that one pulse makes on an average device, in weight units.
   *
   * @return the step, above 0
   */
  double stepWeight();

  /**
   * Which conductances belong to a cell's state, in the order in which they are stored.
   *
   * @return their names
   */
  StateNames stateNames();

  /**
   * Whether an updater's weight is taken over as it is, with no device to follow it.
   *
   * @return true if W is the whole state
   */
  default boolean digital() {
    return false;
  }

  /**
   * Builds an array of such cells. Device-to-device variation follows from the seed and the layer
   * alone.
   *
   * @param rows inputs, with the bias row if there is one
   * @param columns outputs
   * @param chipSeed the chip
   * @param layer the layer's index on the chip
   * @return cells with the chip's variation and weight 0
   */
  SynapseArray array(int rows, int columns, long chipSeed, int layer);
}
