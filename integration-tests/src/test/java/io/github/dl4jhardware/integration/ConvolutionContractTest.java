package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.cost.ArrayCost;
import io.github.dl4jhardware.analog.cost.NetworkCost;
import io.github.dl4jhardware.analog.device.Draws;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.EdgeRead;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import io.github.dl4jhardware.cost.Cost;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JException;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What Deeplearning4j does with a layer, it does with an analogue convolution, on every synapse;
 * and what is simulated is that of the dense layer, position by position.
 */
class ConvolutionContractTest {
  private static final int FEATURES = 4;

  @TempDir private Path directory;

  static Stream<Arguments> cases() {
    List<IUpdater> updaters =
        List.of(
            new AnalogSgd(0.05, PulseScheme.STOCHASTIC),
            new AnalogSgd(0.05, PulseScheme.LOW_DISCREPANCY),
            new AnalogSgd(0.05, PulseScheme.CELL_COUNTS),
            new AnalogSgd(0.05, PulseScheme.EXPECTED),
            new Adam(0.005));
    return Synapses.byName().values().stream()
        .flatMap(
            synapse ->
                updaters.stream()
                    .filter(
                        updater ->
                            !(synapse instanceof InferenceSynapse && updater instanceof AnalogSgd))
                    .map(updater -> Arguments.of(synapse, updater)));
  }

  /** The twelve inputs of the shared data as images of 3×2 with two channels. */
  private static MultiLayerNetwork network(
      AnalogConvolutionLayer.Builder layer, Synapse synapse, IUpdater updater, DataType type) {
    return network(layer, synapse, updater, type, InputType.convolutionalFlat(3, 2, 2));
  }

  private static MultiLayerNetwork network(
      AnalogConvolutionLayer.Builder layer,
      Synapse synapse,
      IUpdater updater,
      DataType type,
      InputType images) {
    return Networks.initialised(
        Networks.settings(updater, type)
            .list()
            .layer(layer.nOut(FEATURES).synapse(synapse).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(Networks.CLASSES)
                    .updater(new Sgd(0.05))
                    .activation(Activation.SOFTMAX)
                    .build())
            .setInputType(images)
            .build());
  }

