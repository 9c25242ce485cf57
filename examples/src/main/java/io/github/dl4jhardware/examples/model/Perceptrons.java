package io.github.dl4jhardware.examples.model;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Fully connected networks of given widths, tanh inside and softmax at the end: in software and on
 * devices.
 */
public final class Perceptrons {
  private Perceptrons() {}

  public static MultiLayerNetwork software(int[] widths, long seed, IUpdater updater) {
    NeuralNetConfiguration.ListBuilder list = settings(seed, updater);
    int last = widths.length - 1;
    for (int l = 0; l + 1 < last; l++) {
      list.layer(new DenseLayer.Builder().nIn(widths[l]).nOut(widths[l + 1]).build());
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(widths[last - 1])
            .nOut(widths[last])
            .activation(Activation.SOFTMAX)
            .build());
    return initialised(list);
  }

  public static MultiLayerNetwork analog(
      int[] widths, long seed, AnalogSgd updater, Synapse synapse) {
    return analog(widths, seed, updater, synapse, ArrayEdges.IDEAL);
  }

  public static MultiLayerNetwork analog(
      int[] widths, long seed, IUpdater updater, Synapse synapse, ArrayEdges edges) {
    NeuralNetConfiguration.ListBuilder list = settings(seed, updater);
    int last = widths.length - 1;
    for (int l = 0; l + 1 < last; l++) {
      list.layer(
          new AnalogDenseLayer.Builder()
              .nIn(widths[l])
              .nOut(widths[l + 1])
              .synapse(synapse)
              .edges(edges)
              .build());
    }
    list.layer(
        new AnalogOutputLayer.Builder(LossFunction.MCXENT)
            .nIn(widths[last - 1])
            .nOut(widths[last])
            .activation(Activation.SOFTMAX)
            .synapse(synapse)
            .edges(edges)
            .build());
    return initialised(list);
  }

  public static boolean isAnalog(MultiLayerNetwork network) {
    return network.getLayer(0) instanceof AnalogLayer;
  }

  private static NeuralNetConfiguration.ListBuilder settings(long seed, IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .updater(updater)
        .activation(Activation.TANH)
        .list();
  }

  private static MultiLayerNetwork initialised(NeuralNetConfiguration.ListBuilder list) {
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    return network;
  }
}
