package io.github.dl4jhardware.host;

import java.util.Collection;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What MultiLayerNetwork and ComputationGraph both have, and their common interface does not say.
 */
public final class HostNetwork {
  private HostNetwork() {}

  /** What is neither of the two is refused here, and nowhere else. */
  static ComputationGraph graph(NeuralNetwork network) {
    if (network instanceof ComputationGraph graph) {
      return graph;
    }
    throw new IllegalArgumentException(
        "A network is a MultiLayerNetwork or a ComputationGraph, not a "
            + network.getClass().getSimpleName());
  }

  /**
   * Whether its parameters are there.
   *
   * @param network of either kind
   * @return false before {@code init()}
   */
  public static boolean initialised(NeuralNetwork network) {
    return network instanceof MultiLayerNetwork sequence
        ? sequence.isInitCalled()
        : graph(network).params() != null;
  }

  /**
   * The layers, with what is wrapped around them.
   *
   * @param network initialised
   * @return of a graph, those of its vertices that are layers
   */
  public static Layer[] layers(NeuralNetwork network) {
    return network instanceof MultiLayerNetwork sequence
        ? sequence.getLayers()
        : graph(network).getLayers();
  }

  /**
   * How many weights a layer has, biases and normalisation not counted.
   *
   * @param layer without wrappers around it
   * @return their number
   */
  public static long weights(Layer layer) {
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    if (layer.numParams() == 0) {
      return 0;
    }
    return conf.initializer().weightKeys(conf).stream()
        .mapToLong(key -> layer.getParam(key).length())
        .sum();
  }

  /**
   * A copy with parameters of its own.
   *
   * @param network initialised; of one of DL4J's two classes itself, since a copy of a subclass
   *     would be of its base
   * @param <N> MultiLayerNetwork or ComputationGraph
   * @return the copy
   */
  @SuppressWarnings("unchecked") // Both give a copy of their own class.
  public static <N extends NeuralNetwork> N copy(N network) {
    return network instanceof MultiLayerNetwork sequence
        ? (N) sequence.clone()
        : (N) graph(network).clone();
  }

  /**
   * The configuration.
   *
   * @param network of either kind
   * @return as DL4J writes it
   */
  public static String json(NeuralNetwork network) {
    return network instanceof MultiLayerNetwork sequence
        ? sequence.getLayerWiseConfigurations().toJson()
        : graph(network).getConfiguration().toJson();
  }

  /**
   * A fresh network of the same kind: iterations and epochs start at 0, weights are drawn anew.
   *
   * @param network says of which kind
   * @param json a configuration of that kind
   * @return initialised
   */
  public static NeuralNetwork fresh(NeuralNetwork network, String json) {
    if (network instanceof MultiLayerNetwork) {
      MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(json);
      configuration.setIterationCount(0);
      configuration.setEpochCount(0);
      MultiLayerNetwork other = new MultiLayerNetwork(configuration);
      other.init();
      return other;
    }
    graph(network);
    ComputationGraphConfiguration configuration = ComputationGraphConfiguration.fromJson(json);
    configuration.setIterationCount(0);
    configuration.setEpochCount(0);
    ComputationGraph other = new ComputationGraph(configuration);
    other.init();
    return other;
  }

  /**
   * Epochs that it was trained.
   *
   * @param network of either kind
   * @return DL4J's count
   */
  public static int epochs(NeuralNetwork network) {
    return network instanceof MultiLayerNetwork sequence
        ? sequence.getEpochCount()
        : graph(network).getConfiguration().getEpochCount();
  }

  /**
   * Counts one epoch more, as schedules by epochs want it.
   *
   * @param network of either kind
   */
  public static void countEpoch(NeuralNetwork network) {
    if (network instanceof MultiLayerNetwork sequence) {
      sequence.incrementEpochCount();
    } else {
      graph(network).incrementEpochCount();
    }
  }

