package io.github.dl4jhardware.examples.model;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.host.ModelZip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;

/** Networks that users have: zips of DL4J's, or files of Keras's. */
public final class SavedModels {
  private SavedModels() {}

  /**
   * Reads a model.
   *
   * @param file a zip of a MultiLayerNetwork or ComputationGraph; or, by its ending, an .h5 or
   *     .hdf5 of Keras
   * @return the network, initialised
   * @throws BadDataException if it is neither; the message names the file and what is wrong
   */
  public static NeuralNetwork read(Path file) throws BadDataException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".h5") || name.endsWith(".hdf5") ? KerasImport.read(file) : zip(file);
  }

  /**
   * Writes a model with its updater's state, all of it or nothing.
   *
   * @param network MultiLayerNetwork or ComputationGraph
   * @param file created or replaced
   */
  public static void write(Model network, Path file) throws IOException {
    ModelZip.write(network, file);
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
}
