package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.neuromorphic.layer.SpikePopulationOutputLayer;
import io.github.dl4jhardware.neuromorphic.layer.SpikingLayer;
import io.github.dl4jhardware.neuromorphic.layer.TransductionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryConvolutionLayer;
import io.github.dl4jhardware.neuromorphic.layer.TrinaryDenseLayer;
import io.github.dl4jhardware.neuromorphic.train.SpikingMetrics;
import java.io.File;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What Deeplearning4j does with a layer, it does with the spiking ones. */
class SpikingHostContractTest {
  private static final int SIDE = 8;
  private static final int CLASSES = 3;
  private static final int BATCH = 12;

  @TempDir private Path directory;

  static Stream<Arguments> cases() {
    return Stream.of(CNN2DFormat.NCHW, CNN2DFormat.NHWC)
        .flatMap(
            format ->
                Stream.of(DataType.FLOAT, DataType.DOUBLE)
                    .flatMap(
                        type ->
                            Stream.of(new Adam(0.05), new Nesterovs(5, 0.9))
                                .map(updater -> Arguments.of(format, type, updater))));
  }

  private static List<Layer> layers() {
    return List.of(
        new TransductionLayer.Builder(3, 3).padding(1, 1).nOut(8).build(),
        new TrinaryConvolutionLayer.Builder(2, 2).stride(2, 2).nOut(16).groups(2).build(),
        new TrinaryConvolutionLayer.Builder(1, 1).nOut(24).build(),
        new SpikePopulationOutputLayer.Builder().nOut(CLASSES).sharpness(5).build());
  }

  private static NeuralNetConfiguration.Builder settings(DataType type, IUpdater updater) {
    return new NeuralNetConfiguration.Builder().seed(7).dataType(type).updater(updater);
  }

