package io.github.dl4jhardware.neuromorphic.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.neuromorphic.quantize.Neuron;
import io.github.dl4jhardware.neuromorphic.quantize.TrinaryRule;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Finite differences through the smooth twin: the triangle's integral in the place of the spike and
 * float weights in that of trinary ones, all else as it is. The penalty is large enough to be seen.
 */
class GradientTest {
  private static final SpikingOptions TWIN =
      SpikingOptions.TRINARY
          .withWeights(null)
          .withNeuron(Neuron.SMOOTH)
          .withStrictInput(false)
          .withSparsityPenalty(0.3);

  private static final int EXAMPLES = 5;

  @BeforeAll
  static void checkInDoublePrecision() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
  }

  @AfterAll
  static void restoreDefault() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  static Stream<Arguments> convolutions() {
    return Stream.of(CNN2DFormat.NCHW, CNN2DFormat.NHWC)
        .flatMap(
            format ->
                Stream.of(1, 2, 4)
                    .flatMap(
                        groups ->
                            Stream.of(
                                Arguments.of(format, groups, ConvolutionMode.Truncate, 3, 1, 1),
                                Arguments.of(format, groups, ConvolutionMode.Same, 2, 2, 0),
                                Arguments.of(format, groups, ConvolutionMode.Truncate, 1, 1, 0))));
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolution(
      CNN2DFormat format, int groups, ConvolutionMode mode, int kernel, int stride, int padding) {
    MultiLayerNetwork network =
        SmallNetworks.images(
            DataType.DOUBLE,
            format,
            2,
            new NoOp(),
            new TransductionLayer.Builder(2, 3)
                .nOut(4)
                .spiking(
                    SpikingOptions.TRANSDUCTION.withNeuron(Neuron.SMOOTH).withSparsityPenalty(0.3))
                .build(),
            new TrinaryConvolutionLayer.Builder(kernel, kernel)
                .stride(stride, stride)
                .padding(padding, padding)
                .convolutionMode(mode)
                .nOut(8)
                .spiking(TWIN.withGroups(groups))
                .build(),
            new SpikePopulationOutputLayer.Builder().nOut(3).build());
    INDArray images =
        SmallNetworks.host(
            SmallNetworks.normals(
                3, DataType.DOUBLE, EXAMPLES, 2, SmallNetworks.HEIGHT, SmallNetworks.WIDTH),
            format);
    check(network, images, 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void dense(int groups) {
    MultiLayerNetwork network =
        SmallNetworks.network(
            DataType.DOUBLE,
            InputType.feedForward(6),
            new NoOp(),
            new TrinaryDenseLayer.Builder().nOut(6).spiking(TWIN.withGroups(groups)).build(),
            new TrinaryDenseLayer.Builder().nOut(7).hasBias(false).spiking(TWIN).build(),
            new SpikePopulationOutputLayer.Builder().nOut(3).build());
    check(network, SmallNetworks.normals(4, DataType.DOUBLE, EXAMPLES, 6), 3);
  }

  private static void check(MultiLayerNetwork network, INDArray input, int classes) {
    boolean passes =
        GradientCheckUtil.checkGradients(
            new GradientCheckUtil.MLNConfig()
                .net(network)
                .input(input)
                .labels(SmallNetworks.oneHot(DataType.DOUBLE, (int) input.size(0), classes))
                // Training normalises with the batch's own statistics.
                .excludeParams(Set.of("0_mean", "0_var", "1_mean", "1_var"))
                .minAbsoluteError(1e-7));
    assertThat(passes).isTrue();
  }

  /** The trinary layer's gradient is the twin's, at trinary weights, with the surrogate slope. */
  @Test
  void straightThroughGradientIsThatOfTheTwinAtTrinaryWeights() {
    MultiLayerNetwork trinary = pair(TrinaryRule.EEDN);
    MultiLayerNetwork twin = pair(null);
    SpikingLayer layer = (SpikingLayer) trinary.getLayer(1);
    twin.setParam("0_W", trinary.getParam("0_W"));
    twin.setParam("1_W", layer.effectiveWeights());
    DataSet batch =
        new DataSet(
            SmallNetworks.normals(6, DataType.DOUBLE, 9, 2, 6, 5),
            SmallNetworks.oneHot(DataType.DOUBLE, 9, 3));
    for (MultiLayerNetwork network : new MultiLayerNetwork[] {trinary, twin}) {
      network.setInput(batch.getFeatures());
      network.setLabels(batch.getLabels());
      network.computeGradientAndScore();
    }
    for (String param : new String[] {"0_W", "0_b", "1_W", "1_b"}) {
      assertThat(trinary.gradient().getGradientFor(param).amaxNumber().doubleValue()).isPositive();
      double difference =
          trinary
              .gradient()
              .getGradientFor(param)
              .sub(twin.gradient().getGradientFor(param))
              .amaxNumber()
              .doubleValue();
      assertThat(difference).as(param).isCloseTo(0, within(1e-12));
    }
    assertThat(trinary.score()).isCloseTo(twin.score(), within(1e-12));
  }

  private static MultiLayerNetwork pair(@Nullable TrinaryRule rule) {
    return SmallNetworks.images(
        DataType.DOUBLE,
        CNN2DFormat.NCHW,
        2,
        new Sgd(1),
        new TransductionLayer.Builder(2, 2).nOut(4).build(),
        new TrinaryConvolutionLayer.Builder(2, 2)
            .nOut(6)
            .spiking(SpikingOptions.TRINARY.withGroups(2).withWeights(rule))
            .build(),
        new SpikePopulationOutputLayer.Builder().nOut(3).build());
  }
}
