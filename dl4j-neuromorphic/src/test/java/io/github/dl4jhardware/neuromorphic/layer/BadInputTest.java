package io.github.dl4jhardware.neuromorphic.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jhardware.neuromorphic.quantize.Neuron;
import io.github.dl4jhardware.neuromorphic.quantize.TrinaryRule;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

/** Bad configurations and bad data are refused by name, with the way out. */
class BadInputTest {
  private static TrinaryConvolutionLayer.Builder convolution() {
    return new TrinaryConvolutionLayer.Builder(3, 3).name("conv").nOut(8);
  }

  @Test
  void tooManyInputsForACore() {
    assertThatThrownBy(() -> convolution().nIn(16).build())
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("\"conv\"")
        .hasMessageContaining("144 inputs per neuron")
        .hasMessageContaining("at most 128")
        .hasMessageContaining("smallest legal number of groups is 2");
    assertThatThrownBy(() -> new TrinaryDenseLayer.Builder().name("d").nIn(131).nOut(10).build())
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("131 inputs per neuron")
        .hasMessageContaining("no number of groups is legal");
    // At the limit, and off the chip, there is nothing to refuse.
    assertThat(convolution().kernelSize(4, 4).nIn(8).build()).isNotNull();
    assertThat(new TransductionLayer.Builder(9, 9).nIn(16).nOut(8).build()).isNotNull();
    assertThat(convolution().nIn(16).spiking(SpikingOptions.TRINARY.withWeights(null)).build())
        .isNotNull();
  }

  @Test
  void groupsThatDoNotDivide() {
    assertThatThrownBy(() -> convolution().nIn(6).groups(4).build())
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("4 groups do not divide 6 input and 8 output features")
        .hasMessageContaining("smallest legal number of groups is 1");
    // nIn comes from the input type.
    assertThatThrownBy(
            () -> SmallNetworks.alone(CNN2DFormat.NCHW, 6, convolution().groups(4).build()))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("do not divide 6 input");
  }

