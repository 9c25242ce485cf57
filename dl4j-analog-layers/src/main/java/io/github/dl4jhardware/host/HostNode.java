package io.github.dl4jhardware.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;

/**
 * One layer or vertex of a network of either kind, in an order in which each comes after those that
 * it reads.
 *
 * @param where for messages: its kind and name
 * @param layer with what is wrapped around it; null for a vertex that is none
 * @param vertex the configuration of a vertex that is no layer, else null
 * @param before what the host puts between a layer and its source; null for nothing
 * @param sources places in the list; {@link #INPUT} is the network's input
 */
public record HostNode(
    String where,
    @Nullable Layer layer,
    org.deeplearning4j.nn.conf.graph.@Nullable GraphVertex vertex,
    @Nullable InputPreProcessor before,
    List<Integer> sources) {
  /** Stands for the network's input among sources. */
  public static final int INPUT = -1;

  /**
   * All layers and vertices of a network.
   *
   * @param network initialised, with one input
   * @return in order
   * @throws IllegalArgumentException if it has several inputs
   */
  public static List<HostNode> of(NeuralNetwork network) {
    return network instanceof MultiLayerNetwork sequence
        ? of(sequence)
        : of(HostNetwork.graph(network));
  }

  private static List<HostNode> of(MultiLayerNetwork network) {
    List<HostNode> nodes = new ArrayList<>();
    for (int index = 0; index < network.getnLayers(); index++) {
      Layer layer = network.getLayer(index);
      String name = layer.conf().getLayer().getLayerName();
      nodes.add(
          new HostNode(
              "Layer \"" + name + "\" (index " + index + ")",
              layer,
              null,
              network.getLayerWiseConfigurations().getInputPreProcess(index),
              List.of(index - 1)));
    }
    return nodes;
  }

  private static List<HostNode> of(ComputationGraph graph) {
    HostNetwork.checkSingleInput(graph);
    List<HostNode> nodes = new ArrayList<>();
    Map<Integer, Integer> places = new HashMap<>();
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      if (vertex.isInputVertex()) {
        places.put(index, INPUT);
        continue;
      }
      List<Integer> sources = new ArrayList<>();
      for (VertexIndices source : vertex.getInputVertices()) {
        sources.add(places.get(source.getVertexIndex()));
      }
      places.put(index, nodes.size());
      String name = vertex.getVertexName();
      boolean layer = vertex instanceof LayerVertex;
      nodes.add(
          new HostNode(
              (layer ? "Layer" : "Vertex") + " \"" + name + "\"",
              layer ? vertex.getLayer() : null,
              layer ? null : graph.getConfiguration().getVertices().get(name),
              layer ? ((LayerVertex) vertex).getLayerPreProcessor() : null,
              List.copyOf(sources)));
    }
    return nodes;
  }
}
