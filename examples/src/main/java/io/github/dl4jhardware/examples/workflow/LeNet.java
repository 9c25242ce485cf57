package io.github.dl4jhardware.examples.workflow;

import io.github.dl4jhardware.examples.console.Progress;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.ImageBatches.Layout;
import io.github.dl4jhardware.examples.data.Images;
import java.io.PrintStream;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A small convolutional network for examples without a model: two convolutions of 5×5 with maximum
 * pooling, 128 dense, ReLU. After Y. LeCun et al., Proc. IEEE 86, 2278 (1998).
 */
final class LeNet {
  private final Images train;
  private final long seed;

  LeNet(Images train, long seed) {
    this.train = train;
    this.seed = seed;
  }

  /**
   * Trains it anew; the same way gives the same network.
   *
   * @param epochs passes
   * @param examples of an epoch, whole batches
   * @throws IllegalStateException if training diverges
   */
  MultiLayerNetwork trained(int epochs, int examples, int batch, PrintStream console) {
    MultiLayerNetwork network = fresh();
    DataSetIterator batches =
        new ImageBatches(train, List.of(), seed).training(batch, examples, Layout.NCHW);
    Progress progress = new Progress(console);
    long total = (long) epochs * examples;
    long start = System.nanoTime();
    long done = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      if (epoch > 0) {
        batches.reset();
      }
      while (batches.hasNext()) {
        network.fit(batches.next());
        done += batch;
        if (!Double.isFinite(network.score())) {
          progress.clear();
          throw new IllegalStateException(
              "training in software diverged in epoch "
                  + (epoch + 1)
                  + ": the loss is "
                  + network.score());
        }
        progress.show(
            "training a LeNet in software", done, total, (System.nanoTime() - start) * 1e-9, 0);
      }
    }
    progress.clear();
    return network;
  }

  private MultiLayerNetwork fresh() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Adam(1e-3))
                .activation(Activation.RELU)
                .list()
                .layer(new ConvolutionLayer.Builder(5, 5).padding(2, 2).nOut(16).build())
                .layer(pooling())
                .layer(new ConvolutionLayer.Builder(5, 5).padding(2, 2).nOut(32).build())
                .layer(pooling())
                .layer(new DenseLayer.Builder().nOut(128).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(train.classes())
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(
                    InputType.convolutional(train.height(), train.width(), train.channels()))
                .build());
    network.init();
    return network;
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build();
  }
}