  @Test
  void settingsThatNoCoreHas() {
    assertThatThrownBy(() -> convolution().nIn(4).dilation(2, 2).build())
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("dilation is [2, 2]");
    assertThatThrownBy(
            () ->
                SmallNetworks.alone(
                    CNN2DFormat.NCHW, 4, convolution().weightNoise(new DropConnect(0.5)).build()))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("weight noise");
    assertThatThrownBy(
            () ->
                SmallNetworks.alone(
                    CNN2DFormat.NCHW,
                    4,
                    convolution()
                        .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                        .build()))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("gradient normalisation ClipL2PerLayer");
    assertThatThrownBy(
            () -> SmallNetworks.alone(CNN2DFormat.NCHW, 4, convolution().dropOut(0.5).build()))
        .isInstanceOf(DL4JInvalidConfigException.class)
        .hasMessageContaining("dropout");
    assertThatThrownBy(() -> convolution().groups(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("groups must be at least 1");
    assertThatThrownBy(() -> convolution().sparsityPenalty(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sparsityPenalty");
    assertThatThrownBy(() -> convolution().hysteresis(0.6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hysteresis");
  }

  @Test
  void imagesOfAnotherShape() {
    MultiLayerNetwork network = SmallNetworks.alone(CNN2DFormat.NCHW, 4, convolution().build());
    for (long[] shape : new long[][] {{2, 3, 6, 5}, {2, 4}, {2, 6, 5, 4}}) {
      assertThatThrownBy(() -> network.output(Nd4j.zeros(DataType.FLOAT, shape)))
          .isInstanceOf(DL4JInvalidInputException.class)
          .hasMessageContaining("\"conv\" (index 0)")
          .hasMessageContaining("must have [examples, 4, height, width]");
    }
    assertThatThrownBy(() -> network.output(Nd4j.zeros(DataType.FLOAT, 2, 4, 2, 5)))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContaining("images of 2×5")
        .hasMessageContaining("smaller than the kernel of 3×3");
    MultiLayerNetwork strict =
        SmallNetworks.alone(
            CNN2DFormat.NCHW,
            4,
            convolution().kernelSize(2, 1).convolutionMode(ConvolutionMode.Strict).build());
    assertThat(strict.output(Nd4j.zeros(DataType.FLOAT, 1, 4, 6, 5))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 2, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void graduatedInputWhereSpikesAreRequired(double value) {
    MultiLayerNetwork network = SmallNetworks.alone(CNN2DFormat.NCHW, 4, convolution().build());
    INDArray input = SmallNetworks.spikes(1, DataType.FLOAT, 2, 4, 6, 5);
    input.putScalar(new int[] {1, 2, 3, 4}, value);
    assertThatThrownBy(() -> network.output(input))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContaining("\"conv\" (index 0)")
        .hasMessageContaining("example 1, feature 2, row 3, column 4")
        .hasMessageContaining(String.valueOf(value))
        .hasMessageContaining("TransductionLayer");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY})
  void pixelsThatAreNoNumbers(double value) {
    MultiLayerNetwork network =
        SmallNetworks.alone(
            CNN2DFormat.NHWC, 3, new TransductionLayer.Builder(3, 3).name("eye").nOut(4).build());
    INDArray input = SmallNetworks.normals(1, DataType.FLOAT, 2, 6, 5, 3);
    assertThat(network.output(input)).isNotNull();
    input.putScalar(new int[] {1, 5, 2, 0}, value);
    assertThatThrownBy(() -> network.output(input))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContaining("\"eye\" (index 0)")
        .hasMessageContaining("example 1, feature 0, row 5, column 2")
        .hasMessageContaining("must be finite");
  }

  /** Without the strict mode a layer takes what it is given. */
  @Test
  void anyInputWhereItIsAllowed() {
    SpikingOptions lenient = SpikingOptions.TRINARY.withStrictInput(false);
    MultiLayerNetwork network =
        SmallNetworks.alone(CNN2DFormat.NCHW, 4, convolution().spiking(lenient).build());
    INDArray output = network.output(SmallNetworks.normals(1, DataType.FLOAT, 2, 4, 6, 5));
    assertThat(output.mul(output)).isEqualTo(output);
    assertThat(lenient.weights()).isEqualTo(TrinaryRule.EEDN);
    assertThat(lenient.neuron()).isEqualTo(Neuron.SPIKE);
  }

  @Test
  void labelsOutsideTheClasses() {
    MultiLayerNetwork network =
        SmallNetworks.images(
            DataType.FLOAT,
            CNN2DFormat.NCHW,
            4,
            new Sgd(1),
            convolution().build(),
            new SpikePopulationOutputLayer.Builder().name("classes").nOut(4).build());
    INDArray input = SmallNetworks.spikes(1, DataType.FLOAT, 2, 4, 6, 5);
    assertThatThrownBy(
            () -> network.fit(new DataSet(input, SmallNetworks.oneHot(DataType.FLOAT, 2, 5))))
        .isInstanceOf(DL4JInvalidInputException.class)
        .hasMessageContaining("\"classes\"")
        .hasMessageContaining("[2, 5]")
        .hasMessageContaining("[examples, 4]");
  }

  @Test
  void masksAreRefused() {
    MultiLayerNetwork network =
        SmallNetworks.images(
            DataType.FLOAT,
            CNN2DFormat.NCHW,
            4,
            new NoOp(),
            convolution().build(),
            new SpikePopulationOutputLayer.Builder().nOut(4).build());
    INDArray input = SmallNetworks.spikes(1, DataType.FLOAT, 2, 4, 6, 5);
    assertThatThrownBy(
            () ->
                network.fit(
                    new DataSet(
                        input,
                        SmallNetworks.oneHot(DataType.FLOAT, 2, 4),
                        Nd4j.ones(DataType.FLOAT, 2, 1, 6, 5),
                        null)))
        .hasMessageContaining("does not support masks");
  }
}