  private static AnalogConvolutionLayer.Builder grouped() {
    return new AnalogConvolutionLayer.Builder(2, 2).convolutionMode(ConvolutionMode.Same).groups(2);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void trainsAndKeepsWeightsAndDevicesInStep(Synapse synapse, IUpdater updater) throws Exception {
    MultiLayerNetwork network = network(grouped(), synapse, updater, DataType.FLOAT);
    INDArray before = network.getParam("0_W").dup();
    for (int step = 0; step < 10; step++) {
      network.fit(Networks.data(8, step, DataType.FLOAT));
    }
    assertThat(network.getParam("0_W")).isNotEqualTo(before);
    SynapseArray array = ((AnalogLayer) network.getLayer(0)).readArray();
    assertThat(array.rows()).isEqualTo(2 * 2 + 1);
    assertThat(array.columns()).isEqualTo(FEATURES);
    assertThat(array.counters().get(Count.STEPS)).isEqualTo(10);
    assertThat(array.counters().get(Count.EXAMPLES)).isEqualTo(80);
    float[] stored = network.getParam("0_W").permute(2, 3, 1, 0).dup('c').data().asFloat();
    for (int cell = 0; cell < stored.length; cell++) {
      assertThat(Math.abs(stored[cell] - array.weights()[cell])).isLessThan(1e-6f);
    }

    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations();
    assertThat(MultiLayerConfiguration.fromJson(configuration.toJson())).isEqualTo(configuration);
    assertThat(MultiLayerConfiguration.fromYaml(configuration.toYaml())).isEqualTo(configuration);
    File zip = directory.resolve("network.zip").toFile();
    ModelSerializer.writeModel(network, zip, true);
    DataSet next = Networks.data(8, 99, DataType.FLOAT);
    MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(zip, true);
    MultiLayerNetwork clone = network.clone();
    network.fit(next);
    for (MultiLayerNetwork other : List.of(restored, clone)) {
      other.fit(next);
      assertThat(other.params()).isEqualTo(network.params());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientAndScoreAloneChangeNothing(Synapse synapse, IUpdater updater) {
    MultiLayerNetwork network = network(grouped(), synapse, updater, DataType.FLOAT);
    DataSet batch = Networks.data(8, 2, DataType.FLOAT);
    network.fit(batch);
    INDArray before = network.params().dup();
    network.setInput(batch.getFeatures());
    network.setLabels(batch.getLabels());
    network.computeGradientAndScore();
    network.output(batch.getFeatures());
    network.score(batch);
    assertThat(network.params()).isEqualTo(before);
  }

  /**
   * One position: the same cells, draws, pulses and reads as those of a dense layer, bit by bit.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void withOnePositionItIsADenseLayer(Synapse synapse, IUpdater updater) {
    ArrayEdges edges =
        updater instanceof AnalogSgd
            ? Networks.REAL_EDGES
            : ArrayEdges.forward(Networks.REAL_EDGES.forward());
    MultiLayerNetwork convolution =
        network(
            new AnalogConvolutionLayer.Builder(3, 2).edges(edges),
            synapse,
            updater,
            DataType.FLOAT,
            InputType.convolutional(3, 2, 2, CNN2DFormat.NHWC));
    MultiLayerNetwork dense =
        Networks.initialised(
            Networks.settings(updater, DataType.FLOAT)
                .list()
                .layer(
                    new AnalogDenseLayer.Builder()
                        .nIn(Networks.INPUTS)
                        .nOut(FEATURES)
                        .synapse(synapse)
                        .edges(edges)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(FEATURES)
                        .nOut(Networks.CLASSES)
                        .updater(new Sgd(0.05))
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    convolution.setParams(dense.params());
    for (int step = 0; step < 5; step++) {
      DataSet batch = Networks.data(8, step, DataType.FLOAT);
      INDArray images = batch.getFeatures().reshape('c', 8, 3, 2, 2);
      INDArray own = convolution.feedForward(images).get(1).reshape('c', 8, FEATURES);
      assertThat(own).isEqualTo(dense.feedForward(batch.getFeatures()).get(1));
      dense.fit(batch);
      convolution.fit(images, batch.getLabels());
      assertThat(convolution.params()).isEqualTo(dense.params());
    }
  }

  /** Pulses of all positions: in the mean, what the gradient says. */
  @Test
  void pulsesOfPositionsAddUpToTheGradient() {
    for (PulseScheme scheme : List.of(PulseScheme.STOCHASTIC, PulseScheme.LOW_DISCREPANCY)) {
      DataSet batch = Networks.data(4, 3, DataType.DOUBLE);
      double rate = 0.02;
      MultiLayerNetwork software =
          network(grouped(), Synapses.ideal(), new Sgd(rate), DataType.DOUBLE);
      INDArray start = software.params().dup();
      INDArray w = software.getParam("0_W").dup();
      software.fit(batch);
      INDArray wanted = software.getParam("0_W").sub(w);
      int chips = 400;
      INDArray sum = Nd4j.zeros(DataType.DOUBLE, w.shape());
      INDArray squares = sum.dup();
      for (int chip = 0; chip < chips; chip++) {
        MultiLayerNetwork pulsed =
            network(
                grouped().chipSeed(chip),
                Synapses.ideal(),
                new AnalogSgd(rate, scheme),
                DataType.DOUBLE);
        pulsed.setParams(start);
        pulsed.fit(batch);
        INDArray change = pulsed.getParam("0_W").sub(w);
        sum.addi(change);
        squares.addi(change.mul(change));
      }
      INDArray mean = sum.div(chips);
      for (int i = 0; i < wanted.length(); i++) {
        double variance = squares.getDouble(i) / chips - Math.pow(mean.getDouble(i), 2);
        double error = Math.sqrt(variance / chips);
        // 16 weights and two schemes at 5 σ: a false alarm in 50,000 runs; the seeds are fixed.
        assertThat(Math.abs(mean.getDouble(i) - wanted.getDouble(i)))
            .as(scheme + " weight " + i)
            .isLessThan(5 * error + 1e-6);
        assertThat(variance).isPositive();
      }
    }
  }

  /** Several positions and groups through converters: each is a read of its group's own array. */
  @Test
  void eachPositionIsAReadOfItsGroup() {
    ArrayEdges edges = ArrayEdges.forward(new ReadPath(5, 1, true, 6, 0.7, true, 0.05, 0.1, 0));
    MultiLayerNetwork network =
        network(
            new AnalogConvolutionLayer.Builder(2, 1)
                .groups(2)
                .chipSeed(9)
                .activation(Activation.IDENTITY)
                .edges(edges),
            Synapses.ideal(),
            new Sgd(0.1),
            DataType.FLOAT);
    INDArray images = Networks.data(3, 4, DataType.FLOAT).getFeatures();
    INDArray said = network.feedForward(images).get(1);
    assertThat(said.shape()).containsExactly(3, FEATURES, 2, 2);
    float[] cells = ((AnalogLayer) network.getLayer(0)).readArray().weights();
    INDArray planes = images.reshape('c', 3, 2, 3, 2);
    for (int group = 0; group < 2; group++) {
      float[] own = new float[3 * 2];
      for (int row = 0; row < 3; row++) {
        System.arraycopy(cells, row * FEATURES + 2 * group, own, 2 * row, 2);
      }
      EdgeRead single = new EdgeRead(edges.forward(), 3, 2, true, 9, 0, group);
      for (int example = 0; example < 3; example++) {
        for (int position = 0; position < 4; position++) {
          int y = position / 2;
          int x = position % 2;
          // A kernel of two rows looks at the position and at what is below, then comes the bias.
          float[] line = {
            planes.getFloat(example, group, y, x), planes.getFloat(example, group, y + 1, x), 1
          };
          float[] read = new float[2];
          long key = Draws.key(9, 0, Draws.INFERENCE_READ, example);
          int index = 2 * position + group;
          long ownKey = index == 0 ? key : Draws.subKey(key, index);
          single.read(own, new float[0], line, 0, read, 0, ownKey);
          for (int i = 0; i < 2; i++) {
            assertThat(said.getFloat(example, 2 * group + i, y, x)).isEqualTo(read[i]);
          }
        }
      }
    }
  }

  /** A graph whose output is replaced hands each kept layer its parameters as one vector. */
  @Test
  void transferLearningOfGraphsKeepsTheDevices() {
    ComputationGraph source =
        network(
                grouped(),
                Synapses.pcmCapacitor2018(),
                new AnalogSgd(0.05, PulseScheme.EXPECTED),
                DataType.FLOAT)
            .toComputationGraph();
    source.fit(Networks.data(8, 1, DataType.FLOAT));
    String output = source.getConfiguration().getNetworkOutputs().get(0);
    ComputationGraph target =
        new TransferLearning.GraphBuilder(source)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder()
                    .updater(new AnalogSgd(0.02, PulseScheme.EXPECTED))
                    .build())
            .nOutReplace(output, 3, WeightInit.XAVIER)
            .build();
    for (String param : List.of("W", "b", "gp", "gm", "vc", "state")) {
      assertThat(target.getLayer("0").getParam(param))
          .as(param)
          .isEqualTo(source.getLayer("0").getParam(param));
    }
  }

  /** What DL4J's builder takes, ours takes; what it refuses, ours refuses. */
  @Test
  void theBuilderIsTheHosts() {
    List<UnaryOperator<ConvolutionLayer.BaseConvBuilder<?>>> settings =
        List.of(
            builder -> builder,
            builder -> builder.kernelSize(3),
            builder -> builder.kernelSize(3, 4).stride(2).padding(1).dilation(2),
            builder -> builder.stride(2, 1),
            builder -> builder.stride(0, 1),
            builder -> builder.kernelSize(-1, 1),
            builder -> builder.kernelSize(3, 3, 3),
            builder -> builder.padding(-1, 0),
            builder -> builder.dilation(0, 1),
            builder -> builder.padding(1, 1).convolutionMode(ConvolutionMode.Same),
            builder -> builder.convolutionMode(ConvolutionMode.Same));
    int refused = 0;
    for (int i = 0; i < settings.size(); i++) {
      ConvolutionLayer host = built(settings.get(i), new ConvolutionLayer.Builder());
      ConvolutionLayer own = built(settings.get(i), new AnalogConvolutionLayer.Builder());
      assertThat(own == null).as("setting " + i).isEqualTo(host == null);
      if (host == null || own == null) {
        refused++;
        continue;
      }
      assertThat(own.getKernelSize()).as("setting " + i).isEqualTo(host.getKernelSize());
      assertThat(own.getStride()).as("setting " + i).isEqualTo(host.getStride());
      assertThat(own.getPadding()).as("setting " + i).isEqualTo(host.getPadding());
      assertThat(own.getDilation()).as("setting " + i).isEqualTo(host.getDilation());
    }
    assertThat(refused).isBetween(3, settings.size() - 3);
  }

  private static @Nullable ConvolutionLayer built(
      UnaryOperator<ConvolutionLayer.BaseConvBuilder<?>> setting,
      ConvolutionLayer.BaseConvBuilder<?> builder) {
    try {
      return setting.apply(builder).nIn(2).nOut(3).build();
    } catch (IllegalArgumentException | IllegalStateException | DL4JException e) {
      return null;
    }
  }

  @Test
  void inSituTrainerNamesWhatItCannotTrain() {
    MultiLayerNetwork network =
        network(
            new AnalogConvolutionLayer.Builder(2, 1),
            Synapses.ideal(),
            new AnalogSgd(0.1),
            DataType.FLOAT,
            InputType.convolutional(3, 2, 2));
    assertThatThrownBy(() -> InSituTrainer.of(network))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("AnalogConvolutionLayer");
  }

  /** Each position is a read: twelve inputs at four positions cost what four reads cost. */
  @Test
  void costsCountPositions() {
    MultiLayerNetwork network =
        network(
            new AnalogConvolutionLayer.Builder(2, 1),
            Synapses.ideal(),
            new Sgd(0.1),
            DataType.FLOAT);
    ArrayCost cost = ArrayCost.calibrated2018();
    assertThatThrownBy(() -> NetworkCost.of(cost, network))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("call output()");
    Cost found = cost.of(network, Networks.data(2, 1, DataType.FLOAT).getFeatures());
    // Two channels, two rows and the bias: 5 x 4 cells, at 2 x 2 positions.
    double one = cost.nanojoules(ArrayCost.Work.inference(5, FEATURES));
    assertThat(found.inferenceNanojoules()).isCloseTo(4 * one, within(1e-9));
    network.fit(Networks.data(8, 1, DataType.FLOAT));
    NetworkCost trained = NetworkCost.of(cost, network);
    assertThat(trained.examples()).isEqualTo(8);
    assertThat(trained.readsPerExample()).isEqualTo(4);
    assertThat(trained.trainingMillijoules()).isCloseTo(8 * 2 * 4 * one * 1e-6, within(1e-12));
  }

  @Test
  void groupsThatDoNotDivideAreRefused() {
    for (int groups : new int[] {0, -1, 3}) {
      assertThatThrownBy(
              () ->
                  network(grouped().groups(groups), Synapses.ideal(), new Sgd(0.1), DataType.FLOAT))
          .isInstanceOf(DL4JInvalidConfigException.class)
          .hasMessageContaining("groups")
          .hasMessageContaining(String.valueOf(groups));
    }
  }

  @Test
  void imagesThatDoNotFitAreRefused() {
    MultiLayerNetwork network =
        network(
            new AnalogConvolutionLayer.Builder(3, 2),
            Synapses.ideal(),
            new Sgd(0.1),
            DataType.FLOAT,
            InputType.convolutional(3, 2, 2));
    for (String[] bad :
        new String[][] {
          {"1,12", "[1, 12]"}, {"1,3,3,2", "3 channels"}, {"1,2,2,2", "smaller than the kernel"}
        }) {
      long[] shape = Arrays.stream(bad[0].split(",")).mapToLong(Long::parseLong).toArray();
      assertThatThrownBy(() -> network.output(Nd4j.zeros(DataType.FLOAT, shape)))
          .isInstanceOf(DL4JInvalidInputException.class)
          .hasMessageContaining("Analogue layer")
          .hasMessageContaining(bad[1]);
    }
  }
}
