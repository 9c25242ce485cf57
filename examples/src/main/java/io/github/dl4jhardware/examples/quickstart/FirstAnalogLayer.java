package io.github.dl4jhardware.examples.quickstart;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.readout.AnalogSummary;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Trains a small network in software and on analogue memory, and shows what its devices hold. */
public final class FirstAnalogLayer {
  public static void main(String[] args) {
    DataSet data = ring(2000);
    for (Synapse synapse : new Synapse[] {Synapses.ideal(), Synapses.pcmCapacitor2018()}) {
      MultiLayerNetwork net =
          new MultiLayerNetwork(
              new NeuralNetConfiguration.Builder()
                  .seed(42)
                  .updater(new AnalogSgd(0.05, PulseScheme.LOW_DISCREPANCY))
                  .activation(Activation.TANH)
                  .list()
                  .layer(new AnalogDenseLayer.Builder().nIn(2).nOut(30).synapse(synapse).build())
                  .layer(
                      new AnalogOutputLayer.Builder(LossFunction.MCXENT)
                          .nIn(30)
                          .nOut(2)
                          .activation(Activation.SOFTMAX)
                          .synapse(synapse)
                          .build())
                  .build());
      net.init();
      for (int epoch = 0; epoch < 20; epoch++) {
        InSituTrainer.of(net).fit(data); // one example at a time, as a chip does it
      }
      System.out.printf("%s: loss %.2f%n", synapse.getClass().getSimpleName(), net.score(data));
      System.out.println(AnalogSummary.of(net));
    }
  }

  /** Points of a square; class 0 lies inside a circle. */
  private static DataSet ring(int count) {
    Nd4j.getRandom().setSeed(1);
    INDArray points = Nd4j.rand(count, 2).muli(2).subi(1);
    INDArray labels = Nd4j.zeros(count, 2);
    for (int i = 0; i < count; i++) {
      labels.putScalar(i, points.getRow(i).norm2Number().doubleValue() < 0.75 ? 0 : 1, 1);
    }
    return new DataSet(points, labels);
  }
}
