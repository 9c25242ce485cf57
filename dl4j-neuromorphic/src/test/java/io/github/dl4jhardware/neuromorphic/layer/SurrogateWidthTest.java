package io.github.dl4jhardware.neuromorphic.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.neuromorphic.quantize.Neuron;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The width of the triangle that stands for a spike's derivative. */
class SurrogateWidthTest {
  private static final LayerWorkspaceMgr NONE = LayerWorkspaceMgr.noWorkspaces();
  private static final int EXAMPLES = 9;
  private static final int CHANNELS = 2;

  private static MultiLayerNetwork layer(int kernel, Neuron neuron, double width) {
    return SmallNetworks.alone(
        CNN2DFormat.NCHW,
        CHANNELS,
        new TrinaryConvolutionLayer.Builder(kernel, kernel)
            .nOut(6)
            .spiking(
                SpikingOptions.TRINARY
                    .withNeuron(neuron)
                    .withSparsityPenalty(0)
                    .withSurrogateWidth(width))
            .build());
  }

  /**
   * The oracle is the layer whose neuron is the response itself, whose errors are multiplied by the
   * triangle outside: its backward pass has no triangle. Kernels of 1 take the way by tables, those
   * of 5 the other.
   */
  @ParameterizedTest
  @CsvSource({"1, 0.5", "1, 1", "1, 2", "5, 0.5", "5, 1", "5, 2"})
  void slopeIsTheTriangle(int kernel, double width) {
    MultiLayerNetwork spiking = layer(kernel, Neuron.SPIKE, width);
    MultiLayerNetwork linear = layer(kernel, Neuron.IDENTITY, 1);
    linear.setParams(spiking.params());
    spiking.initGradientsView();
    linear.initGradientsView();
    long[] shape = {EXAMPLES, CHANNELS, SmallNetworks.HEIGHT, SmallNetworks.WIDTH};
    INDArray input = SmallNetworks.spikes(5, DataType.FLOAT, shape);
    spiking.getLayer(0).setInput(input, NONE);
    linear.getLayer(0).setInput(input, NONE);
    INDArray spikes = spiking.getLayer(0).activate(true, NONE);
    INDArray responses = linear.getLayer(0).activate(true, NONE).dup();
    INDArray errors = SmallNetworks.normals(6, DataType.FLOAT, spikes.shape());
    INDArray triangle =
        Transforms.max(Transforms.abs(responses, true).divi(-width).addi(1), 0, false);
    assertThat(triangle.gt(0).castTo(DataType.FLOAT).meanNumber().doubleValue())
        .isBetween(0.05, 1.0);
    Pair<Gradient, INDArray> found = backward(spiking.getLayer(0), errors);
    Pair<Gradient, INDArray> expected = backward(linear.getLayer(0), errors.mul(triangle));
    for (String param : new String[] {"W", "b"}) {
      near(
          found.getFirst().getGradientFor(param), expected.getFirst().getGradientFor(param), param);
    }
    near(found.getSecond(), expected.getSecond(), "errors");
  }

  private static Pair<Gradient, INDArray> backward(Layer layer, INDArray errors) {
    return layer.backpropGradient(errors.dup(), NONE);
  }

  private static void near(INDArray found, INDArray expected, String what) {
    double most = expected.amaxNumber().doubleValue();
    assertThat(most).as(what).isPositive();
    assertThat(found.sub(expected).amaxNumber().doubleValue()).as(what).isLessThan(1e-5 * most);
  }

  /** A configuration of before has none, and means 1; one of 1 is as it was. */
  @Test
  void isSaidWhereItIsNotOne() {
    for (double width : new double[] {1, 2}) {
      MultiLayerConfiguration configuration =
          layer(1, Neuron.SPIKE, width).getLayerWiseConfigurations();
      String json = configuration.toJson();
      assertThat(json.contains("surrogateWidth")).isEqualTo(width != 1);
      assertThat(MultiLayerConfiguration.fromJson(json)).isEqualTo(configuration);
    }
    assertThat(layer(1, Neuron.SPIKE, 1).getLayerWiseConfigurations())
        .isNotEqualTo(layer(1, Neuron.SPIKE, 2).getLayerWiseConfigurations());
  }

  @Test
  void refusesWhatIsNoWidth() {
    for (double wrong : new double[] {0, -1, Double.NaN, 2e6}) {
      assertThatThrownBy(() -> SpikingOptions.TRINARY.withSurrogateWidth(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("surrogateWidth must be a number above 0");
    }
    assertThatThrownBy(() -> SpikingOptions.TRINARY.withNeuron(Neuron.SMOOTH).withSurrogateWidth(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of spikes alone");
  }
}
