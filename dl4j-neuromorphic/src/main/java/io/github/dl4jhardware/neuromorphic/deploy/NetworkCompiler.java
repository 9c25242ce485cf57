package io.github.dl4jhardware.neuromorphic.deploy;

import io.github.dl4jhardware.host.Wrappers;
import io.github.dl4jhardware.neuromorphic.core.LayerShape;
import io.github.dl4jhardware.neuromorphic.core.PixelLayer;
import io.github.dl4jhardware.neuromorphic.core.TrinaryLayer;
import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.SpikingLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutionalFlat;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeFeedForward;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;

/** Takes a network of the host apart, layer by layer. */
final class NetworkCompiler {
  private @Nullable PixelLayer transduction;
  private final List<TrinaryLayer> layers = new ArrayList<>();
  private int classes;
  private int height;
  private int width;

  private NetworkCompiler(InputType input) {
    if (input instanceof InputTypeConvolutional images) {
      height = (int) images.getHeight();
      width = (int) images.getWidth();
    } else if (input instanceof InputTypeConvolutionalFlat images) {
      height = (int) images.getHeight();
      width = (int) images.getWidth();
    } else if (input instanceof InputTypeFeedForward) {
      height = 1;
      width = 1;
    } else {
      throw new IllegalArgumentException(
          "Input of type " + input + " cannot be compiled; use images or feed-forward input");
    }
  }

  static SpikingProgram compile(MultiLayerNetwork network, InputType input) {
    NetworkCompiler compiler = new NetworkCompiler(input);
    for (int i = 0; i < network.getnLayers(); i++) {
      compiler.add(
          "layer " + i,
          network.getLayer(i),
          network.getLayerWiseConfigurations().getInputPreProcess(i));
    }
    return compiler.program();
  }

  /**
   * The spiking layers at the beginning of a network, whatever comes after them; none if there are
   * none.
   */
  static Optional<SpikingProgram> beginning(MultiLayerNetwork network, InputType input) {
    NetworkCompiler compiler = new NetworkCompiler(input);
    for (int i = 0; i < network.getnLayers(); i++) {
      Layer layer = network.getLayer(i);
      Layer inside = Wrappers.inside(layer);
      if (!(inside instanceof SpikingLayer) && !leavesSpikes(inside.conf().getLayer())) {
        break;
      }
      try {
        compiler.add(
            "layer " + i, layer, network.getLayerWiseConfigurations().getInputPreProcess(i));
      } catch (IllegalArgumentException endOfWhatCoresTake) {
        break;
      }
    }
    return compiler.beginning();
  }

  /** The same for a graph. */
  static Optional<SpikingProgram> beginning(ComputationGraph graph, InputType input) {
    NetworkCompiler compiler = new NetworkCompiler(input);
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    String current = configuration.getNetworkInputs().get(0);
    while (true) {
      String from = current;
      List<String> readers =
          configuration.getVertexInputs().entrySet().stream()
              .filter(entry -> entry.getValue().contains(from))
              .map(Map.Entry::getKey)
              .toList();
      if (readers.size() != 1
          || !(configuration.getVertices().get(readers.get(0)) instanceof LayerVertex vertex)) {
        return compiler.beginning();
      }
      current = readers.get(0);
      Layer layer = graph.getLayer(current);
      Layer inside = Wrappers.inside(layer);
      if (!(inside instanceof SpikingLayer) && !leavesSpikes(inside.conf().getLayer())) {
        return compiler.beginning();
      }
      try {
        compiler.add("vertex \"" + current + "\"", layer, vertex.getPreProcessor());
      } catch (IllegalArgumentException endOfWhatCoresTake) {
        return compiler.beginning();
      }
    }
  }

  private Optional<SpikingProgram> beginning() {
    return layers.isEmpty()
        ? Optional.empty()
        : Optional.of(new SpikingProgram(Optional.ofNullable(transduction), layers, 1));
  }

