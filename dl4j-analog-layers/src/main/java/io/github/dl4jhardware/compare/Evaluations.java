package io.github.dl4jhardware.compare;

import io.github.dl4jhardware.convert.Heads;
import io.github.dl4jhardware.host.HostNetwork;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** DL4J's Evaluation of a network, also where it ends without a loss. */
final class Evaluations {
  private Evaluations() {}

  static Evaluation of(NeuralNetwork network, DataSetIterator on) {
    on.reset();
    Evaluation evaluation =
        on.totalOutcomes() > 0 ? new Evaluation(on.totalOutcomes()) : new Evaluation();
    if (Heads.withoutLoss(network).isEmpty()) {
      return network.doEvaluation(on, new Evaluation[] {evaluation})[0];
    }
    // DL4J's own loop wants a loss, which it does not use.
    while (on.hasNext()) {
      DataSet batch = on.next();
      evaluation.eval(
          batch.getLabels(),
          HostNetwork.output(network, batch.getFeatures(), batch.getFeaturesMaskArray()),
          batch.getLabelsMaskArray());
    }
    return evaluation;
  }
}
