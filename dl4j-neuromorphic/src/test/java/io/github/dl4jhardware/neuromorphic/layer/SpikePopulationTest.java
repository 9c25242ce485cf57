package io.github.dl4jhardware.neuromorphic.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

class SpikePopulationTest {
  /** Seven features for three classes: uneven populations, each class the mean of its own. */
  @ParameterizedTest
  @EnumSource(CNN2DFormat.class)
  void outputIsTheSoftmaxOfTheMeans(CNN2DFormat format) {
    MultiLayerNetwork network =
        SmallNetworks.images(
            DataType.DOUBLE,
            format,
            7,
            new NoOp(),
            new SpikePopulationOutputLayer.Builder().nOut(3).sharpness(4).build());
    INDArray spikes = SmallNetworks.spikes(3, DataType.DOUBLE, 5, 7, 6, 5);
    INDArray output = network.output(SmallNetworks.host(spikes, format));
    assertThat(output.shape()).containsExactly(5, 3);
    for (int example = 0; example < 5; example++) {
      double[] scores = new double[3];
      for (int feature = 0; feature < 7; feature++) {
        double rate = spikes.slice(example).slice(feature).meanNumber().doubleValue();
        scores[feature % 3] += rate / (feature % 3 == 0 ? 3 : 2);
      }
      double sum = 0;
      for (double score : scores) {
        sum += Math.exp(4 * score);
      }
      for (int c = 0; c < 3; c++) {
        assertThat(output.getDouble(example, c))
            .isCloseTo(Math.exp(4 * scores[c]) / sum, within(1e-12));
      }
    }
  }

  @Test
  void refusesWhatIsNoPopulation() {
    assertThatThrownBy(
            () ->
                SmallNetworks.images(
                    DataType.FLOAT,
                    CNN2DFormat.NCHW,
                    2,
                    new NoOp(),
                    new SpikePopulationOutputLayer.Builder().name("out").nOut(3).build()))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("\"out\"")
        .hasMessageContaining("2 input features for 3 classes");
    assertThatThrownBy(() -> new SpikePopulationOutputLayer.Builder().build())
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("nOut is 0");
    assertThatThrownBy(
            () -> new SpikePopulationOutputLayer.Builder().nOut(2).sharpness(Double.NaN).build())
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("sharpness is NaN");
  }
}
