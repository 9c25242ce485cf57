package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.host.ModelZip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.deeplearning4j.nn.api.NeuralNetwork;

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
    return name.endsWith(".h5") || name.endsWith(".hdf5") ? KerasImport.read(file) : zip(file);
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
