package io.github.dl4jhardware.convert;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;

/**
 * The surroundings of a layer in the network that is converted.
 *
 * @param name the layer's name, or its index in words
 * @param reads where its inputs come from, and so back to the network's inputs
 * @param ends the source's layers through which its values leave the network without another
 *     layer's weights between: the layer itself if it is an output, a loss layer behind it; empty
 *     if every way leads through weights
 * @param readers the source's layers with weights, and those that pool, that its values come to
 *     first on each way
 * @param before the source network's layer before it, if it is converted too and read by this one
 *     alone
 * @param after the source network's layer that alone reads this one, if it is converted too; known
 *     when weights are carried, not before
 */
public record Place(
    String name,
    List<Origin> reads,
    List<org.deeplearning4j.nn.conf.layers.Layer> ends,
    List<org.deeplearning4j.nn.conf.layers.Layer> readers,
    Optional<Layer> before,
    Optional<Layer> after) {

  /** Copies the lists. */
  public Place {
    reads = List.copyOf(reads);
    ends = List.copyOf(ends);
    readers = List.copyOf(readers);
  }
}
