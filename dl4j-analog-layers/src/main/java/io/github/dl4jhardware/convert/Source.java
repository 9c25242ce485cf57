package io.github.dl4jhardware.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** MultiLayerNetwork and ComputationGraph, as far as a conversion needs them. */
interface Source<N> {
  /** Names of the layers, in the order of computation. */
  List<String> names();

  Layer layer(int index);

  /** A layer's configuration, with what is wrapped around it. */
  org.deeplearning4j.nn.conf.layers.Layer configuration(int index);

  /** The layer whose output alone a layer reads; −1 if there is none. */
  int before(int index);

  /** The layer that alone reads a layer's output; −1 if there is none. */
  int after(int index);

  /** A new network with other layers in some places, initialised, its weights as drawn. */
  N with(Map<Integer, org.deeplearning4j.nn.conf.layers.Layer> replaced);

  /** Layers of such a network, in the order of the names. */
  Layer[] layersOf(N network);

  private static void put(
      NeuralNetConfiguration configuration, org.deeplearning4j.nn.conf.layers.Layer layer) {
    configuration.setLayer(layer);
    // Names of parameters, which initialisation gathers.
    configuration.clearVariables();
  }

  /** Layers in a row. */
  record Sequence(MultiLayerNetwork network, List<String> names)
      implements Source<MultiLayerNetwork> {
    Sequence(MultiLayerNetwork network) {
      this(network, new ArrayList<>());
      if (!network.isInitCalled()) {
        throw new IllegalArgumentException(
            "The network is not initialised; call its init() before it is converted");
      }
      for (int i = 0; i < network.getnLayers(); i++) {
        String name = configuration(i).getLayerName();
        names.add(name == null ? "layer" + i : name);
      }
    }

    @Override
    public Layer layer(int index) {
      return network.getLayer(index);
    }

    @Override
    public org.deeplearning4j.nn.conf.layers.Layer configuration(int index) {
      return network.getLayerWiseConfigurations().getConf(index).getLayer();
    }

    @Override
    public int before(int index) {
      return index - 1;
    }

    @Override
    public int after(int index) {
      return index + 1 < names.size() ? index + 1 : -1;
    }

    @Override
    public MultiLayerNetwork with(Map<Integer, org.deeplearning4j.nn.conf.layers.Layer> replaced) {
      MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
      replaced.forEach((index, layer) -> put(configuration.getConf(index), layer));
      // Updaters start anew, and so do their schedules.
      configuration.setIterationCount(0);
      configuration.setEpochCount(0);
      MultiLayerNetwork copy = new MultiLayerNetwork(configuration);
      copy.init();
      return copy;
    }

    @Override
    public Layer[] layersOf(MultiLayerNetwork other) {
      return other.getLayers();
    }
  }

  /** Layers among other vertices. */
  record Graph(ComputationGraph graph, List<String> names) implements Source<ComputationGraph> {
    Graph(ComputationGraph graph) {
      this(graph, new ArrayList<>());
      if (graph.params() == null) {
        throw new IllegalArgumentException(
            "The graph is not initialised; call its init() before it is converted");
      }
      // The graph's own list of layers is in the order in which they were added.
      for (int vertex : graph.topologicalSortOrder()) {
        if (graph.getVertices()[vertex].hasLayer()) {
          names.add(graph.getVertices()[vertex].getVertexName());
        }
      }
    }

    @Override
    public Layer layer(int index) {
      return graph.getLayer(names.get(index));
    }

    @Override
    public org.deeplearning4j.nn.conf.layers.Layer configuration(int index) {
      return graph.getConfiguration().getVertices().get(names.get(index))
              instanceof LayerVertex vertex
          ? vertex.getLayerConf().getLayer()
          // A vertex that is frozen as a whole.
          : new FrozenLayer(layer(index).conf().getLayer());
    }

    @Override
    public int before(int index) {
      List<String> inputs =
          graph.getConfiguration().getVertexInputs().getOrDefault(names.get(index), List.of());
      return inputs.size() == 1 ? names.indexOf(inputs.get(0)) : -1;
    }

    @Override
    public int after(int index) {
      List<String> readers =
          graph.getConfiguration().getVertexInputs().entrySet().stream()
              .filter(entry -> entry.getValue().contains(names.get(index)))
              .map(Map.Entry::getKey)
              .toList();
      return readers.size() == 1 ? names.indexOf(readers.get(0)) : -1;
    }

    @Override
    public ComputationGraph with(Map<Integer, org.deeplearning4j.nn.conf.layers.Layer> replaced) {
      ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
      replaced.forEach(
          (index, layer) -> {
            layer.setLayerName(names.get(index));
            if (configuration.getVertices().get(names.get(index)) instanceof LayerVertex vertex) {
              put(vertex.getLayerConf(), layer);
            }
          });
      ComputationGraph copy = new ComputationGraph(configuration);
      copy.init();
      return copy;
    }

    @Override
    public Layer[] layersOf(ComputationGraph other) {
      return names.stream().map(other::getLayer).toArray(Layer[]::new);
    }
  }
}
