package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.edge.ArrayEdges;
import io.github.dl4jhardware.analog.edge.ReadPath;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.analog.train.InSituTrainer;
import io.github.dl4jhardware.analog.update.AnalogSgd;
import io.github.dl4jhardware.analog.update.PulseScheme;
import java.util.List;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** Converters, bounds and noise of reads inside DL4J. */
class ArrayEdgesTest {
  private static final AnalogSgd IN_ARRAY = new AnalogSgd(0.05, PulseScheme.EXPECTED);

  /** Noise, bounds and asymmetry, but no rounding that a last bit could turn. */
  private static final ReadPath SMOOTH = new ReadPath(0, 0.9, true, 0, 1.5, true, 0.02, 0.05, 0);

  private static double distance(INDArray a, INDArray b) {
    return a.sub(b).amaxNumber().doubleValue();
  }

  /** DL4J's loop and ours read through the same edges with the same draws. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void inSituEqualsFit(boolean biasOnArray) {
    MultiLayerNetwork[] networks = new MultiLayerNetwork[2];
    for (int i = 0; i < 2; i++) {
      ArrayEdges edges = new ArrayEdges(SMOOTH, SMOOTH);
      networks[i] =
          Networks.initialised(
              Networks.settings(IN_ARRAY, DataType.FLOAT)
                  .list()
                  .layer(
                      Networks.hidden(Synapses.ideal())
                          .edges(edges)
                          .biasOnArray(biasOnArray)
                          .build())
                  .layer(
                      Networks.output(Synapses.ideal())
                          .edges(edges)
                          .biasOnArray(biasOnArray)
                          .build())
                  .build());
    }
    DataSet data = Networks.data(60, 3, DataType.FLOAT);
    for (DataSet example : data.asList()) {
      networks[0].fit(example);
    }
    InSituTrainer.of(networks[1]).fit(data);
    for (String param : List.of("0_W", "0_b", "1_W", "1_b")) {
      assertThat(distance(networks[1].getParam(param), networks[0].getParam(param)))
          .as(param)
          .isLessThan(1e-4);
    }
    MultiLayerNetwork ideal = Networks.analog(Synapses.ideal(), IN_ARRAY, DataType.FLOAT);
    InSituTrainer.of(ideal).fit(data);
    assertThat(distance(networks[1].getParam("0_W"), ideal.getParam("0_W"))).isGreaterThan(1e-3);
  }

  /** Sixteen bits and wide bounds come near to the ideal layer, three bits do not. */
  @Test
  void manyBitsComeNearToTheIdealLayer() {
    DataSet data = Networks.data(20, 3, DataType.FLOAT);
    MultiLayerNetwork ideal = Networks.analog(Synapses.ideal(), IN_ARRAY, DataType.FLOAT);
    INDArray wanted = ideal.output(data.getFeatures());
    double[] distances = new double[2];
    for (int i = 0; i < 2; i++) {
      int bits = i == 0 ? 16 : 3;
      MultiLayerNetwork network =
          Networks.analog(
              Synapses.ideal(),
              IN_ARRAY,
              DataType.FLOAT,
              ArrayEdges.forward(ReadPath.converters(bits, bits)));
      distances[i] = distance(network.output(data.getFeatures()), wanted);
    }
    assertThat(distances[0]).isLessThan(1e-3);
    assertThat(distances[1]).isGreaterThan(1e-2);
  }

  /** The same input gives the same output, noise or not, until the network is trained on. */
  @Test
  void sameInputSameOutput() {
    MultiLayerNetwork network =
        Networks.analog(Synapses.ideal(), IN_ARRAY, DataType.FLOAT, Networks.REAL_EDGES);
    DataSet data = Networks.data(20, 3, DataType.FLOAT);
    INDArray first = network.output(data.getFeatures()).dup();
    assertThat(network.output(data.getFeatures())).isEqualTo(first);
    assertThat(network.clone().output(data.getFeatures())).isEqualTo(first);
    network.fit(data);
    assertThat(network.output(data.getFeatures())).isNotEqualTo(first);
  }

  /** Fresh draws in every step of training: at rate 0 the score still moves, with noise alone. */
  @Test
  void trainingDrawsAfreshInEveryStep() {
    AnalogSgd still = new AnalogSgd(1e-12, PulseScheme.EXPECTED);
    MultiLayerNetwork noisy =
        Networks.analog(
            Synapses.ideal(),
            still,
            DataType.FLOAT,
            ArrayEdges.forward(ReadPath.IDEAL.withOutputNoise(0.1)));
    MultiLayerNetwork quiet = Networks.analog(Synapses.ideal(), still, DataType.FLOAT);
    DataSet data = Networks.data(20, 3, DataType.FLOAT);
    noisy.fit(data);
    double first = noisy.score();
    noisy.fit(data);
    assertThat(noisy.score()).isNotEqualTo(first);
    quiet.fit(data);
    double exact = quiet.score();
    quiet.fit(data);
    assertThat(quiet.score()).isCloseTo(exact, within(1e-6));
  }

  @Test
  void backwardEdgesNeedGradientsOfTheArray() {
    assertThatThrownBy(
            () ->
                Networks.analog(
                    Synapses.ideal(), new Sgd(0.1), DataType.FLOAT, Networks.REAL_EDGES))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessage(
            "Analogue layer \"layer0\" (index 0) does not support backward edges with the updater Sgd: its gradients are"
                + " digital; make them ideal with ArrayEdges.forward(...), or train with AnalogSgd");
  }
}
