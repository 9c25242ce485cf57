package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.analog.cell.ArrayCounters.Count;
import io.github.dl4jhardware.analog.cell.InferenceSynapse;
import io.github.dl4jhardware.analog.cell.Synapse;
import io.github.dl4jhardware.analog.cell.SynapseArray;
import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.layer.AnalogConvolutionLayer;
import io.github.dl4jhardware.analog.layer.AnalogDenseLayer;
import io.github.dl4jhardware.analog.layer.AnalogLayer;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
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
