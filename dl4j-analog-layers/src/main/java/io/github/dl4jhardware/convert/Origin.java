package io.github.dl4jhardware.convert;

import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;

/**
 * Where values come from: a layer as it is now, converted or not, another vertex of a graph, or an
 * input of the network.
 *
 * @param name of the layer, vertex or input
 * @param layer its configuration; null for what is no layer
 * @param vertex configuration of a vertex that is no layer; null else
 * @param reads where its own inputs come from; empty for an input of the network
 */
public record Origin(
    String name, @Nullable Layer layer, @Nullable GraphVertex vertex, List<Origin> reads) {
  /** Copies the list. */
  public Origin {
    reads = List.copyOf(reads);
  }

  /**
   * Whether this is what the network is given.
   *
   * @return true for an input of the network
   */
  public boolean input() {
    return layer == null && vertex == null;
  }

  /** Name and kind, for a reason. */
  @Override
  public String toString() {
    if (input()) {
      return "the network's input";
    }
    Object kind = layer != null ? layer : vertex;
    return "\"" + name + "\" (" + Objects.requireNonNull(kind).getClass().getSimpleName() + ")";
  }
}