  static SpikingProgram compile(ComputationGraph graph, InputType input) {
    NetworkCompiler compiler = new NetworkCompiler(input);
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    if (configuration.getNetworkInputs().size() != 1
        || configuration.getNetworkOutputs().size() != 1) {
      throw new IllegalArgumentException("Only graphs with one input and one output are compiled");
    }
    String current = configuration.getNetworkInputs().get(0);
    String end = configuration.getNetworkOutputs().get(0);
    while (!current.equals(end)) {
      String next = reader(configuration.getVertexInputs(), current);
      if (!(configuration.getVertices().get(next) instanceof LayerVertex vertex)) {
        throw new IllegalArgumentException(
            "Vertex \""
                + next
                + "\" is no layer; a program is a chain of layers, without vertices between them");
      }
      compiler.add("vertex \"" + next + "\"", graph.getLayer(next), vertex.getPreProcessor());
      current = next;
    }
    return compiler.program();
  }

  private static String reader(Map<String, List<String>> inputs, String of) {
    List<String> readers =
        inputs.entrySet().stream()
            .filter(entry -> entry.getValue().contains(of))
            .map(Map.Entry::getKey)
            .toList();
    if (readers.size() != 1 || inputs.getOrDefault(readers.get(0), List.of()).size() != 1) {
      throw new IllegalArgumentException(
          "\""
              + of
              + "\" is read by "
              + readers
              + "; only chains, where each layer is read by one with one input, are compiled");
    }
    return readers.get(0);
  }

  private void add(String where, Layer given, @Nullable InputPreProcessor before) {
    Layer layer = Wrappers.inside(given);
    boolean first = transduction == null && layers.isEmpty();
    if (before != null) {
      check(where, before, first);
    }
    if (classes > 0) {
      throw new IllegalArgumentException(
          where + ": nothing can follow the SpikePopulationOutputLayer");
    }
    if (!first && leavesSpikes(layer.conf().getLayer())) {
      return;
    }
    if (layer.conf().getLayer() instanceof SpikePopulationOutputLayer output) {
      classes = (int) output.getNOut();
    } else if (layer instanceof SpikingLayer spiking) {
      try {
        LayerShape shape = add(spiking, first);
        height = shape.outHeight();
        width = shape.outWidth();
      } catch (IllegalStateException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    } else {
      throw new IllegalArgumentException(
          where
              + " is a "
              + layer.conf().getLayer().getClass().getSimpleName()
              + ", which does not run on cores; use a TransductionLayer first, then"
              + " TrinaryConvolutionLayer (strided in the place of pooling) or TrinaryDenseLayer,"
              + " and a SpikePopulationOutputLayer last");
    }
  }

  /** Whether a layer changes nothing where its input is 0 or 1. */
  private static boolean leavesSpikes(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return layer instanceof ActivationLayer activation
        && (activation.getActivationFn().equals(Activation.IDENTITY.getActivationFunction())
            || activation.getActivationFn().equals(Activation.RELU.getActivationFunction()));
  }

  private LayerShape add(SpikingLayer layer, boolean first) {
    if (layer.options().weights() == null && first) {
      PixelLayer pixels = layer.onPixels(height, width);
      transduction = pixels;
      return pixels.shape();
    }
    TrinaryLayer trinary = layer.onCores(height, width);
    layers.add(trinary);
    return trinary.shape();
  }

  private void check(String where, InputPreProcessor before, boolean first) {
    boolean flattens =
        before instanceof CnnToFeedForwardPreProcessor flat
            && (flat.getFormat() == CNN2DFormat.NCHW || height * width == 1);
    boolean unfolds = first && before instanceof FeedForwardToCnnPreProcessor;
    if (!flattens && !unfolds) {
      throw new IllegalArgumentException(
          where
              + ": the preprocessor "
              + before
              + " cannot be compiled; flat images are taken by the first layer, and flattened in"
              + " NCHW before a TrinaryDenseLayer");
    }
  }

  private SpikingProgram program() {
    if (classes == 0) {
      throw new IllegalArgumentException(
          "The last layer must be a SpikePopulationOutputLayer, which reads the classes");
    }
    return new SpikingProgram(Optional.ofNullable(transduction), layers, classes);
  }
}
