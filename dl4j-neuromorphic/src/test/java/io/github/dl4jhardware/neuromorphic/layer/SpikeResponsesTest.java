package io.github.dl4jhardware.neuromorphic.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jhardware.neuromorphic.quantize.Neuron;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Counted bits and sums without products (FLOAT) against matrix products of the same weights and
 * spikes (DOUBLE), for networks drawn at random.
 */
class SpikeResponsesTest {
  private static final LayerWorkspaceMgr PLAIN = LayerWorkspaceMgr.noWorkspaces();

  /** A layer and a batch, the same in both types. */
  private record Drawn(
      TrinaryConvolutionLayer layer, CNN2DFormat format, int channels, INDArray spikes, long seed) {
    static Drawn of(long seed, Neuron neuron) {
      SplittableRandom random = new SplittableRandom(seed);
      int groups = 1 << random.nextInt(3);
      int kernel = 1 + random.nextInt(3);
      // Up to 4 words of a patch, with taps that go over the end of a word.
      int inputs = 1 + random.nextInt(128 / (kernel * kernel));
      int outputs = 1 + random.nextInt(20);
      CNN2DFormat format = random.nextBoolean() ? CNN2DFormat.NCHW : CNN2DFormat.NHWC;
      int examples = 1 + random.nextInt(random.nextBoolean() ? 3 : 70);
      TrinaryConvolutionLayer layer =
          new TrinaryConvolutionLayer.Builder(kernel, kernel)
              .stride(1 + random.nextInt(2), 1 + random.nextInt(2))
              .padding(random.nextInt(2), random.nextInt(2))
              .nOut(groups * outputs)
              .biasInit(0.25)
              .spiking(
                  SpikingOptions.TRINARY
                      .withGroups(groups)
                      .withNeuron(neuron)
                      .withSparsityPenalty(random.nextBoolean() ? 0 : 0.5))
              .build();
      int channels = groups * inputs;
      INDArray spikes =
          format == CNN2DFormat.NCHW
              ? SmallNetworks.spikes(
                  seed,
                  DataType.DOUBLE,
                  examples,
                  channels,
                  SmallNetworks.HEIGHT,
                  SmallNetworks.WIDTH)
              : SmallNetworks.spikes(
                  seed,
                  DataType.DOUBLE,
                  examples,
                  SmallNetworks.HEIGHT,
                  SmallNetworks.WIDTH,
                  channels);
      return new Drawn(layer, format, channels, spikes, seed);
    }

    Result run(DataType type) {
      MultiLayerNetwork network =
          SmallNetworks.images(type, format, channels, new NoOp(), layer.clone());
      network.initGradientsView();
      INDArray hidden =
          SmallNetworks.normals(seed, DataType.DOUBLE, network.getLayer(0).getParam("W").shape());
      network.getLayer(0).setParam("W", hidden.muli(0.6).castTo(type));
      Layer own = network.getLayer(0);
      own.setInput(spikes.castTo(type), PLAIN);
      INDArray silent = own.activate(false, PLAIN).dup().castTo(DataType.DOUBLE);
      own.setInput(spikes.castTo(type), PLAIN);
      INDArray output = own.activate(true, PLAIN).dup();
      INDArray epsilon = SmallNetworks.normals(seed, type, output.shape());
      Pair<Gradient, INDArray> back = own.backpropGradient(epsilon, PLAIN);
      return new Result(
          silent,
          output.castTo(DataType.DOUBLE),
          back.getFirst().getGradientFor("W").dup().castTo(DataType.DOUBLE),
          back.getFirst().getGradientFor("b").dup().castTo(DataType.DOUBLE),
          back.getSecond().dup().castTo(DataType.DOUBLE));
    }
  }

  private record Result(
      INDArray inference, INDArray training, INDArray weights, INDArray bias, INDArray inputs) {}

  /** Relative to the largest value: single precision, sums of up to 2,100 values. */
  private static void close(INDArray actual, INDArray expected, String what) {
    double scale = expected.amaxNumber().doubleValue() + 1e-9;
    assertThat(actual.sub(expected).amaxNumber().doubleValue() / scale).as(what).isLessThan(2e-5);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void spikesAndGradientsAreThoseOfMatrixProducts(int hundred) {
    for (int i = 0; i < 12; i++) {
      long seed = 100L * hundred + i;
      Drawn drawn = Drawn.of(seed, i % 3 == 0 ? Neuron.IDENTITY : Neuron.SPIKE);
      Result bits = drawn.run(DataType.FLOAT);
      Result products = drawn.run(DataType.DOUBLE);
      String what = "seed " + seed;
      if (i % 3 != 0) {
        assertThat(bits.inference).as(what).isEqualTo(products.inference);
        assertThat(bits.training).as(what).isEqualTo(products.training);
      }
      close(bits.training, products.training, what + ", activations");
      close(bits.weights, products.weights, what + ", dL/dw");
      close(bits.bias, products.bias, what + ", dL/db");
      close(bits.inputs, products.inputs, what + ", dL/dx");
    }
  }

  @Test
  void threadsDoNotChangeABit() throws Exception {
    for (long seed = 1000; seed < 1010; seed++) {
      Drawn drawn = Drawn.of(seed, Neuron.SPIKE);
      ForkJoinPool one = new ForkJoinPool(1);
      ForkJoinPool three = new ForkJoinPool(3);
      try {
        Result alone = one.submit(() -> drawn.run(DataType.FLOAT)).get();
        Result shared = three.submit(() -> drawn.run(DataType.FLOAT)).get();
        assertThat(shared).isEqualTo(alone);
      } finally {
        one.shutdown();
        three.shutdown();
      }
    }
  }

  /** It must not make neurons silent for ever, which no score would tell. */
  @Test
  void aBiasThatIsNotANumberMakesNoSpikes() {
    Drawn drawn = Drawn.of(3, Neuron.SPIKE);
    MultiLayerNetwork network =
        SmallNetworks.images(
            DataType.FLOAT, drawn.format, drawn.channels, new NoOp(), drawn.layer.clone());
    Layer own = network.getLayer(0);
    own.getParam("b").putScalar(0, Double.NaN);
    own.setInput(drawn.spikes.castTo(DataType.FLOAT), PLAIN);
    assertThat(own.activate(true, PLAIN).sumNumber().doubleValue()).isNaN();
  }
}
