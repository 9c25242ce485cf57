package io.github.dl4jhardware.examples.model;

import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.Images;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;

/** What a network gets right. */
public final class Accuracy {
  private static final int BATCH = 500;

  private Accuracy() {}

  /** Of the first so many test images, as DL4J's Evaluation counts. */
  public static double percent(MultiLayerNetwork network, Images test, int count) {
    ImageBatches batches = new ImageBatches(test, List.of(), 0);
    int[] order = batches.order(0);
    int end = Math.min(order.length, count);
    Evaluation evaluation = new Evaluation(test.classes());
    for (int from = 0; from < end; from += BATCH) {
      DataSet batch = batches.batch(order, from, Math.min(end, from + BATCH), 0);
      evaluation.eval(batch.getLabels(), network.output(batch.getFeatures()));
    }
    return 100 * evaluation.accuracy();
  }
}
