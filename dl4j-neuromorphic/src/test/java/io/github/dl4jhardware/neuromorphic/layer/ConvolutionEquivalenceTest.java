package io.github.dl4jhardware.neuromorphic.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.neuromorphic.quantize.FiringThreshold;
import io.github.dl4jhardware.neuromorphic.quantize.Neuron;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What the layer computes, against the host's convolution and against the definition. */
class ConvolutionEquivalenceTest {
  /** Float weights, no neuron, no normalisation (ε = 0, running mean 0 and variance 1). */
  private static final SpikingOptions HOST =
      SpikingOptions.TRINARY
          .withWeights(null)
          .withNeuron(Neuron.IDENTITY)
          .withEpsilon(0)
          .withStrictInput(false);

  static Stream<Arguments> geometries() {
    List<Arguments> all = new ArrayList<>();
    for (CNN2DFormat format : new CNN2DFormat[] {CNN2DFormat.NCHW, CNN2DFormat.NHWC}) {
      all.add(Arguments.of(format, ConvolutionMode.Truncate, 1, 1, 1, 0));
      all.add(Arguments.of(format, ConvolutionMode.Truncate, 3, 3, 1, 1));
      all.add(Arguments.of(format, ConvolutionMode.Truncate, 2, 2, 2, 0));
      all.add(Arguments.of(format, ConvolutionMode.Truncate, 4, 4, 2, 1));
      all.add(Arguments.of(format, ConvolutionMode.Truncate, 1, 1, 2, 0));
      all.add(Arguments.of(format, ConvolutionMode.Truncate, 1, 1, 1, 1));
      all.add(Arguments.of(format, ConvolutionMode.Truncate, 3, 2, 2, 2));
      all.add(Arguments.of(format, ConvolutionMode.Strict, 2, 1, 1, 0));
      all.add(Arguments.of(format, ConvolutionMode.Same, 3, 3, 1, 0));
      all.add(Arguments.of(format, ConvolutionMode.Same, 2, 4, 2, 0));
      all.add(Arguments.of(format, ConvolutionMode.Same, 3, 2, 3, 0));
    }
    return all.stream();
  }

