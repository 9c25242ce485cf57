package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.PcmCapacitorSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.device.Pcm;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.layer.AnalogOutputLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What Deeplearning4j does with a layer, it does with ours; one contract over synapses, updaters
 * and types.
 */
class HostContractTest {
  /** Steps that are coarse or drowned in noise: 60 of them need not lower the score. */
  private static final Set<Synapse> NOISY =
      Set.of(
          Synapses.pcmPair(),
          Synapses.pcmInference(),
          Synapses.reRamSoftBounds(),
          Synapses.reRamExponential());

  @TempDir private Path directory;

  static Stream<Arguments> cases() {
    List<IUpdater> updaters =
        List.of(
            new AnalogSgd(0.05, PulseScheme.STOCHASTIC),
            new AnalogSgd(0.05, PulseScheme.CELL_COUNTS),
            new AnalogSgd(0.05, PulseScheme.EXPECTED),
            new Sgd(0.05),
            new Adam(0.005));
    return Synapses.byName().values().stream()
        .flatMap(
            synapse ->
                updaters.stream()
                    // An inference-only synapse is trained digitally.
                    .filter(
                        updater ->
                            !(synapse instanceof InferenceSynapse && updater instanceof AnalogSgd))
                    .flatMap(
                        updater ->
                            Stream.of(DataType.FLOAT, DataType.DOUBLE)
                                .map(type -> Arguments.of(synapse, updater, type))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void trainsAndKeepsWeightsAndDevicesInStep(Synapse synapse, IUpdater updater, DataType type) {
    MultiLayerNetwork network = Networks.analog(synapse, updater, type);
    INDArray before = network.getParam("0_W").dup();
    DataSet batch = Networks.data(8, 1, type);
    double start = network.score(batch);
    for (int step = 0; step < 60; step++) {
      network.fit(batch);
    }
    assertThat(network.getParam("0_W")).isNotEqualTo(before);
    if (!NOISY.contains(synapse)) {
      assertThat(network.score(batch)).isLessThan(start);
    }
    SynapseArray array = ((AnalogLayer) network.getLayer(0)).readArray();
    assertThat(array.counters().get(Count.STEPS)).isEqualTo(60);
    assertThat(array.counters().get(Count.EXAMPLES)).isEqualTo(480);
    assertThat(array.counters().get(Count.PROGRAMMING_FAILURES)).isZero();
    float[] stored = network.getParam("0_W").dup('c').data().asFloat();
    for (int cell = 0; cell < stored.length; cell++) {
      assertThat(Math.abs(stored[cell] - array.weights()[cell])).isLessThan(1e-6f);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void jsonYamlZipAndCloneKeepEverything(Synapse synapse, IUpdater updater, DataType type)
      throws Exception {
    MultiLayerNetwork network = Networks.analog(synapse, updater, type);
    ComputationGraph graph = Networks.analogGraph(synapse, updater, type);
    DataSet batch = Networks.data(8, 2, type);
    network.fit(batch);
    graph.fit(batch);
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
    assertThat(restored.params()).isEqualTo(network.params());
    assertThat(restoredGraph.params()).isEqualTo(graph.params());
    assertThat(network.clone().params()).isEqualTo(network.params());
    assertThat(graph.clone().params()).isEqualTo(graph.params());

    DataSet next = Networks.data(8, 3, type);
    for (MultiLayerNetwork other : List.of(restored, network.clone())) {
      MultiLayerNetwork original = network.clone();
      original.fit(next);
      other.fit(next);
      assertThat(other.params()).isEqualTo(original.params());
    }
    graph.fit(next);
    restoredGraph.fit(next);
    assertThat(restoredGraph.params()).isEqualTo(graph.params());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientAndScoreAloneChangeNothing(Synapse synapse, IUpdater updater, DataType type) {
    MultiLayerNetwork network = Networks.analog(synapse, updater, type);
    DataSet batch = Networks.data(8, 2, type);
    network.fit(batch);
    INDArray before = network.params().dup();
    network.setInput(batch.getFeatures());
    network.setLabels(batch.getLabels());
    network.computeGradientAndScore();
    network.output(batch.getFeatures());
    network.score(batch);
    assertThat(network.params()).isEqualTo(before);
  }

  @Test
  void transferLearningKeepsTheDevicesOfKeptLayers() {
    Synapse synapse = Synapses.pcmCapacitor2018();
    MultiLayerNetwork source = Networks.analog(synapse, new AnalogSgd(0.05), DataType.FLOAT);
    DataSet batch = Networks.data(8, 4, DataType.FLOAT);
    source.fit(batch);
    MultiLayerNetwork target =
        new TransferLearning.Builder(source)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new AnalogSgd(0.02)).seed(1).build())
            .setFeatureExtractor(0)
            .removeOutputLayer()
            .addLayer(
                new AnalogOutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(Networks.HIDDEN)
                    .nOut(Networks.CLASSES)
                    .activation(Activation.SOFTMAX)
                    .weightInit(WeightInit.XAVIER)
                    .build())
            .build();
    for (String param : List.of("0_W", "0_b", "0_gp", "0_gm", "0_vc", "0_state")) {
      assertThat(target.getParam(param)).as(param).isEqualTo(source.getParam(param));
    }
    INDArray frozen = target.getParam("0_vc").dup();
    INDArray trained = target.getParam("1_W").dup();
    target.fit(batch);
    assertThat(target.getParam("0_vc")).isEqualTo(frozen);
    assertThat(target.getParam("1_W")).isNotEqualTo(trained);
  }

  @Test
  void earlyStoppingFindsItsBestModel() {
    MultiLayerNetwork network =
        Networks.analog(Synapses.pcmCapacitor2018(), new AnalogSgd(0.05), DataType.FLOAT);
    List<DataSet> batches =
        List.of(Networks.data(8, 5, DataType.FLOAT), Networks.data(8, 6, DataType.FLOAT));
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .epochTerminationConditions(new MaxEpochsTerminationCondition(5))
            .scoreCalculator(new DataSetLossCalculator(new ListDataSetIterator<>(batches, 8), true))
            .modelSaver(new InMemoryModelSaver<>())
            .build();
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(configuration, network, new ListDataSetIterator<>(batches, 8))
            .fit();
    assertThat(result.getTotalEpochs()).isEqualTo(5);
    assertThat(result.getBestModel().getParam("0_state").getDouble(0)).isEqualTo(1);
  }

  @Test
  void widthsAreInferredAsForTheHost() {
    MultiLayerNetwork network =
        Networks.initialised(
            Networks.settings(new AnalogSgd(0.05), DataType.FLOAT)
                .list()
                .layer(new AnalogDenseLayer.Builder().nOut(5).build())
                .layer(
                    new AnalogOutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(7))
                .build());
    assertThat(network.getParam("0_W").shape()).containsExactly(7, 5);
    assertThat(network.getParam("1_W").shape()).containsExactly(5, 2);
    MultiLayerConfiguration withoutType =
        Networks.settings(new AnalogSgd(0.05), DataType.FLOAT)
            .list()
            .layer(new AnalogDenseLayer.Builder().nIn(7).nOut(5).build())
            .layer(
                new AnalogOutputLayer.Builder(LossFunction.MSE)
                    .nOut(2)
                    .activation(Activation.IDENTITY)
                    .build())
            .build();
    assertThat(Networks.initialised(withoutType).getParam("1_W").shape()).containsExactly(5, 2);
  }

  /**
   * A weight that is set from outside is programmed: through setParam at once, through the flat
   * vector at the next step.
   */
  @Test
  void weightsSetFromOutsideAreProgrammed() {
    // Reads without noise, so that the devices reach what is wanted.
    PcmCapacitorSynapse preset = Synapses.pcmCapacitor2018();
    Pcm own = preset.pcm();
    Pcm quiet =
        new Pcm(
            own.gMaxMicroSiemens(),
            own.programmingErrorScale(),
            0,
            own.reading(),
            own.setNoise(),
            own.programming(),
            0,
            0);
    MultiLayerNetwork network =
        Networks.analog(preset.withPcm(quiet), new AnalogSgd(0), DataType.FLOAT);
    INDArray wanted = network.getParam("0_W").dup().addi(0.3);
    network.setParam("0_W", wanted);
    assertThat(network.getParam("0_W").sub(wanted).amaxNumber().doubleValue()).isLessThan(0.05);
    assertDevicesHoldWeights(network);

    INDArray flat = network.params().dup();
    network.getParam("0_W").subi(0.5);
    INDArray moved = network.getParam("0_W").dup();
    assertThat(network.params()).isNotEqualTo(flat);
    network.fit(Networks.data(8, 5, DataType.FLOAT));
    assertThat(network.getParam("0_W").sub(moved).amaxNumber().doubleValue()).isLessThan(0.05);
    assertDevicesHoldWeights(network);
  }

  private static void assertDevicesHoldWeights(MultiLayerNetwork network) {
    SynapseArray array = ((AnalogLayer) network.getLayer(0)).readArray();
    float[] g = Objects.requireNonNull(array.pulsed()).conductance();
    float[] shared = Objects.requireNonNull(array.pulsed()).gShared();
    float[] stored = network.getParam("0_W").dup('c').data().asFloat();
    for (int cell = 0; cell < stored.length; cell++) {
      float pair = 3 * (array.state()[0][cell] - array.state()[1][cell]);
      float held = pair + array.counters().polarity() * (g[cell] - shared[cell % array.columns()]);
      assertThat(held / 40).isCloseTo(stored[cell], within(1e-5f));
    }
  }

  /**
   * Gradient normalisation and L2 act on the request of a DL4J updater, and the examples are still
   * counted.
   */
  @Test
  void normalisationAndRegularisationActOnTheRequest() {
    for (GradientNormalization normalisation : GradientNormalization.values()) {
      MultiLayerNetwork network =
          Networks.initialised(
              Networks.settings(new Sgd(0.05), DataType.FLOAT)
                  .gradientNormalization(normalisation)
                  .gradientNormalizationThreshold(0.01)
                  .l2(0.01)
                  .list()
                  .layer(Networks.hidden(Synapses.pcmCapacitor2018()).build())
                  .layer(Networks.output(Synapses.pcmCapacitor2018()).build())
                  .build());
      network.fit(Networks.data(8, 5, DataType.FLOAT));
      network.fit(Networks.data(8, 6, DataType.FLOAT));
      SynapseArray array = ((AnalogLayer) network.getLayer(0)).readArray();
      assertThat(array.counters().get(Count.EXAMPLES)).as(normalisation.name()).isEqualTo(16);
      assertThat(array.counters().get(Count.STEPS)).as(normalisation.name()).isEqualTo(2);
    }
  }

  @Test
  void biasCanStayDigitalOrBeAbsent() {
    for (IUpdater updater : List.of(new AnalogSgd(0.05, PulseScheme.EXPECTED), new Sgd(0.05))) {
      MultiLayerNetwork digital =
          Networks.initialised(
              Networks.settings(updater, DataType.FLOAT)
                  .list()
                  .layer(Networks.hidden(Synapses.pcmCapacitor2018()).biasOnArray(false).build())
                  .layer(Networks.output(Synapses.pcmCapacitor2018()).hasBias(false).build())
                  .build());
      assertThat(digital.getParam("0_gp").shape())
          .containsExactly(Networks.INPUTS, Networks.HIDDEN);
      assertThat(digital.getLayer(1).paramTable()).doesNotContainKey("b");
      INDArray before = digital.getParam("0_b").dup();
      digital.fit(Networks.data(8, 5, DataType.FLOAT));
      assertThat(digital.getParam("0_b")).isNotEqualTo(before);
    }
  }
}
