package io.github.dl4jhardware.examples;

import io.github.dl4jhardware.examples.data.BadDataException;
import io.github.dl4jhardware.files.ModelZip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;

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

  private static NeuralNetwork keras(Path file) throws BadDataException {
    try {
      // With the loss that the model was compiled for, where there is one: without it DL4J cannot
      // train on.
      try {
        return imported(file, true);
      } catch (InvalidKerasConfigurationException | UnsupportedKerasConfigurationException e) {
        return imported(file, false);
      }
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      throw new BadDataException(
          file
              + " is of Keras, and HDF5 has no native library for this machine: "
              + e.getMessage());
    } catch (IOException
        | RuntimeException
        | InvalidKerasConfigurationException
        | UnsupportedKerasConfigurationException e) {
      throw new BadDataException(
          file + " is no Keras model that DL4J can import: " + e.getMessage());
    }
  }

  private static NeuralNetwork imported(Path file, boolean withLoss)
      throws IOException,
          InvalidKerasConfigurationException,
          UnsupportedKerasConfigurationException {
    try {
      return KerasModelImport.importKerasSequentialModelAndWeights(file.toString(), withLoss);
    } catch (InvalidKerasConfigurationException notSequential) {
      return KerasModelImport.importKerasModelAndWeights(file.toString(), withLoss);
    }
  }
}
