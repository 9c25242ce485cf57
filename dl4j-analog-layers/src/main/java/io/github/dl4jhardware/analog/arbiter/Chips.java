package io.github.dl4jhardware.analog.arbiter;

import io.github.dl4jhardware.analog.layer.AnalogLayer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** The same network on other chips. */
final class Chips {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Chips() {}

  static boolean has(NeuralNetwork network) {
    Layer[] layers =
        network instanceof MultiLayerNetwork sequence
            ? sequence.getLayers()
            : ((ComputationGraph) network).getLayers();
    return Arrays.stream(layers).anyMatch(AnalogLayer.class::isInstance);
  }

  /** Of the same configuration but for the chip's seed; fresh, with the same first weights. */
  static NeuralNetwork untrained(NeuralNetwork network, long chipSeed) {
    if (network instanceof MultiLayerNetwork sequence) {
      MultiLayerConfiguration configuration =
          MultiLayerConfiguration.fromJson(
              onChip(sequence.getLayerWiseConfigurations().toJson(), chipSeed));
      configuration.setIterationCount(0);
      configuration.setEpochCount(0);
      MultiLayerNetwork other = new MultiLayerNetwork(configuration);
      other.init();
      return other;
    }
    ComputationGraphConfiguration configuration =
        ComputationGraphConfiguration.fromJson(
            onChip(((ComputationGraph) network).getConfiguration().toJson(), chipSeed));
    configuration.setIterationCount(0);
    configuration.setEpochCount(0);
    ComputationGraph other = new ComputationGraph(configuration);
    other.init();
    return other;
  }

  /** A layer's seed cannot be changed once it is built, but its JSON can. */
  private static String onChip(String json, long chipSeed) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      for (JsonNode layer : tree.findParents("chipSeed")) {
        ((ObjectNode) layer).put("chipSeed", chipSeed);
      }
      return MAPPER.writeValueAsString(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
