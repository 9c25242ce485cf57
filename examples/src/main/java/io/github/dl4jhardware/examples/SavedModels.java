package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.files.ModelZip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.KerasModel;
import org.deeplearning4j.nn.modelimport.keras.KerasSequentialModel;
import org.deeplearning4j.nn.modelimport.keras.config.KerasModelConfiguration;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.layers.wrappers.KerasBidirectional;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelBuilder;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelUtils;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Networks that users have: zips of DL4J's, or files of Keras's. */
final class SavedModels {
  private SavedModels() {}

  /**
   * Reads a model.
   *
   * @param file a zip of a MultiLayerNetwork or ComputationGraph; or, by its ending, an .h5 or
   *     .hdf5 of Keras
   * @return the network, initialised
   * @throws BadDataException if it is neither; the message names the file and what is wrong
   */
  static NeuralNetwork read(Path file) throws BadDataException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".h5") || name.endsWith(".hdf5") ? keras(file) : zip(file);
  }

  private static NeuralNetwork zip(Path file) throws BadDataException {
    try {
      return ModelZip.restoreMultiLayerNetwork(file);
    } catch (IOException | RuntimeException sequence) {
      try {
        return ModelZip.restoreComputationGraph(file);
      } catch (IOException | RuntimeException graph) {
        throw new BadDataException(
            file
                + " is no MultiLayerNetwork: "
                + sequence.getMessage()
                + "; nor a"
                + " ComputationGraph: "
                + graph.getMessage());
      }
    }
  }

  private static NeuralNetwork keras(Path path) throws BadDataException {
    try (KerasFile file = new KerasFile(path)) {
      // With the loss that the model was compiled for, where there is one: without it DL4J cannot
      // train on.
      try {
        return imported(file, true);
      } catch (InvalidKerasConfigurationException | UnsupportedKerasConfigurationException e) {
        return imported(file, false);
      }
    } catch (IOException
        | RuntimeException
        | StackOverflowError
        | InvalidKerasConfigurationException
        | UnsupportedKerasConfigurationException e) {
      throw new BadDataException(path + " is no Keras model that DL4J can import" + reason(e));
    }
  }

  /** What DL4J says, as far as it is said to people. */
  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    String line = message == null ? "" : message.lines().findFirst().orElse("");
    boolean useful = !line.isEmpty() && !line.contains("null") && !line.contains("java.");
    return ": " + (useful ? line : "its parts do not fit each other");
  }

  private static NeuralNetwork imported(KerasFile file, boolean withLoss)
      throws IOException,
          InvalidKerasConfigurationException,
          UnsupportedKerasConfigurationException {
    KerasModelBuilder builder = new KerasModel().modelBuilder();
    Map<String, Object> configuration = configuration(file, builder.getConfig());
    builder.setModelJson(new ObjectMapper().writeValueAsString(configuration));
    builder.setTrainingJson(file.text(builder.getConfig().getTrainingTrainingConfigAttribute()));
    builder.setEnforceTrainingConfig(withLoss);
    boolean sequential = "Sequential".equals(configuration.get("class_name"));
    KerasModel model = sequential ? builder.buildSequential() : builder.buildModel();
    for (KerasLayer layer : model.getLayers().values()) {
      if (layer.getNumParams() > 0) {
        boolean bidirectional = layer instanceof KerasBidirectional;
        layer.setWeights(file.weights(layer.getLayerName(), bidirectional));
      }
    }
    if (model instanceof KerasSequentialModel sequence) {
      MultiLayerNetwork network = sequence.getMultiLayerNetwork(false);
      copyWeights(model, network, network.getLayers());
      return network;
    }
    ComputationGraph graph = model.getComputationGraph(false);
    copyWeights(model, graph, graph.getLayers());
    return graph;
  }

  /** As the file has it, with what DL4J wants to find in it. */
  private static Map<String, Object> configuration(KerasFile file, KerasModelConfiguration names)
      throws IOException, InvalidKerasConfigurationException {
    String text = file.text(names.getTrainingModelConfigAttribute());
    if (text == null) {
      throw new InvalidKerasConfigurationException("it has weights and no configuration");
    }
    if (text.contains("\"TensorFlowOpLayer\"") || text.contains("\"TFOpLambda\"")) {
      throw new InvalidKerasConfigurationException(
          "it has layers of TensorFlow operations, whose code stands in the file");
    }
    Map<String, Object> configuration = KerasModelUtils.parseJsonString(text);
    configuration.put(names.getFieldKerasVersion(), file.text(names.getFieldKerasVersion()));
    String backend = file.text(names.getFieldBackend());
    if (backend != null) {
      configuration.put(names.getFieldBackend(), backend);
    }
    return configuration;
  }

  /** DL4J writes values into a layer of other sizes, and so into what lies behind it in memory. */
  private static void copyWeights(KerasModel model, Model network, Layer[] layers)
      throws InvalidKerasConfigurationException {
    for (Layer layer : layers) {
      KerasLayer from = model.getLayers().get(layer.conf().getLayer().getLayerName());
      if (from == null || from.getWeights() == null) {
        continue;
      }
      for (Map.Entry<String, INDArray> read : from.getWeights().entrySet()) {
        INDArray into = layer.paramTable().get(read.getKey());
        if (into != null && into.length() != read.getValue().length()) {
          throw new InvalidKerasConfigurationException(
              from.getLayerName()
                  + ": "
                  + read.getKey()
                  + " is "
                  + Arrays.toString(read.getValue().shape())
                  + " in the file and "
                  + Arrays.toString(into.shape())
                  + " in the layer that DL4J makes of it");
        }
      }
    }
    KerasModelUtils.copyWeightsToModel(network, model.getLayers());
  }
}