  private static MultiLayerNetwork ours(
      SpikingOptions options,
      CNN2DFormat format,
      ConvolutionMode mode,
      int kernelHeight,
      int kernelWidth,
      int stride,
      int padding) {
    return SmallNetworks.alone(
        format,
        4,
        new TrinaryConvolutionLayer.Builder(kernelHeight, kernelWidth)
            .stride(stride, stride)
            .padding(padding, padding)
            .convolutionMode(mode)
            .nOut(6)
            .biasInit(0.25)
            .spiking(options)
            .build());
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void oneGroupWithFloatWeightsIsTheHostsLayer(
      CNN2DFormat format, ConvolutionMode mode, int kh, int kw, int stride, int padding) {
    MultiLayerNetwork ours = ours(HOST, format, mode, kh, kw, stride, padding);
    MultiLayerNetwork host =
        SmallNetworks.alone(
            format,
            4,
            new ConvolutionLayer.Builder(kh, kw)
                .stride(stride, stride)
                .padding(padding, padding)
                .convolutionMode(mode)
                .activation(Activation.IDENTITY)
                .nOut(6)
                .build());
    host.setParam("0_W", ours.getParam("0_W"));
    host.setParam("0_b", ours.getParam("0_b"));
    INDArray images =
        SmallNetworks.host(SmallNetworks.normals(1, DataType.FLOAT, 3, 4, 6, 5), format);
    assertClose(ours.output(images), host.output(images), 1e-5);
    assertThat(ours.output(images).shape()).isEqualTo(host.output(images).shape());
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void groupsAreSeparateConvolutions(
      CNN2DFormat format, ConvolutionMode mode, int kh, int kw, int stride, int padding) {
    INDArray images = SmallNetworks.normals(2, DataType.FLOAT, 3, 4, 6, 5);
    MultiLayerNetwork grouped = ours(HOST.withGroups(2), format, mode, kh, kw, stride, padding);
    INDArray together = nchw(grouped.output(SmallNetworks.host(images, format)), format);
    for (int group = 0; group < 2; group++) {
      MultiLayerNetwork alone =
          SmallNetworks.alone(
              format,
              2,
              new TrinaryConvolutionLayer.Builder(kh, kw)
                  .stride(stride, stride)
                  .padding(padding, padding)
                  .convolutionMode(mode)
                  .nOut(3)
                  .biasInit(0.25)
                  .spiking(HOST)
                  .build());
      alone.setParam(
          "0_W", grouped.getParam("0_W").get(NDArrayIndex.interval(3 * group, 3 * group + 3)));
      INDArray part =
          images.get(NDArrayIndex.all(), NDArrayIndex.interval(2 * group, 2 * group + 2));
      assertClose(
          together.get(NDArrayIndex.all(), NDArrayIndex.interval(3 * group, 3 * group + 3)),
          nchw(alone.output(SmallNetworks.host(part, format)), format),
          1e-6);
    }
  }

  /** The definition, in plain loops, with trinary weights and integer thresholds. */
  @ParameterizedTest
  @MethodSource("geometries")
  void inferenceFollowsTheDefinition(
      CNN2DFormat format, ConvolutionMode mode, int kh, int kw, int stride, int padding) {
    MultiLayerNetwork network =
        ours(SpikingOptions.TRINARY.withGroups(2), format, mode, kh, kw, stride, padding);
    network.setParam("0_mean", SmallNetworks.normals(7, DataType.FLOAT, 1, 6));
    network.setParam("0_var", Nd4j.createFromArray(0f, 0.25f, 1, 2, 4, 9).reshape(1, 6));
    INDArray spikes = SmallNetworks.spikes(8, DataType.FLOAT, 3, 4, 6, 5);
    INDArray output = nchw(network.output(SmallNetworks.host(spikes, format)), format);
    SpikingLayer layer = (SpikingLayer) network.getLayer(0);
    INDArray weights = layer.effectiveWeights();
    boolean same = mode == ConvolutionMode.Same;
    int outHeight = (int) output.size(2);
    int outWidth = (int) output.size(3);
    int top = same ? Math.max(0, (outHeight - 1) * stride + kh - 6) / 2 : padding;
    int left = same ? Math.max(0, (outWidth - 1) * stride + kw - 5) / 2 : padding;
    int fired = 0;
    for (int feature = 0; feature < 6; feature++) {
      int threshold =
          FiringThreshold.of(
              network.getParam("0_mean").getDouble(feature),
              network.getParam("0_var").getDouble(feature),
              0.25,
              1e-4,
              2 * kh * kw);
      assertThat(layer.thresholds()[feature]).isEqualTo(threshold);
      for (int example = 0; example < 3; example++) {
        for (int y = 0; y < outHeight; y++) {
          for (int x = 0; x < outWidth; x++) {
            int response = 0;
            for (int c = 0; c < 2; c++) {
              for (int dy = 0; dy < kh; dy++) {
                for (int dx = 0; dx < kw; dx++) {
                  int inY = y * stride + dy - top;
                  int inX = x * stride + dx - left;
                  if (inY >= 0 && inY < 6 && inX >= 0 && inX < 5) {
                    int channel = feature / 3 * 2 + c;
                    response +=
                        (int)
                            (weights.getDouble(feature, c, dy, dx)
                                * spikes.getDouble(example, channel, inY, inX));
                  }
                }
              }
            }
            int wanted = response >= threshold ? 1 : 0;
            fired += wanted;
            assertThat(output.getDouble(example, feature, y, x)).isEqualTo(wanted);
          }
        }
      }
    }
    assertThat(fired).isBetween(1, (int) output.length() - 1);
  }

  /** Negative test of a public trap: there one group convolves with the float kernel. */
  @Test
  void oneGroupUsesTrinaryWeightsToo() {
    MultiLayerNetwork network =
        ours(
            SpikingOptions.TRINARY.withNeuron(Neuron.IDENTITY).withEpsilon(0),
            CNN2DFormat.NCHW,
            ConvolutionMode.Truncate,
            3,
            3,
            1,
            1);
    INDArray spikes = SmallNetworks.spikes(9, DataType.FLOAT, 2, 4, 6, 5);
    INDArray responses = network.output(spikes).sub(0.25);
    assertThat(responses).isEqualTo(Nd4j.math().round(responses));
    assertThat(responses.amaxNumber().doubleValue()).isGreaterThan(1);
  }

  private static INDArray nchw(INDArray array, CNN2DFormat format) {
    return format == CNN2DFormat.NHWC ? array.permute(0, 3, 1, 2).dup('c') : array;
  }

  private static void assertClose(INDArray found, INDArray wanted, double bound) {
    assertThat(found.shape()).isEqualTo(wanted.shape());
    assertThat(found.sub(wanted).amaxNumber().doubleValue()).isCloseTo(0, within(bound));
    assertThat(wanted.amaxNumber().doubleValue()).isGreaterThan(0.1);
  }
}
