package io.github.dl4jhardware.convert;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;

/**
 * Where a layer stands in the network that is converted.
 *
 * @param name the layer's name, or its index in words
 * @param earlier configurations of the layers before it as they are now, converted or not, nearest
 *     first, as far as each reads just the one before; empty for what reads the network's input
 * @param before the source network's layer before it, if it is converted too and read by this one
 *     alone
 * @param after the source network's layer that alone reads this one, if it is converted too; known
 *     when weights are carried, not before
 */
public record Place(
    String name,
    List<org.deeplearning4j.nn.conf.layers.Layer> earlier,
    Optional<Layer> before,
    Optional<Layer> after) {

  /** Copies the list. */
  public Place {
    earlier = List.copyOf(earlier);
  }
}
