package io.github.dl4jhardware.neuromorphic.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;

/** Hidden and trinary weights, running statistics, and what a step does to them. */
class TrinaryStateTest {
  @TempDir private Path directory;

  private static MultiLayerNetwork dense() {
    return SmallNetworks.network(
        DataType.FLOAT,
        InputType.feedForward(1),
        new NoOp(),
        new TrinaryDenseLayer.Builder().nOut(1).build());
  }

  private static double weight(MultiLayerNetwork network) {
    return ((SpikingLayer) network.getLayer(0)).effectiveWeights().getDouble(0);
  }

  private static void set(MultiLayerNetwork network, double hidden) {
    network.setParam("0_W", Nd4j.create(new double[][] {{hidden}}).castTo(DataType.FLOAT));
  }

  @Test
  void weightGoesUpBackToZeroAndDown() {
    MultiLayerNetwork network = dense();
    double[] hidden = {0.1, 0.55, 0.65, 0.45, 0.3, 0.5, -0.5, -0.7, -0.41, 0.2};
    double[] wanted = {0, 0, 1, 1, 0, 0, 0, -1, -1, 0};
    for (int i = 0; i < hidden.length; i++) {
      set(network, hidden[i]);
      assertThat(weight(network)).as("at %s", hidden[i]).isEqualTo(wanted[i]);
    }
  }

  @Test
  void deadBandSurvivesSaveAndLoad() throws Exception {
    for (double former : new double[] {0, 1, -1}) {
      MultiLayerNetwork network = dense();
      set(network, former);
      set(network, 0.5);
      assertThat(weight(network)).isEqualTo(former);
      File zip = directory.resolve("model.zip").toFile();
      ModelSerializer.writeModel(network, zip, true);
      assertThat(weight(ModelSerializer.restoreMultiLayerNetwork(zip, true))).isEqualTo(former);
      assertThat(weight(network.clone())).isEqualTo(former);
    }
  }

  private static MultiLayerNetwork images(DataType type) {
    return SmallNetworks.images(
        type,
        CNN2DFormat.NCHW,
        2,
        new Adam(0.05),
        new TransductionLayer.Builder(3, 3).padding(1, 1).nOut(8).build(),
        new TrinaryConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(16).groups(2).build(),
        new TrinaryConvolutionLayer.Builder(2, 2).stride(2, 2).nOut(12).groups(4).build(),
        new SpikePopulationOutputLayer.Builder().nOut(3).sharpness(5).build());
  }

