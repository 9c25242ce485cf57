package io.github.dl4jhardware.examples.quickstart;

import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.convert.Conversion;
import io.github.dl4jhardware.convert.HardwareConversion;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Puts a trained network on analogue memory, and trains it on there. */
public final class ConvertInTenLines {
  public static void main(String[] args) {
    DataSet data = sums(500);
    MultiLayerNetwork trained = trained(data);
    System.out.printf("in software: loss %.2f%n", trained.score(data));

    Conversion<MultiLayerNetwork> conversion =
        HardwareConversion.of(trained).dense(Analog.on(Synapses.pcmCapacitor2018())).convert();
    System.out.print(conversion.report());
    MultiLayerNetwork net = conversion.network();
    System.out.printf("on devices: loss %.2f%n", net.score(data));
    data.batchBy(20).forEach(net::fit);
    System.out.printf("trained on there: loss %.2f%n", net.score(data));
  }

  private static MultiLayerNetwork trained(DataSet data) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(42)
                .updater(new Adam(0.01))
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(20).activation(Activation.TANH).build())
                .layer(new OutputLayer.Builder().nIn(20).nOut(2).build())
                .build());
    net.init();
    for (int epoch = 0; epoch < 20; epoch++) {
      data.batchBy(20).forEach(net::fit);
    }
    return net;
  }

  /** Class 1 where four numbers are more than 2 together. */
  private static DataSet sums(int count) {
    Nd4j.getRandom().setSeed(1);
    var numbers = Nd4j.rand(count, 4);
    var labels = Nd4j.zeros(count, 2);
    for (int i = 0; i < count; i++) {
      labels.putScalar(i, numbers.getRow(i).sumNumber().doubleValue() > 2 ? 1 : 0, 1);
    }
    return new DataSet(numbers, labels);
  }
}
