package io.github.dl4jhardware.neuromorphic.train;

import io.github.dl4jhardware.neuromorphic.layer.SpikingLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures the mean and variance that inference normalises with, for the weights as they are.
 *
 * <p>While trinary weights flip, the running values of training lag behind them, and every layer of
 * spikes enlarges what the one before got wrong: a network that fits its batches can fail at
 * inference. Done before a test or a deployment, this closes the gap.
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
    measure(
        network.getLayers(),
        batches,
        batch -> {
          network.feedForward(batch, true);
          return batch.size(0);
        });
    network.clear();
  }

  /**
   * The same for a graph.
   *
   * @param graph with spiking layers
   * @param batches an array for each of the graph's inputs, at least one batch
   */
  public static void measureGraph(ComputationGraph graph, Iterable<INDArray[]> batches) {
    measure(
        graph.getLayers(),
        batches,
        batch -> {
          graph.feedForward(batch, true);
          return batch[0].size(0);
        });
    graph.clearLayersStates();
  }

  /** The pass runs a batch forward and tells how many examples it had. */
  private static <T> void measure(Layer[] layers, Iterable<T> batches, ToLongFunction<T> pass) {
    List<Sums> all = new ArrayList<>();
    for (Layer layer : layers) {
      if (layer instanceof SpikingLayer spiking) {
        all.add(new Sums(spiking));
      }
    }
    boolean any = false;
    for (T batch : batches) {
      long examples = pass.applyAsLong(batch);
      all.forEach(sums -> sums.add(examples));
      any = true;
    }
    if (!any) {
      throw new IllegalArgumentException("RunningStatistics needs at least one batch");
    }
    all.forEach(Sums::set);
  }
}