  private static MultiLayerNetwork network(CNN2DFormat format, DataType type, IUpdater updater) {
    NeuralNetConfiguration.ListBuilder list = settings(type, updater).list();
    layers().forEach(list::layer);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.setInputType(InputType.convolutional(SIDE, SIDE, 2, format)).build());
    network.init();
    return network;
  }

  private static ComputationGraph graph(CNN2DFormat format, DataType type, IUpdater updater) {
    ComputationGraphConfiguration.GraphBuilder builder =
        settings(type, updater).graphBuilder().addInputs("in");
    String before = "in";
    List<Layer> layers = layers();
    for (int i = 0; i < layers.size(); i++) {
      builder.addLayer("l" + i, layers.get(i), before);
      before = "l" + i;
    }
    ComputationGraph graph =
        new ComputationGraph(
            builder
                .setOutputs(before)
                .setInputTypes(InputType.convolutional(SIDE, SIDE, 2, format))
                .build());
    graph.init();
    return graph;
  }

  /** A bright bar at the top, in the middle or below, in noise. */
  private static DataSet data(long seed, CNN2DFormat format, DataType type) {
    Random random = new Random(seed);
    INDArray images = Nd4j.create(type, BATCH, 2, SIDE, SIDE);
    INDArray labels = Nd4j.zeros(type, BATCH, CLASSES);
    for (int i = 0; i < BATCH; i++) {
      int label = random.nextInt(CLASSES);
      labels.putScalar(i, label, 1);
      for (int c = 0; c < 2; c++) {
        for (int y = 0; y < SIDE; y++) {
          for (int x = 0; x < SIDE; x++) {
            double bar = y / 3 == label ? 1.5 : 0;
            images.putScalar(new int[] {i, c, y, x}, bar + random.nextGaussian());
          }
        }
      }
    }
    return new DataSet(
        format == CNN2DFormat.NHWC ? images.permute(0, 2, 3, 1).dup('c') : images, labels);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void trains(CNN2DFormat format, DataType type, IUpdater updater) {
    MultiLayerNetwork network = network(format, type, updater);
    ComputationGraph graph = graph(format, type, updater);
    for (int step = 0; step < 150; step++) {
      DataSet batch = data(step, format, type);
      network.fit(batch);
      graph.fit(batch);
    }
    Evaluation evaluation = new Evaluation(CLASSES);
    for (int step = 1000; step < 1010; step++) {
      DataSet batch = data(step, format, type);
      evaluation.eval(batch.getLabels(), network.output(batch.getFeatures()));
      assertThat(graph.outputSingle(batch.getFeatures()))
          .isEqualTo(network.output(batch.getFeatures()));
    }
    // Chance is a third; 120 pictures by chance above 60 %: less than 1e-8.
    assertThat(evaluation.accuracy()).isGreaterThan(0.6);
    assertThat(graph.params()).isEqualTo(network.params());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void jsonYamlZipAndCloneKeepEverything(CNN2DFormat format, DataType type, IUpdater updater)
      throws Exception {
    MultiLayerNetwork network = network(format, type, updater);
    ComputationGraph graph = graph(format, type, updater);
    for (int step = 0; step < 5; step++) {
      network.fit(data(step, format, type));
      graph.fit(data(step, format, type));
    }
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations();
    assertThat(MultiLayerConfiguration.fromJson(configuration.toJson())).isEqualTo(configuration);
    assertThat(MultiLayerConfiguration.fromYaml(configuration.toYaml())).isEqualTo(configuration);
    assertThat(ComputationGraphConfiguration.fromJson(graph.getConfiguration().toJson()))
        .isEqualTo(graph.getConfiguration());
    File zip = directory.resolve("network.zip").toFile();
    ModelSerializer.writeModel(network, zip, true);
    MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(zip, true);
    ModelSerializer.writeModel(graph, zip, true);
    ComputationGraph restoredGraph = ModelSerializer.restoreComputationGraph(zip, true);
    DataSet next = data(77, format, type);
    INDArray wanted = network.output(next.getFeatures());
    for (MultiLayerNetwork other : List.of(restored, network.clone())) {
      assertThat(exact(other.params())).isEqualTo(exact(network.params()));
      assertThat(other.output(next.getFeatures())).isEqualTo(wanted);
      MultiLayerNetwork original = network.clone();
      original.fit(next);
      other.fit(next);
      assertThat(exact(other.params())).isEqualTo(exact(original.params()));
    }
    graph.fit(next);
    restoredGraph.fit(next);
    assertThat(exact(restoredGraph.params())).isEqualTo(exact(graph.params()));
  }

  private static double[] exact(INDArray params) {
    return params.dup().data().asDouble();
  }

  /** From a checkpoint that the host's listener wrote inside a step, bit for bit. */
  @ParameterizedTest
  @MethodSource("cases")
  void resumedRunEqualsUninterruptedRun(CNN2DFormat format, DataType type, IUpdater updater)
      throws Exception {
    MultiLayerNetwork whole = network(format, type, updater);
    whole.setListeners(
        new CheckpointListener.Builder(directory.toFile())
            .keepAll()
            .saveEveryNIterations(6)
            .build());
    for (int step = 0; step < 20; step++) {
      whole.fit(data(step, format, type));
    }
    MultiLayerNetwork resumed =
        ModelSerializer.restoreMultiLayerNetwork(
            directory.resolve("checkpoint_0_MultiLayerNetwork.zip").toFile(), true);
    // The host's listener hears of the seventh step, and saves it, as iteration 6: Adam's own
    // count.
    resumed.setIterationCount(7);
    for (int step = 7; step < 20; step++) {
      resumed.fit(data(step, format, type));
    }
    assertThat(exact(resumed.params())).isEqualTo(exact(whole.params()));
  }

  @Test
  void transferLearningFreezesAllButTheLastStage() {
    MultiLayerNetwork source = network(CNN2DFormat.NCHW, DataType.FLOAT, new Adam(0.05));
    DataSet batch = data(1, CNN2DFormat.NCHW, DataType.FLOAT);
    source.fit(batch);
    MultiLayerNetwork target =
        new TransferLearning.Builder(source)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new Adam(0.05)).seed(1).build())
            .setFeatureExtractor(1)
            .build();
    INDArray last = target.getParam("2_W").dup();
    for (int step = 0; step < 5; step++) {
      target.fit(data(step, CNN2DFormat.NCHW, DataType.FLOAT));
    }
    for (String param :
        List.of("0_W", "0_b", "0_mean", "0_var", "1_W", "1_T", "1_b", "1_mean", "1_var")) {
      assertThat(target.getParam(param)).as(param).isEqualTo(source.getParam(param));
    }
    assertThat(target.getParam("2_W")).isNotEqualTo(last);
  }

  /** The spiking layers below another host's head, and a dense one behind them. */
  @Test
  void mixesWithTheHostsLayers() {
    NeuralNetConfiguration.ListBuilder list = settings(DataType.FLOAT, new Adam(0.02)).list();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(new TransductionLayer.Builder(3, 3).nOut(8).build())
                .layer(new TrinaryConvolutionLayer.Builder(2, 2).stride(2, 2).nOut(8).build())
                .layer(new TrinaryDenseLayer.Builder().nOut(24).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(SIDE, SIDE, 2))
                .build());
    network.init();
    double before = 0;
    double after = 0;
    for (int step = 0; step < 100; step++) {
      network.fit(data(step, CNN2DFormat.NCHW, DataType.FLOAT));
      before += step < 10 ? network.score() : 0;
      after += step >= 90 ? network.score() : 0;
    }
    assertThat(after).isLessThan(before);
  }

  @Test
  void earlyStoppingFindsItsBestModel() {
    MultiLayerNetwork network = network(CNN2DFormat.NCHW, DataType.FLOAT, new Adam(0.05));
    List<DataSet> batches =
        List.of(
            data(1, CNN2DFormat.NCHW, DataType.FLOAT), data(2, CNN2DFormat.NCHW, DataType.FLOAT));
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .epochTerminationConditions(new MaxEpochsTerminationCondition(5))
            .scoreCalculator(
                new DataSetLossCalculator(new ListDataSetIterator<>(batches, BATCH), true))
            .modelSaver(new InMemoryModelSaver<>())
            .build();
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(configuration, network, new ListDataSetIterator<>(batches, BATCH))
            .fit();
    assertThat(result.getTotalEpochs()).isEqualTo(5);
    assertThat(result.getBestModel().score(new SingletonDataSetIterator(batches.get(0)).next()))
        .isFinite();
  }

  /** Firing rates as activations and flips as updates of T: what the host's listeners show. */
  @Test
  void hostsListenersSeeRatesAndFlips() {
    MultiLayerNetwork network = network(CNN2DFormat.NCHW, DataType.FLOAT, new Adam(0.1));
    StringWriter csv = new StringWriter();
    SpikingMetrics metrics = new SpikingMetrics(csv, 1);
    List<Double> rates = new ArrayList<>();
    List<Double> flips = new ArrayList<>();
    network.setListeners(
        metrics,
        new BaseTrainingListener() {
          @Override
          public void onForwardPass(Model model, List<INDArray> activations) {
            rates.add(activations.get(2).ameanNumber().doubleValue());
          }

          @Override
          public void onForwardPass(Model model, Map<String, INDArray> activations) {}

          @Override
          public void onGradientCalculation(Model model) {
            flips.add(model.gradient().getGradientFor("1_T").ameanNumber().doubleValue());
          }
        });
    SpikingLayer layer = (SpikingLayer) network.getLayer(1);
    double sum = 0;
    for (int step = 0; step < 30; step++) {
      network.fit(data(step, CNN2DFormat.NCHW, DataType.FLOAT));
      assertThat(rates.get(step)).isCloseTo(layer.firingRate(), within(1e-6));
      // A jump from −1 to 1 would count twice; none is that fast here.
      assertThat(flips.get(step)).isCloseTo(layer.flipRatio(), within(1e-6));
      sum += layer.flipRatio();
    }
    assertThat(sum).isPositive();
    SpikingMetrics.Means means = metrics.drain();
    assertThat(means.firingRate()).isBetween(0.05, 0.95);
    assertThat(means.flipRatio()).isBetween(0.0, 0.5);
    assertThat(csv.toString().lines().toList())
        .hasSize(1 + 30 * 3)
        .element(0)
        .isEqualTo("iteration,epoch,layer,firing_rate,flip_ratio");
    assertThat(metrics.drain().firingRate()).isNaN();
  }
}
