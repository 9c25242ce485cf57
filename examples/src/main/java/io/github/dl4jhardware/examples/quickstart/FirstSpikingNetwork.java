package io.github.dl4jhardware.examples.quickstart;

import io.github.dl4jhardware.neuromorphic.deploy.CoreNetwork;
import io.github.dl4jhardware.neuromorphic.deploy.SpikingProgram;
import io.github.dl4jhardware.neuromorphic.network.EednNetwork;
import io.github.dl4jhardware.neuromorphic.train.RunningStatistics;
import java.util.List;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Trains a spiking network of weights −1, 0 and 1, and places it on 256×256 cores. */
public final class FirstSpikingNetwork {
  public static void main(String[] args) {
    InputType input = InputType.convolutional(8, 8, 1);
    int epochs = 30;
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            EednNetwork.parse("T-12, P4-64(2), N-64(1), P2-60(2)")
                .configuration(input, 3, epochs, 42));
    net.init();
    DataSet train = bars(300, 1);
    for (int epoch = 0; epoch < epochs; epoch++) {
      train.batchBy(30).forEach(net::fit);
    }
    RunningStatistics.measure(net, List.of(train.getFeatures())); // what inference normalises with

    DataSet test = bars(300, 2);
    Evaluation evaluation = new Evaluation(3);
    evaluation.eval(test.getLabels(), net.output(test.getFeatures()));
    System.out.printf("accuracy %.2f%n", evaluation.accuracy());

    SpikingProgram program = SpikingProgram.compile(net, input); // integers
    System.out.print(new CoreNetwork(program).placement().mapping().table());
  }

  /** Images with a bright bar at the top, in the middle or below, in noise. */
  private static DataSet bars(int count, long seed) {
    Nd4j.getRandom().setSeed(seed);
    INDArray images = Nd4j.rand(new int[] {count, 1, 8, 8});
    INDArray labels = Nd4j.zeros(count, 3);
    for (int i = 0; i < count; i++) {
      int bar = i % 3;
      labels.putScalar(i, bar, 1);
      images
          .get(NDArrayIndex.point(i), NDArrayIndex.point(0), NDArrayIndex.point(1 + 3 * bar))
          .addi(1);
    }
    return new DataSet(images, labels);
  }
}
