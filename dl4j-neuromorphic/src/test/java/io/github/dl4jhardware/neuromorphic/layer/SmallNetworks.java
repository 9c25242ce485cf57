package io.github.dl4jhardware.neuromorphic.layer;

import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/** Networks and data for the tests of layers. */
final class SmallNetworks {
  static final int HEIGHT = 6;
  static final int WIDTH = 5;

  private SmallNetworks() {}

  static MultiLayerNetwork images(
      DataType type, CNN2DFormat format, int channels, IUpdater updater, Layer... layers) {
    return network(type, InputType.convolutional(HEIGHT, WIDTH, channels, format), updater, layers);
  }

  static MultiLayerNetwork network(
      DataType type, InputType input, IUpdater updater, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(12).dataType(type).updater(updater).list();
    for (Layer layer : List.of(layers)) {
      list.layer(layer);
    }
    MultiLayerConfiguration configuration = list.setInputType(input).build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  /** A single layer with nothing behind it. */
  static MultiLayerNetwork alone(CNN2DFormat format, int channels, Layer layer) {
    return images(DataType.FLOAT, format, channels, new NoOp(), layer);
  }

  static INDArray spikes(long seed, DataType type, long... shape) {
    SplittableRandom random = new SplittableRandom(seed);
    INDArray spikes = Nd4j.create(type, shape);
    for (long i = 0; i < spikes.length(); i++) {
      spikes.putScalar(i, random.nextInt(2));
    }
    return spikes;
  }

  static INDArray normals(long seed, DataType type, long... shape) {
    java.util.Random random = new java.util.Random(seed);
    INDArray values = Nd4j.create(type, shape);
    for (long i = 0; i < values.length(); i++) {
      values.putScalar(i, random.nextGaussian());
    }
    return values;
  }

  static INDArray oneHot(DataType type, int examples, int classes) {
    INDArray labels = Nd4j.zeros(type, examples, classes);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % classes, 1);
    }
    return labels;
  }

  static INDArray host(INDArray nchw, CNN2DFormat format) {
    return format == CNN2DFormat.NHWC ? nchw.permute(0, 2, 3, 1).dup('c') : nchw;
  }
}
