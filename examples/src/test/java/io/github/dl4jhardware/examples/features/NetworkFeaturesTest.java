package io.github.dl4jhardware.examples.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.examples.data.GeneratedDigits;
import io.github.dl4jhardware.examples.data.ImageBatches;
import io.github.dl4jhardware.examples.data.Images;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

class NetworkFeaturesTest {
  private static final Images DIGITS = GeneratedDigits.draw(120, 5);

  private static MultiLayerNetwork convolutional() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(new ConvolutionLayer.Builder(5, 5).nOut(6).name("filters").build())
                .layer(new GlobalPoolingLayer.Builder().name("pooled").build())
                .layer(new OutputLayer.Builder().nOut(10).name("classes").build())
                .setInputType(InputType.convolutional(28, 28, 1))
                .build());
    network.init();
    return network;
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", new DenseLayer.Builder().nIn(784).nOut(9).build(), "in")
                .addLayer("out", new OutputLayer.Builder().nIn(9).nOut(10).build(), "hidden")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static INDArray all() {
    ImageBatches batches = new ImageBatches(DIGITS, List.of(), 0);
    int[] order = new int[120];
    Arrays.setAll(order, i -> i);
    return batches.batch(order, 0, 120, 0).getFeatures();
  }

  @Test
  void areTheActivationsBeforeTheOutput() {
    MultiLayerNetwork network = convolutional();
    NetworkFeatures extractor = new NetworkFeatures(network, null, 0);
    assertThat(extractor.layer()).isEqualTo("pooled");
    long[] done = {0};
    float[][] features = extractor.of(DIGITS, count -> done[0] = count);
    assertThat(done[0]).isEqualTo(120);
    assertSame(features, network.feedForward(all()).get(2).toFloatMatrix());
  }

  /** As Keras's models come: the classes' layer, perhaps its softmax, then the loss. */
  @Test
  void aLossApartIsNotTheOutput() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(784).nOut(9).name("hidden").build())
                .layer(new DenseLayer.Builder().nIn(9).nOut(10).name("classes").build())
                .layer(new ActivationLayer.Builder().activation(Activation.SOFTMAX).build())
                .layer(new LossLayer.Builder().build())
                .build());
    network.init();
    assertThat(new NetworkFeatures(network, null, 0).layer()).isEqualTo("hidden");
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", new DenseLayer.Builder().nIn(784).nOut(9).build(), "in")
                .addLayer("classes", new DenseLayer.Builder().nIn(9).nOut(10).build(), "hidden")
                .addLayer("loss", new LossLayer.Builder().build(), "classes")
                .setOutputs("loss")
                .build());
    graph.init();
    assertThat(new NetworkFeatures(graph, null, 0).layer()).isEqualTo("hidden");
  }

  @Test
  void areAnyLayersActivationsFlattened() {
    MultiLayerNetwork network = convolutional();
    float[][] features = new NetworkFeatures(network, "filters", 0).of(DIGITS, done -> {});
    assertSame(features, network.feedForward(all()).get(1).reshape('c', 120, -1).toFloatMatrix());
  }

  @Test
  void aGraphThatTakesRowsGetsRows() {
    ComputationGraph graph = graph();
    NetworkFeatures extractor = new NetworkFeatures(graph, null, 0);
    assertThat(extractor.layer()).isEqualTo("hidden");
    assertSame(extractor.of(DIGITS, done -> {}), activations(graph, "hidden"));
  }

  @Test
  void imagesAreResizedWhereAsked() {
    ComputationGraph graph = graph();
    Images small = DIGITS.resized(20, 20);
    float[][] features = new NetworkFeatures(graph, null, 28).of(small, done -> {});
    assertSame(features, new NetworkFeatures(graph, null, 0).of(small.resized(28, 28), d -> {}));
  }

  @Test
  void whatDoesNotFitIsNamed() {
    assertThatThrownBy(() -> new NetworkFeatures(convolutional(), "none", 0))
        .hasMessageContaining("no layer \"none\"; there are [filters, pooled, classes]");
    NetworkFeatures dense = new NetworkFeatures(graph(), null, 0);
    assertThatThrownBy(() -> dense.of(DIGITS.resized(20, 20), done -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "does not take images of channels, height, width [1, 20, 20]: as NCHW: ");
  }

  private static float[][] activations(ComputationGraph graph, String layer) {
    INDArray rows = all().reshape('c', 120, 784);
    return Objects.requireNonNull(graph.feedForward(rows, false).get(layer)).toFloatMatrix();
  }

  private static void assertSame(float[][] found, float[][] wanted) {
    assertThat(found).hasDimensions(wanted.length, wanted[0].length);
    for (int i = 0; i < wanted.length; i++) {
      for (int j = 0; j < wanted[0].length; j++) {
        assertThat(found[i][j]).isCloseTo(wanted[i][j], within(1e-5f));
      }
    }
  }
}
