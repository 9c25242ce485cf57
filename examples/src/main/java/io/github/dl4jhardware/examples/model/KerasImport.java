package io.github.dl4jhardware.examples.model;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.files.Causes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
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

/** DL4J's import of Keras models, with files read by {@link KerasFile} and sizes compared. */
public final class KerasImport {
  private KerasImport() {}

  /**
   * Reads a model.
   *
   * @param path an .h5 of Keras, with its configuration and weights
   * @return the network, initialised
   * @throws BadDataException if it is none that DL4J can import; the message names the file and why
   */
  public static NeuralNetwork read(Path path) throws BadDataException {
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
      String why = Causes.after(e);
      throw new BadDataException(
          path
              + " is no Keras model that DL4J can import"
              + (why.isEmpty() ? ": its parts do not fit each other" : why));
    }
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
