package io.github.dl4jhardware.search;

import io.github.dl4jhardware.host.HostNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** The same network on other chips: what stands on a chip has its seed in the configuration. */
final class Chips {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String SEED = "chipSeed";

  private Chips() {}

  static boolean has(NeuralNetwork network) {
    return !tree(network).findParents(SEED).isEmpty();
  }

  /**
   * Of the same configuration but for the chip's seed; fresh, with the same first weights. A
   * layer's seed cannot be changed once it is built, but its JSON can.
   */
  static NeuralNetwork untrained(NeuralNetwork network, long chipSeed) {
    JsonNode tree = tree(network);
    for (JsonNode layer : tree.findParents(SEED)) {
      ((ObjectNode) layer).put(SEED, chipSeed);
    }
    return HostNetwork.fresh(network, tree.toString());
  }

  private static JsonNode tree(NeuralNetwork network) {
    try {
      return MAPPER.readTree(HostNetwork.json(network));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
