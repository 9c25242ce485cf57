package io.github.dl4jhardware.integration;

import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks and data that the tests share: 12 inputs, 9 hidden, 4 classes. */
final class Networks {
  static final int INPUTS = 12;
  static final int HIDDEN = 9;
  static final int CLASSES = 4;

  /** Everything at once, both ways, with bounds that are reached. */
  static final ArrayEdges REAL_EDGES =
      new ArrayEdges(
          new ReadPath(7, 1, true, 9, 1.5, true, 0.02, 0.02, 0),
          new ReadPath(7, 1, true, 9, 1.5, true, 0.02, 0.02, 0));

  private Networks() {}

  static NeuralNetConfiguration.Builder settings(IUpdater updater, DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(42)
        .dataType(type)
        .updater(updater)
        .biasInit(0.1)
        .activation(Activation.TANH);
  }

  static AnalogDenseLayer.Builder hidden(Synapse synapse) {
    return new AnalogDenseLayer.Builder().nIn(INPUTS).nOut(HIDDEN).synapse(synapse);
  }

  static AnalogOutputLayer.Builder output(Synapse synapse) {
    return new AnalogOutputLayer.Builder(LossFunction.MCXENT)
        .nIn(HIDDEN)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .synapse(synapse);
  }

  static MultiLayerConfiguration analogConfiguration(
      Synapse synapse, IUpdater updater, DataType type) {
    return settings(updater, type)
        .list()
        .layer(hidden(synapse).build())
        .layer(output(synapse).build())
        .build();
  }

  static MultiLayerNetwork analog(Synapse synapse, IUpdater updater, DataType type) {
    return initialised(analogConfiguration(synapse, updater, type));
  }

  static MultiLayerNetwork software(IUpdater updater, DataType type) {
    return initialised(
        settings(updater, type)
            .list()
            .layer(new DenseLayer.Builder().nIn(INPUTS).nOut(HIDDEN).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(HIDDEN)
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build());
  }

  static MultiLayerNetwork analog(
      Synapse synapse, IUpdater updater, DataType type, ArrayEdges edges) {
    return initialised(
        settings(updater, type)
            .list()
            .layer(hidden(synapse).edges(edges).build())
            .layer(output(synapse).edges(edges).build())
            .build());
  }

  static ComputationGraph analogGraph(Synapse synapse, IUpdater updater, DataType type) {
    ComputationGraphConfiguration configuration =
        settings(updater, type)
            .graphBuilder()
            .addInputs("in")
            .addLayer("hidden", hidden(synapse).build(), "in")
            .addLayer("out", output(synapse).build(), "hidden")
            .setOutputs("out")
            .build();
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  static MultiLayerNetwork initialised(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  /** Random features in [−1, 1], some of them 0, with random classes. */
  static DataSet data(int examples, long seed, DataType type) {
    SplittableRandom random = new SplittableRandom(seed);
    INDArray features = Nd4j.create(type, examples, INPUTS);
    INDArray labels = Nd4j.zeros(type, examples, CLASSES);
    for (int e = 0; e < examples; e++) {
      for (int i = 0; i < INPUTS; i++) {
        features.putScalar(e, i, random.nextInt(4) == 0 ? 0 : random.nextDouble(-1, 1));
      }
      labels.putScalar(e, random.nextInt(CLASSES), 1);
    }
    return new DataSet(features, labels);
  }
}