  /**
   * Steps that it was trained.
   *
   * @param network of either kind
   * @return DL4J's count
   */
  public static int iterations(NeuralNetwork network) {
    return network instanceof MultiLayerNetwork sequence
        ? sequence.getIterationCount()
        : graph(network).getConfiguration().getIterationCount();
  }

  /**
   * Counts further steps.
   *
   * @param network of either kind
   * @param steps at least 0
   * @param score of the last of them
   */
  public static void countIterations(NeuralNetwork network, int steps, double score) {
    if (network instanceof MultiLayerNetwork sequence) {
      sequence.setIterationCount(sequence.getIterationCount() + steps);
      sequence.setScore(score);
    } else {
      ComputationGraph graph = graph(network);
      graph.getConfiguration().setIterationCount(iterations(graph) + steps);
      graph.setScore(score);
    }
  }

  /**
   * Who listens to its training.
   *
   * @param network of either kind
   * @return DL4J's listeners, which take it as their model
   */
  public static Collection<TrainingListener> listeners(NeuralNetwork network) {
    return network instanceof MultiLayerNetwork sequence
        ? sequence.getListeners()
        : graph(network).getListeners();
  }

  /**
   * What it says at inference.
   *
   * @param network with one input
   * @param features {@code [examples, …]}
   * @param mask of the features; null if there is none
   * @return its first output
   */
  public static INDArray output(NeuralNetwork network, INDArray features, @Nullable INDArray mask) {
    if (network instanceof MultiLayerNetwork sequence) {
      return sequence.output(features, false, mask, null);
    }
    INDArray[] masks = mask == null ? null : new INDArray[] {mask};
    return graph(network).output(false, new INDArray[] {features}, masks)[0];
  }

  /**
   * One pass of inference that stops before each layer, so that what stands there can see what the
   * layer reads, and change the layer before it computes.
   *
   * @param network with one input
   * @param features {@code [examples, …]}, without a mask
   * @param before gets each layer, with what is wrapped around it, whose input is set
   */
  public static void visit(NeuralNetwork network, INDArray features, Consumer<Layer> before) {
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    if (network instanceof MultiLayerNetwork sequence) {
      visit(sequence, features, before, workspaces);
    } else {
      visit(graph(network), features, before, workspaces);
    }
  }

  static void checkSingleInput(ComputationGraph network) {
    if (network.getNumInputArrays() != 1) {
      throw new IllegalArgumentException(
          "The network has "
              + network.getNumInputArrays()
              + " inputs; one with a single input is expected");
    }
  }

  private static void visit(
      MultiLayerNetwork network,
      INDArray features,
      Consumer<Layer> before,
      LayerWorkspaceMgr workspaces) {
    network.setInput(features);
    INDArray activations = features;
    for (Layer layer : network.getLayers()) {
      InputPreProcessor between =
          network.getLayerWiseConfigurations().getInputPreProcess(layer.getIndex());
      if (between != null) {
        activations = between.preProcess(activations, (int) features.size(0), workspaces);
      }
      layer.setInput(activations, workspaces);
      before.accept(layer);
      activations = layer.activate(false, workspaces);
    }
    network.clear();
  }

  private static void visit(
      ComputationGraph network,
      INDArray features,
      Consumer<Layer> before,
      LayerWorkspaceMgr workspaces) {
    checkSingleInput(network);
    network.setInput(0, features);
    GraphVertex[] vertices = network.getVertices();
    for (int index : network.topologicalSortOrder()) {
      GraphVertex vertex = vertices[index];
      if (vertex.hasLayer()) {
        before.accept(vertex.getLayer());
      }
      INDArray activations =
          vertex.isInputVertex() ? features : vertex.doForward(false, workspaces);
      vertex.clear();
      VertexIndices[] readers = vertex.getOutputVertices();
      if (readers != null) {
        for (VertexIndices reader : readers) {
          vertices[reader.getVertexIndex()].setInput(
              reader.getVertexEdgeNumber(), activations, workspaces);
        }
      }
    }
    network.clear();
  }
}
