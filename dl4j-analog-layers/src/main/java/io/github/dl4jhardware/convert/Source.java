package io.github.dl4jhardware.convert;

import io.github.dl4jhardware.host.Acting;
import io.github.dl4jhardware.host.Wrappers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.jspecify.annotations.Nullable;

/** MultiLayerNetwork and ComputationGraph, as far as a conversion needs them. */
interface Source<N> {
  /** Names of the layers, in the order of computation. */
  List<String> names();

  Layer layer(int index);

  /** A layer's configuration, with what is wrapped around it. */
  org.deeplearning4j.nn.conf.layers.Layer configuration(int index);

  /**
   * What a node's inputs come from. Nodes are the layers, by their index, and behind them the other
   * vertices of a graph and the network's inputs.
   */
  List<Integer> reads(int node);

  List<Integer> readers(int node);

  String name(int node);

  /** Whether a node's values are an output of the network. */
  boolean output(int node);

  /** A vertex that is no layer; null for layers and inputs. */
  @Nullable GraphVertex vertex(int node);

  boolean hasWeights(int node);

  /** The layer whose output alone a layer reads; −1 if there is none. */
  default int before(int index) {
    List<Integer> reads = reads(index);
    return reads.size() == 1 && reads.get(0) < names().size() ? reads.get(0) : -1;
  }

  /** The layer that alone reads a layer's output; −1 if there is none. */
  default int after(int index) {
    List<Integer> readers = readers(index);
    return readers.size() == 1 && readers.get(0) < names().size() ? readers.get(0) : -1;
  }

  /** A new network with other layers in some places, initialised, its weights as drawn. */
  N with(Map<Integer, org.deeplearning4j.nn.conf.layers.Layer> replaced);

  /** The same of another network of the kind. */
  Source<N> of(N network);

  /** Layers of such a network, in the order of the names. */
  Layer[] layersOf(N network);

  /**
   * What a copy needs changed in layers that stay: fresh weights are drawn before the source's take
   * their place, which old files name no rule for; and a dropout that keeps everything, which an
   * import from Keras gives every layer, does nothing but fail in training.
   */
  private static void mend(org.deeplearning4j.nn.conf.layers.Layer layer) {
    for (org.deeplearning4j.nn.conf.layers.Layer inside : Wrappers.allInside(layer)) {
      if (inside instanceof BaseLayer weighted && weighted.getWeightInitFn() == null) {
        weighted.setWeightInitFn(new WeightInitXavier());
      }
      // A layer that is nothing but dropout needs its own, acting or not.
      if (!(inside instanceof DropoutLayer) && !Acting.dropout(inside.getIDropout())) {
        inside.setIDropout(null);
      }
    }
  }

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
    public List<Integer> reads(int node) {
      return node == 0
          ? List.of(names.size())
          : node < names.size() ? List.of(node - 1) : List.of();
    }

    @Override
    public List<Integer> readers(int node) {
      return node == names.size()
          ? List.of(0)
          : node + 1 < names.size() ? List.of(node + 1) : List.of();
    }

    @Override
    public String name(int node) {
      return node < names.size() ? names.get(node) : "input";
    }

    @Override
    public boolean output(int node) {
      return node == names.size() - 1;
    }

    @Override
    public @Nullable GraphVertex vertex(int node) {
      return null;
    }

    @Override
    public boolean hasWeights(int node) {
      return node < names.size() && layer(node).numParams() > 0;
    }

    @Override
    public MultiLayerNetwork with(Map<Integer, org.deeplearning4j.nn.conf.layers.Layer> replaced) {
      MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
      replaced.forEach((index, layer) -> put(configuration.getConf(index), layer));
      configuration.getConfs().forEach(conf -> mend(conf.getLayer()));
      // Updaters start anew, and so do their schedules.
      configuration.setIterationCount(0);
      configuration.setEpochCount(0);
      MultiLayerNetwork copy = new MultiLayerNetwork(configuration);
      copy.init();
      return copy;
    }

    @Override
    public Source<MultiLayerNetwork> of(MultiLayerNetwork other) {
      return new Sequence(other);
    }

    @Override
    public Layer[] layersOf(MultiLayerNetwork other) {
      return other.getLayers();
    }
  }

  /** Layers among other vertices. */
  record Graph(ComputationGraph graph, List<String> names, List<String> nodes)
      implements Source<ComputationGraph> {
    Graph(ComputationGraph graph) {
      this(graph, new ArrayList<>(), new ArrayList<>());
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
      nodes.addAll(names);
      for (int vertex : graph.topologicalSortOrder()) {
        if (!graph.getVertices()[vertex].hasLayer()) {
          nodes.add(graph.getVertices()[vertex].getVertexName());
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
    public List<Integer> reads(int node) {
      return graph
          .getConfiguration()
          .getVertexInputs()
          .getOrDefault(nodes.get(node), List.of())
          .stream()
          .map(nodes::indexOf)
          .toList();
    }

    @Override
    public List<Integer> readers(int node) {
      return graph.getConfiguration().getVertexInputs().entrySet().stream()
          .filter(entry -> entry.getValue().contains(nodes.get(node)))
          .map(entry -> nodes.indexOf(entry.getKey()))
          .toList();
    }

    @Override
    public String name(int node) {
      return nodes.get(node);
    }

    @Override
    public boolean output(int node) {
      return graph.getConfiguration().getNetworkOutputs().contains(nodes.get(node));
    }

    @Override
    public @Nullable GraphVertex vertex(int node) {
      return node < names.size()
          ? null
          : graph.getConfiguration().getVertices().get(nodes.get(node));
    }

    @Override
    public boolean hasWeights(int node) {
      return graph.getVertex(nodes.get(node)).numParams() > 0;
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
      for (GraphVertex vertex : configuration.getVertices().values()) {
        GraphVertex inside =
            vertex instanceof FrozenVertex frozen ? frozen.getUnderlying() : vertex;
        if (inside instanceof LayerVertex layer) {
          mend(layer.getLayerConf().getLayer());
        }
      }
      ComputationGraph copy = new ComputationGraph(configuration);
      copy.init();
      return copy;
    }

    @Override
    public Source<ComputationGraph> of(ComputationGraph other) {
      return new Graph(other);
    }

    @Override
    public Layer[] layersOf(ComputationGraph other) {
      return names.stream().map(other::getLayer).toArray(Layer[]::new);
    }
  }
}
