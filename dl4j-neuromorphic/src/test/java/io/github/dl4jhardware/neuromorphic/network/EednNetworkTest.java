package io.github.dl4jhardware.neuromorphic.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Nesterovs;

class EednNetworkTest {
  private static final InputTypeConvolutional CIFAR =
      (InputTypeConvolutional) InputType.convolutional(32, 32, 3);

  @Test
  void oneChipIsThePublishedNetwork() {
    assertThat(EednNetworks.oneChip().trinaryWeights(3)).isEqualTo(1_248_384);
    assertThat(EednNetworks.oneChip().positions(CIFAR)).isEqualTo(38_436_864);
    EednNetwork ten = EednNetworks.oneChip(10);
    assertThat(ten.stages().get(14).features()).isEqualTo(2040);
    assertThat(ten.trinaryWeights(3)).isEqualTo(1_247_360);
    assertThat(ten.positions(CIFAR)).isEqualTo(38_432_768);
  }

  @Test
  void quarterNetwork() {
    EednNetwork quarter = EednNetworks.quarter(10);
    assertThat(quarter)
        .hasToString(
            "T-12, P4-64(2), N-64(1), P2-64(2), S-128(8), N-128(1), N-128(1), N-128(1), P2-128(4),"
                + " S-256(16), N-256(2), P2-256(8), N-256(2), N-256(2), N-510(2)");
    assertThat(quarter.trinaryWeights(1)).isEqualTo(307_968);
    assertThat(quarter.positions((InputTypeConvolutional) InputType.convolutional(32, 32, 1)))
        .isEqualTo(8_616_960);
  }

  /** The sizes that the host finds, beside our own count. */
  @Test
  void configurationHasTheSizesOfTheTable() {
    MultiLayerConfiguration configuration =
        EednNetworks.oneChip(10).configuration(CIFAR, 10, 10, 1);
    int[] features = {
      12, 252, 256, 256, 512, 512, 512, 512, 512, 1024, 1024, 1024, 1024, 1024, 2040
    };
    int[] sides = {32, 16, 16, 8, 8, 8, 8, 8, 4, 4, 4, 2, 2, 2, 2};
    InputType type = CIFAR;
    for (int layer = 0; layer < features.length; layer++) {
      FeedForwardLayer conf = (FeedForwardLayer) configuration.getConf(layer).getLayer();
      type = conf.getOutputType(layer, type);
      InputTypeConvolutional images = (InputTypeConvolutional) type;
      assertThat(new long[] {images.getChannels(), images.getHeight(), images.getWidth()})
          .as(conf.getLayerName())
          .containsExactly(features[layer], sides[layer], sides[layer]);
    }
    assertThat(MultiLayerConfiguration.fromJson(configuration.toJson())).isEqualTo(configuration);
  }

  @Test
  void notationRoundTrips() {
    String text = EednNetworks.oneChip().toString();
    assertThat(EednNetwork.parse(text)).isEqualTo(EednNetworks.oneChip()).hasToString(text);
    assertThat(EednNetwork.parse(" T-12,P4-252( 2)".replace(" 2", "2")).toString())
        .isEqualTo("T-12, P4-252(2)");
    assertThat(EednNetwork.parse("S-8, N-8")).hasToString("S-8(1), N-8(1)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "T-12, X-4(2) | Layer 1 of the network: \"X-4(2)\": there is no kind X",
        "T-12, N4(2) | Layer 1 of the network: \"N4(2)\" is no layer",
        "T-12, N-0(2) | features and groups must be at least 1",
        "T-12(2) | a transduction layer has one group",
        "N-12(2), T-4 | only the first layer",
        "T-12, | Layer 1 of the network: \"\" is no layer",
        "N-99999999 | is no layer",
      })
  void refusesWhatIsNoNotation(String notation, String message) {
    assertThatThrownBy(() -> EednNetwork.parse(notation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesWhatDoesNotFitACore() {
    assertThatThrownBy(
            () -> EednNetwork.parse("T-16, S-64(1), N-64").configuration(CIFAR, 10, 1, 1))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("\"1 S-64(1)\"")
        .hasMessageContaining("144 inputs per neuron")
        .hasMessageContaining("at most 128")
        .hasMessageContaining("smallest legal number of groups is 2");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 2049})
  void refusesClassesThatTheOutputsDoNotReachFor(int classes) {
    assertThatThrownBy(() -> EednNetworks.oneChip(classes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(classes + " classes");
  }

  @Test
  void learningRateFallsInSteps() {
    Nesterovs updater = (Nesterovs) EednNetworks.updater(10);
    double[] rates = new double[10];
    for (int epoch = 0; epoch < 10; epoch++) {
      rates[epoch] = updater.getLearningRate(0, epoch);
    }
    assertThat(rates).containsExactly(20, 20, 20, 20, 20, 20, 2, 2, 2, 0.2);
    assertThat(updater.getMomentum()).isEqualTo(0.9);
  }
}
