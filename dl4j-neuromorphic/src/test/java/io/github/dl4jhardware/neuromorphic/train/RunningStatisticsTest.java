package io.github.dl4jhardware.neuromorphic.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.SpikingLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryDenseLayer;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** What inference normalises with, measured anew. */
class RunningStatisticsTest {
  private static final int INPUTS = 20;
  private static final int HIDDEN = 24;

  private static MultiLayerNetwork network() {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(DataType.DOUBLE)
            .updater(new Adam(0.1))
            .list()
            .layer(new TrinaryDenseLayer.Builder().nOut(HIDDEN).build())
            .layer(new TrinaryDenseLayer.Builder().nOut(12).build())
            .layer(new SpikePopulationOutputLayer.Builder().nOut(3).sharpness(5).build())
            .setInputType(InputType.feedForward(INPUTS))
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    for (int step = 0; step < 20; step++) {
      INDArray labels = Nd4j.zeros(DataType.DOUBLE, 9, 3);
      for (int i = 0; i < 9; i++) {
        labels.putScalar(i, i % 3, 1);
      }
      network.fit(new DataSet(spikes(step, 9), labels));
    }
    return network;
  }

  private static INDArray spikes(long seed, int examples) {
    SplittableRandom random = new SplittableRandom(seed);
    INDArray spikes = Nd4j.create(DataType.DOUBLE, examples, INPUTS);
    for (long i = 0; i < spikes.length(); i++) {
      spikes.putScalar(i, random.nextInt(2));
    }
    return spikes;
  }

  /** Batches of different sizes count by their examples, as if they were one. */
  @Test
  void valuesAreThoseOfAllExamples() {
    MultiLayerNetwork network = network();
    List<INDArray> batches = List.of(spikes(100, 7), spikes(101, 30), spikes(102, 12));
    INDArray weights = ((SpikingLayer) network.getLayer(0)).effectiveWeights();
    RunningStatistics.measure(network, batches);
    INDArray responses = Nd4j.concat(0, batches.toArray(INDArray[]::new)).mmul(weights.transpose());
    for (int feature = 0; feature < HIDDEN; feature++) {
      INDArray own = responses.getColumn(feature);
      assertThat(network.getParam("0_mean").getDouble(feature))
          .isCloseTo(own.meanNumber().doubleValue(), within(1e-12));
      assertThat(network.getParam("0_var").getDouble(feature))
          .isCloseTo(own.varNumber().doubleValue() * 48 / 49, within(1e-12));
    }
  }

  /** With the values of one batch, inference on that batch is what training computes. */
  @Test
  void inferenceEqualsTrainingOnTheMeasuredBatch() {
    MultiLayerNetwork network = network();
    INDArray batch = spikes(7, 50);
    INDArray trained = network.output(batch, true).dup();
    assertThat(network.output(batch).sub(trained).amaxNumber().doubleValue()).isGreaterThan(0.01);
    RunningStatistics.measure(network, List.of(batch));
    assertThat(network.output(batch).sub(trained).amaxNumber().doubleValue()).isLessThan(1e-12);
  }

  /**
   * A later layer is measured on the spikes that inference makes of the earlier ones, over all
   * examples: its mean and variance are those of its responses to what output() sees. Measured in
   * one pass of training they are not, as each batch was normalised by itself before.
   */
  @Test
  void laterLayersAreMeasuredOnWhatInferenceSees() {
    MultiLayerNetwork network = network();
    List<INDArray> batches = List.of(spikes(100, 7), spikes(101, 30), spikes(102, 12));
    RunningStatistics.measure(network, batches);
    INDArray all = Nd4j.concat(0, batches.toArray(INDArray[]::new));
    INDArray seen = network.feedForward(all, false).get(1).dup();
    INDArray weights = ((SpikingLayer) network.getLayer(1)).effectiveWeights();
    INDArray responses = seen.mmul(weights.transpose());
    INDArray inTraining = network.feedForward(batches.get(0), true).get(1).dup();
    assertThat(inTraining).isNotEqualTo(network.feedForward(batches.get(0), false).get(1));
    for (int feature = 0; feature < 12; feature++) {
      INDArray own = responses.getColumn(feature);
      assertThat(network.getParam("1_mean").getDouble(feature))
          .isCloseTo(own.meanNumber().doubleValue(), within(1e-6));
      assertThat(network.getParam("1_var").getDouble(feature))
          .isCloseTo(own.varNumber().doubleValue() * 48 / 49, within(1e-6));
    }
  }

  @Test
  void weightsStay() {
    MultiLayerNetwork network = network();
    INDArray[] before = {
      network.getParam("0_W").dup(), network.getParam("0_T").dup(), network.getParam("1_b").dup()
    };
    INDArray effective = ((SpikingLayer) network.getLayer(0)).effectiveWeights();
    RunningStatistics.measure(network, List.of(spikes(1, 9)));
    assertThat(network.getParam("0_W")).isEqualTo(before[0]);
    assertThat(network.getParam("0_T")).isEqualTo(before[1]);
    assertThat(network.getParam("1_b")).isEqualTo(before[2]);
    assertThat(((SpikingLayer) network.getLayer(0)).effectiveWeights()).isEqualTo(effective);
  }

  @Test
  void graphIsMeasuredAlike() {
    MultiLayerNetwork network = network();
    ComputationGraph graph = network.toComputationGraph();
    RunningStatistics.measure(network, List.of(spikes(3, 20), spikes(4, 10)));
    assertThat(graph.params()).isNotEqualTo(network.params());
    RunningStatistics.measureGraph(
        graph, List.of(new INDArray[] {spikes(3, 20)}, new INDArray[] {spikes(4, 10)}));
    assertThat(graph.params()).isEqualTo(network.params());
  }

  /** As imports from Keras have them for Flatten; such a vertex asks the graph for its batch. */
  @Test
  void preprocessorsMayBeVertices() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "t", new TrinaryConvolutionLayer.Builder(1, 1).nIn(8).nOut(8).build(), "in")
                .addVertex(
                    "flat", new PreprocessorVertex(new CnnToFeedForwardPreProcessor(1, 1, 8)), "t")
                .addLayer("d", new DenseLayer.Builder().nIn(8).nOut(3).build(), "flat")
                .setOutputs("d")
                .build());
    graph.init();
    INDArray before = graph.params().dup();
    INDArray seen = Nd4j.rand(DataType.FLOAT, 20, 8, 1, 1).gt(0.5).castTo(DataType.FLOAT);
    RunningStatistics.measureGraph(graph, List.<INDArray[]>of(new INDArray[] {seen}));
    assertThat(graph.params()).isNotEqualTo(before);
  }

  @Test
  void noBatchIsRefused() {
    assertThatThrownBy(() -> RunningStatistics.measure(network(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one batch");
  }
}
