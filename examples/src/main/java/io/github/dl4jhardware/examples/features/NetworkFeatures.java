package io.github.dl4jhardware.examples.features;

import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageBatches.Layout;
import io.github.dl4jhardware.examples.data.Images;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The activations of one layer of a trained network: a zoo's, an imported one, or the user's own.
 * Images come in [0, 1], in the layout that the network takes, resized if asked for.
 */
public final class NetworkFeatures implements FeatureExtractor {
  private static final int BATCH = 50;

  private final NeuralNetwork network;
  private final String layer;
  private final int side;
  private @Nullable Layout layout;

  /**
   * An extractor.
   *
   * @param network initialised; it is not trained
   * @param layer name of the layer (or vertex) whose activations are the features, flattened; null
   *     for the one before the layer that gives the classes
   * @param side to which images are resized, squares; 0 leaves them as they are
   * @throws IllegalArgumentException if there is no such layer; the message lists those there are
   */
  public NetworkFeatures(NeuralNetwork network, @Nullable String layer, int side) {
    this.network = network;
    this.side = side;
    List<String> names = names(network);
    if (layer == null) {
      this.layer = beforeTheOutput(network, names);
    } else if (names.contains(layer)) {
      this.layer = layer;
    } else {
      throw new IllegalArgumentException("There is no layer \"" + layer + "\"; there are " + names);
    }
  }

  private static List<String> names(NeuralNetwork network) {
    if (network instanceof ComputationGraph graph) {
      return new ArrayList<>(graph.getConfiguration().getVertices().keySet());
    }
    List<String> names = new ArrayList<>();
    for (var each : ((MultiLayerNetwork) network).getLayers()) {
      String name = each.conf().getLayer().getLayerName();
      names.add(name == null ? String.valueOf(names.size()) : name);
    }
    return names;
  }

  private static String beforeTheOutput(NeuralNetwork network, List<String> names) {
    if (network instanceof ComputationGraph graph) {
      String output = graph.getConfiguration().getNetworkOutputs().get(0);
      while (graph.getVertex(output).hasLayer()
          && hasNoWeights(graph.getVertex(output).getLayer().conf().getLayer())) {
        output = input(graph, output);
      }
      return named(names, names.indexOf(input(graph, output)));
    }
    int output = names.size() - 1;
    while (output > 0
        && hasNoWeights(((MultiLayerNetwork) network).getLayer(output).conf().getLayer())) {
      output--;
    }
    return named(names, output - 1);
  }

  private static String input(ComputationGraph graph, String vertex) {
    return Objects.requireNonNull(graph.getConfiguration().getVertexInputs().get(vertex)).get(0);
  }

  private static String named(List<String> names, int index) {
    if (index < 0) {
      throw new IllegalArgumentException(
          "The network has one layer only; nothing before it could be a feature");
    }
    return names.get(index);
  }

  /**
   * What may follow the layer that gives the classes: Keras's models come with their loss apart.
   */
  private static boolean hasNoWeights(Layer layer) {
    return layer instanceof LossLayer
        || layer instanceof CnnLossLayer
        || layer instanceof RnnLossLayer
        || layer instanceof ActivationLayer;
  }

  /**
   * Which layer's activations they are.
   *
   * @return its name
   */
  public String layer() {
    return layer;
  }

  @Override
  public float[][] of(Images images, LongConsumer progress) {
    float[][] features = new float[images.count()][];
    int[] order = new int[images.count()];
    Arrays.setAll(order, i -> i);
    for (int from = 0; from < order.length; from += BATCH) {
      int to = Math.min(order.length, from + BATCH);
      Images some = images.range(from, to);
      Images seen = side == 0 ? some : some.resized(side, side);
      INDArray batch =
          new ImageBatches(seen, List.of(), 0).batch(order, 0, to - from, 0).getFeatures();
      INDArray activations = activations(batch);
      INDArray rows = activations.reshape('c', to - from, -1);
      if (rows.size(1) > FeatureScaling.MOST_FEATURES) {
        throw new IllegalArgumentException(
            "Layer \""
                + layer
                + "\" has "
                + rows.size(1)
                + " activations an image; at most "
                + FeatureScaling.MOST_FEATURES
                + " can be features. A layer after pooling has fewer");
      }
      float[][] values = rows.toFloatMatrix();
      System.arraycopy(values, 0, features, from, values.length);
      progress.accept(to);
    }
    return features;
  }

  private INDArray activations(INDArray batch) {
    Layout known = layout;
    if (known != null) {
      return forward(ImageBatches.arranged(batch, known));
    }
    StringBuilder why = new StringBuilder();
    for (Layout each : Layout.values()) {
      try {
        INDArray activations = forward(ImageBatches.arranged(batch, each));
        layout = each;
        return activations;
      } catch (DL4JException | IllegalArgumentException | IllegalStateException e) {
        String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        why.append(why.isEmpty() ? "" : "; ").append("as ").append(each).append(": ").append(first);
      }
    }
    throw new IllegalArgumentException(
        "The network does not take images of channels, height, width "
            + Arrays.toString(Arrays.copyOfRange(batch.shape(), 1, batch.rank()))
            + ": "
            + why);
  }

  private INDArray forward(INDArray batch) {
    if (network instanceof ComputationGraph graph) {
      Map<String, INDArray> all = graph.feedForward(new INDArray[] {batch}, false);
      return Objects.requireNonNull(all.get(layer));
    }
    int index = names(network).indexOf(layer);
    List<INDArray> all = ((MultiLayerNetwork) network).feedForwardToLayer(index, batch, false);
    return all.get(index + 1);
  }
}
