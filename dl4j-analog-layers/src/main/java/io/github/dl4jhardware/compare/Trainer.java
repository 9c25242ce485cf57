package io.github.dl4jhardware.compare;

import org.deeplearning4j.nn.api.NeuralNetwork;
import org.nd4j.linalg.dataset.DataSet;

/** A trainer takes one batch of examples after the other. */
@FunctionalInterface
public interface Trainer {
  /**
   * Trains on a batch.
   *
   * @param batch features and labels
   */
  void fit(DataSet batch);

  /**
   * DL4J's own fit: one step for the whole batch.
   *
   * @param network to be trained
   * @return its trainer
   */
  static Trainer minibatch(NeuralNetwork network) {
    return network::fit;
  }

  /**
   * DL4J's own fit, one step for each example.
   *
   * @param network to be trained
   * @return its trainer
   */
  static Trainer oneByOne(NeuralNetwork network) {
    return batch -> {
      for (DataSet example : batch.asList()) {
        network.fit(example);
      }
    };
  }
}
