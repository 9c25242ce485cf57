package io.github.dl4jhardware.neuromorphic.train;

import io.github.dl4jhardware.neuromorphic.layer.SpikingLayer;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures the mean and variance that inference normalises with, for the weights as they are: layer
 * by layer, on what inference sees.
 *
 * <p>While trinary weights flip, the running values of training lag behind them, and every layer of
 * spikes enlarges what the one before got wrong: a network that fits its batches can fail at
 * inference. Done before a test or a deployment, this closes the gap. A layer is measured on the
 * spikes of the layers before it as inference makes them, with the values already set: the spikes
 * of training, normalised by each batch's own mean and variance, are inputs that inference never
 * sees. Every spiking layer runs twice over the batches, once to be measured and once to hand on
 * its spikes. All batches are held at once, spikes as bits.
 */
public final class RunningStatistics {
  private RunningStatistics() {}

  /** What one layer has seen. */
  private static final class Sums {
    private final SpikingLayer layer;
    private double[] means = new double[0];
    private double[] squares = new double[0];
    private double[] variances = new double[0];
    private double examples;

    Sums(SpikingLayer layer) {
      this.layer = layer;
    }

    void add(long count) {
      double[] mean = layer.batchMean();
      double[] variance = layer.batchVariance();
      if (means.length == 0) {
        means = new double[mean.length];
        squares = new double[mean.length];
        variances = new double[mean.length];
      }
      for (int i = 0; i < mean.length; i++) {
        means[i] += count * mean[i];
        squares[i] += count * mean[i] * mean[i];
        variances[i] += count * variance[i];
      }
      examples += count;
    }

    /** The variance of all is the mean of the batches' plus that of their means. */
    void set() {
      double[] variance = new double[means.length];
      for (int i = 0; i < means.length; i++) {
        means[i] /= examples;
        double between = squares[i] / examples - means[i] * means[i];
        variance[i] = variances[i] / examples + Math.max(0, between);
      }
      set("mean", means);
      set("var", variance);
    }

    private void set(String param, double[] values) {
      INDArray view = layer.getParam(param);
      layer.setParam(
          param, Nd4j.createFromArray(values).castTo(view.dataType()).reshape(view.shape()));
    }
  }

  /**
   * Measures over some batches and sets the network's running values; weights stay as they are.
   *
   * @param network with spiking layers; others may stand between them, and frozen ones keep theirs
   * @param batches features, at least one batch; some thousand examples are enough
   */
  public static void measure(MultiLayerNetwork network, Iterable<INDArray> batches) {
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    List<KeptActivations> kept = new ArrayList<>();
    batches.forEach(batch -> kept.add(new KeptActivations(batch)));
    checkAny(kept);
    for (int index = 0; index < network.getnLayers(); index++) {
      Layer layer = network.getLayer(index);
      if (layer instanceof IOutputLayer) {
        break;
      }
      InputPreProcessor before = network.getLayerWiseConfigurations().getInputPreProcess(index);
      run(
          layer,
          kept.size(),
          (batch, training) -> {
            INDArray input = kept.get(batch).array();
            int examples = (int) input.size(0);
            layer.setInputMiniBatchSize(examples);
            INDArray seen = before == null ? input : before.preProcess(input, examples, workspaces);
            return new Activated(layer.activate(seen, training, workspaces), examples);
          },
          kept::set);
    }
    network.clear();
  }

  /**
   * The same for a graph.
   *
   * @param graph with spiking layers
   * @param batches an array for each of the graph's inputs, at least one batch
   */
  public static void measureGraph(ComputationGraph graph, Iterable<INDArray[]> batches) {
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    GraphVertex[] vertices = graph.getVertices();
    List<List<KeptActivations>> kept = new ArrayList<>();
    for (int vertex = 0; vertex < vertices.length; vertex++) {
      kept.add(new ArrayList<>());
    }
    List<String> inputs = graph.getConfiguration().getNetworkInputs();
    for (INDArray[] batch : batches) {
      for (int input = 0; input < inputs.size(); input++) {
        kept.get(graph.getVertex(inputs.get(input)).getVertexIndex())
            .add(new KeptActivations(batch[input]));
      }
    }
    checkAny(kept.get(graph.getVertex(inputs.get(0)).getVertexIndex()));
    int count = kept.get(graph.getVertex(inputs.get(0)).getVertexIndex()).size();
    for (int at : graph.topologicalSortOrder()) {
      GraphVertex vertex = vertices[at];
      boolean read = vertex.getOutputVertices() != null && vertex.getOutputVertices().length > 0;
      if (vertex.isInputVertex() || (vertex.getLayer() instanceof IOutputLayer && !read)) {
        continue;
      }
      List<KeptActivations> own = kept.get(at);
      run(
          vertex.getLayer(),
          count,
          (batch, training) -> {
            int examples = 0;
            VertexIndices[] sources = vertex.getInputVertices();
            for (int input = 0; input < sources.length; input++) {
              INDArray from = kept.get(sources[input].getVertexIndex()).get(batch).array();
              examples = (int) from.size(0);
              vertex.setInput(input, from, workspaces);
              // Some vertices ask the graph how large the batch is, and it its first input.
              graph.setInput(0, from);
            }
            if (vertex.hasLayer()) {
              vertex.getLayer().setInputMiniBatchSize(examples);
            }
            return new Activated(vertex.doForward(training, workspaces), examples);
          },
          (batch, activations) -> own.add(activations));
      vertex.clear();
      dropRead(graph, kept, at);
    }
    graph.clear();
    graph.clearLayersStates();
  }

  /** What all readers have read is kept no longer. */
  private static void dropRead(ComputationGraph graph, List<List<KeptActivations>> kept, int done) {
    int[] order = graph.topologicalSortOrder();
    boolean[] needed = new boolean[order.length];
    boolean later = false;
    for (int at : order) {
      VertexIndices[] sources = graph.getVertices()[at].getInputVertices();
      if (later && sources != null) {
        for (VertexIndices source : sources) {
          needed[source.getVertexIndex()] = true;
        }
      }
      later |= at == done;
    }
    for (int vertex = 0; vertex < needed.length; vertex++) {
      if (!needed[vertex]) {
        kept.get(vertex).clear();
      }
    }
  }

  private static void checkAny(List<KeptActivations> kept) {
    if (kept.isEmpty()) {
      throw new IllegalArgumentException("RunningStatistics needs at least one batch");
    }
  }

  /** What a layer made of a batch of so many examples. */
  private record Activated(INDArray activations, int examples) {}

  /** Runs a layer on one of the batches. */
  private interface Pass {
    Activated of(int batch, boolean training);
  }

  /** Takes what a layer at inference hands on. */
  private interface Taker {
    void take(int batch, KeptActivations activations);
  }

  /** A layer without statistics, or a frozen one, hands on what inference makes of its input. */
  private static void run(@Nullable Layer layer, int batches, Pass pass, Taker taker) {
    if (layer instanceof SpikingLayer spiking) {
      Sums sums = new Sums(spiking);
      for (int batch = 0; batch < batches; batch++) {
        sums.add(pass.of(batch, true).examples());
      }
      sums.set();
    }
    for (int batch = 0; batch < batches; batch++) {
      taker.take(batch, new KeptActivations(pass.of(batch, false).activations()));
    }
  }
}