  private static DataSet batch(long seed, DataType type) {
    return new DataSet(
        SmallNetworks.normals(seed, type, 7, 2, 6, 5), SmallNetworks.oneHot(type, 7, 3));
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void stepsKeepHiddenWeightsBoundedAndStateTrinary(DataType type) {
    MultiLayerNetwork network = images(type);
    SpikingLayer layer = (SpikingLayer) network.getLayer(1);
    boolean flipped = false;
    INDArray last = layer.effectiveWeights();
    for (int step = 0; step < 40; step++) {
      network.fit(batch(step, type));
      // T holds what the step computed with; the next step computes with the rule of W and T.
      assertThat(network.getParam("1_T")).isEqualTo(last);
      last = layer.effectiveWeights();
      INDArray formers = network.getParam("1_T");
      INDArray hidden = network.getParam("1_W");
      assertThat(hidden.amaxNumber().doubleValue()).isLessThanOrEqualTo(1);
      for (long i = 0; i < last.length(); i++) {
        double w = hidden.getDouble(i);
        double wanted =
            Math.abs(w) >= 0.6 ? Math.signum(w) : Math.abs(w) <= 0.4 ? 0 : formers.getDouble(i);
        if (Math.abs(Math.abs(w) - 0.5) < 0.0999 || Math.abs(Math.abs(w) - 0.5) > 0.1001) {
          assertThat(last.getDouble(i)).isEqualTo(wanted);
        }
      }
      flipped |= step > 1 && layer.flipRatio() > 0;
      assertThat(layer.firingRate()).isBetween(0.05, 0.95);
    }
    assertThat(flipped).isTrue();
  }

  @Test
  void runningStatisticsFollowTheBatches() {
    MultiLayerNetwork network =
        SmallNetworks.network(
            DataType.DOUBLE,
            InputType.feedForward(4),
            new NoOp(),
            new TrinaryDenseLayer.Builder().nOut(6).build(),
            new SpikePopulationOutputLayer.Builder().nOut(3).build());
    INDArray weights = ((SpikingLayer) network.getLayer(0)).effectiveWeights();
    double[] mean = new double[6];
    double[] variance = {1, 1, 1, 1, 1, 1};
    for (int step = 0; step < 5; step++) {
      INDArray spikes = SmallNetworks.spikes(step, DataType.DOUBLE, 9, 4);
      network.fit(new DataSet(spikes, SmallNetworks.oneHot(DataType.DOUBLE, 9, 3)));
      INDArray responses = spikes.mmul(weights.transpose());
      for (int feature = 0; feature < 6; feature++) {
        double own = responses.getColumn(feature).meanNumber().doubleValue();
        double squares = responses.getColumn(feature).sub(own).norm2Number().doubleValue();
        mean[feature] = 0.9 * mean[feature] + 0.1 * own;
        variance[feature] = 0.9 * variance[feature] + 0.1 * squares * squares / 9;
        assertThat(network.getParam("0_mean").getDouble(feature))
            .isCloseTo(mean[feature], within(1e-12));
        assertThat(network.getParam("0_var").getDouble(feature))
            .isCloseTo(variance[feature], within(1e-12));
      }
    }
  }

  /** Gradient, score and inference alone change nothing. */
  @Test
  void onlyAStepChangesState() {
    MultiLayerNetwork network = images(DataType.FLOAT);
    network.fit(batch(1, DataType.FLOAT));
    INDArray before = network.params().dup();
    DataSet next = batch(2, DataType.FLOAT);
    network.setInput(next.getFeatures());
    network.setLabels(next.getLabels());
    network.computeGradientAndScore();
    network.output(next.getFeatures());
    network.score(next);
    assertThat(network.params()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void oneThreadIsTwoThreads(DataType type) throws Exception {
    INDArray[] results = new INDArray[3];
    for (int threads = 1; threads <= 3; threads++) {
      ForkJoinPool pool = new ForkJoinPool(threads);
      try {
        MultiLayerNetwork network = images(type);
        pool.submit(
                () -> {
                  for (int step = 0; step < 10; step++) {
                    network.fit(batch(step, type));
                  }
                })
            .get();
        results[threads - 1] = network.params().dup();
      } finally {
        pool.shutdown();
      }
    }
    assertThat(results[1].sub(results[0]).amaxNumber().doubleValue()).isZero();
    assertThat(results[2].sub(results[0]).amaxNumber().doubleValue()).isZero();
  }

  @Test
  void averagedWeightsAreNoticed() {
    MultiLayerNetwork network = images(DataType.FLOAT);
    network.fit(batch(1, DataType.FLOAT));
    network.getParam("1_T").putScalar(5, 0.5);
    assertThatThrownBy(() -> network.output(batch(1, DataType.FLOAT).getFeatures()))
        .hasMessageContaining("former trinary weight")
        .hasMessageContaining("0.5")
        .hasMessageContaining("averaging the parameters");
  }

  @Test
  void damagedStatisticsAreNoticed() {
    MultiLayerNetwork network = images(DataType.FLOAT);
    network.getParam("1_var").putScalar(3, -1);
    assertThatThrownBy(() -> network.output(batch(1, DataType.FLOAT).getFeatures()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("(index 1), feature 3")
        .hasMessageContaining("variance -1.0");
  }

  /** Setting the flat vector bypasses every layer: they notice all the same. */
  @Test
  void weightsSetThroughTheFlatVectorCount() {
    MultiLayerNetwork network = dense();
    set(network, 1);
    assertThat(weight(network)).isEqualTo(1);
    INDArray flat = network.params().dup();
    flat.putScalar(0, -1);
    network.setParams(flat);
    assertThat(weight(network)).isEqualTo(-1);
  }
}
