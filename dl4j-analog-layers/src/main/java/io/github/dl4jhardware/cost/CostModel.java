package io.github.dl4jhardware.cost;

import java.io.Serializable;
import java.util.List;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A model of the costs of networks on one kind of hardware. A model counts the layers that it knows
 * and leaves the others out, so that several models together cover a mixed network.
 */
@FunctionalInterface
public interface CostModel extends Serializable {
  /**
   * Counts up.
   *
   * @param network MultiLayerNetwork or ComputationGraph, trained or not; it is not changed
   * @param examples some typical inputs, a batch; models whose cost depends on activity use them
   * @return the cost; {@link Cost#UNKNOWN} if no layer is of the kind
   */
  Cost of(NeuralNetwork network, INDArray examples);

  /**
   * The costs of a mixed network.
   *
   * @param models each for its own kind of layers
   * @param network as for {@link #of}
   * @param examples as for {@link #of}
   * @return all of them, added up
   */
  static Cost sum(List<CostModel> models, NeuralNetwork network, INDArray examples) {
    Cost sum = Cost.UNKNOWN;
    for (CostModel model : models) {
      sum = sum.plus(model.of(network, examples));
    }
    return sum;
  }
}
