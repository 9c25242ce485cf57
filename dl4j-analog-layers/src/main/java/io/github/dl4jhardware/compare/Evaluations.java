package io.github.dl4jhardware.compare;

import io.github.dl4jhardware.convert.Heads;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
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
      evaluation.eval(batch.getLabels(), output(network, batch), batch.getLabelsMaskArray());
    }
    return evaluation;
  }

  private static INDArray output(NeuralNetwork network, DataSet batch) {
    INDArray seen = batch.getFeatures();
    INDArray mask = batch.getFeaturesMaskArray();
    if (network instanceof MultiLayerNetwork sequence) {
      return sequence.output(seen, false, mask, null);
    }
    INDArray[] masks = mask == null ? null : new INDArray[] {mask};
    return ((ComputationGraph) network).output(false, new INDArray[] {seen}, masks)[0];
  }
}
