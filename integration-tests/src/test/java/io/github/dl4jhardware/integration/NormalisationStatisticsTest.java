package io.github.dl4jhardware.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.dl4jhardware.analog.cell.DriftCompensation;
import io.github.dl4jhardware.analog.convert.Analog;
import io.github.dl4jhardware.analog.inference.Drift;
import io.github.dl4jhardware.analog.inference.DriftProbe;
import io.github.dl4jhardware.analog.preset.Synapses;
import io.github.dl4jhardware.compare.Probe;
import io.github.dl4jhardware.convert.HardwareConversion;
import io.github.dl4jhardware.convert.NormalisationStatistics;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;

/** Statistics of normalisation set anew; DL4J's own training pass is the oracle. */
class NormalisationStatisticsTest {
  private static final int SIDE = 6;

  private static INDArray images(int count, CNN2DFormat format, long seed) {
    Nd4j.getRandom().setSeed(seed);
    INDArray images = Nd4j.randn(DataType.DOUBLE, count, 2, SIDE, SIDE).muli(2).addi(0.5);
    return format == CNN2DFormat.NCHW ? images : images.permute(0, 2, 3, 1).dup();
  }

  private static ConvolutionLayer convolution(CNN2DFormat format) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(4)
        .convolutionMode(ConvolutionMode.Same)
        .activation(Activation.IDENTITY)
        .dataFormat(format)
        .build();
  }

  private static BatchNormalization normalisation(CNN2DFormat format, boolean logarithm) {
    return new BatchNormalization.Builder().dataFormat(format).useLogStd(logarithm).build();
  }

  private static NeuralNetConfiguration.Builder start() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(DataType.DOUBLE)
        .updater(new Sgd(0.1));
  }

  /** A residual block, a dense layer with normalisation of its own, and an output. */
  private static ComputationGraph graph(CNN2DFormat format, boolean logarithm) {
    ComputationGraph network =
        new ComputationGraph(
            start()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(SIDE, SIDE, 2, format))
                .addLayer("c1", convolution(format), "in")
                .addLayer("n1", normalisation(format, logarithm), "c1")
                .addLayer("a1", new ActivationLayer(Activation.RELU), "n1")
                .addLayer("c2", convolution(format), "a1")
                .addLayer("n2", normalisation(format, logarithm), "c2")
                .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a1", "n2")
                .addLayer(
                    "d",
                    new DenseLayer.Builder().nOut(7).activation(Activation.TANH).build(),
                    "add")
                .addLayer("n3", normalisation(CNN2DFormat.NCHW, logarithm), "d")
                .addLayer("out", new OutputLayer.Builder().nOut(3).build(), "n3")
                .setOutputs("out")
                .build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork row(CNN2DFormat format, boolean logarithm) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            start()
                .list()
                .layer(convolution(format))
                .layer(normalisation(format, logarithm))
                .layer(new DenseLayer.Builder().nOut(7).activation(Activation.TANH).build())
                .layer(normalisation(CNN2DFormat.NCHW, logarithm))
                .layer(new OutputLayer.Builder().nOut(3).build())
                .setInputType(InputType.convolutional(SIDE, SIDE, 2, format))
                .build());
    network.init();
    return network;
  }

  private static double farthest(INDArray one, INDArray other) {
    return one.sub(other).amaxNumber().doubleValue();
  }

  /** In training a batch is normalised by its own statistics, which is what one batch is to set. */
  @ParameterizedTest
  @CsvSource({"NCHW,false", "NCHW,true", "NHWC,false", "NHWC,true"})
  void oneBatchGivesWhatTrainingSees(CNN2DFormat format, boolean logarithm) {
    INDArray x = images(40, format, 1);
    ComputationGraph graph = graph(format, logarithm);
    INDArray wanted = graph.output(true, x)[0].dup();
    assertThat(farthest(graph.outputSingle(x), wanted)).isGreaterThan(0.05);
    NormalisationStatistics.by(x).renew(graph);
    assertThat(farthest(graph.outputSingle(x), wanted)).isLessThan(1e-6);

    MultiLayerNetwork row = row(format, logarithm);
    INDArray wantedOfRow = row.output(x, true).dup();
    assertThat(farthest(row.output(x), wantedOfRow)).isGreaterThan(0.05);
    NormalisationStatistics.by(x).renew(row);
    assertThat(farthest(row.output(x), wantedOfRow)).isLessThan(1e-6);
    // It trains on as any other.
    row.fit(x, Nd4j.eye(3).castTo(DataType.DOUBLE).repeat(0, 14).get(range(40)));
    assertThat(row.params().isNaN().any()).isFalse();
  }

  private static INDArrayIndex range(int count) {
    return NDArrayIndex.interval(0, count);
  }

  /** The first layer sees the same for one batch of all and for two halves. */
  @Test
  void batchesArePooled() {
    INDArray x = images(60, CNN2DFormat.NCHW, 2);
    x.get(range(30)).addi(1);
    MultiLayerNetwork one = row(CNN2DFormat.NCHW, false);
    MultiLayerNetwork two = row(CNN2DFormat.NCHW, false);
    NormalisationStatistics.by(x).renew(one);
    INDArray second = x.get(NDArrayIndex.interval(30, 60)).dup();
    NormalisationStatistics.by(x.get(range(30)).dup(), second).renew(two);
    for (String statistic : new String[] {"1_mean", "1_var"}) {
      assertThat(farthest(two.getParam(statistic), one.getParam(statistic))).isLessThan(1e-9);
    }
    for (String weight : new String[] {"0_W", "0_b", "1_gamma", "1_beta"}) {
      assertThat(farthest(two.getParam(weight), one.getParam(weight))).isZero();
    }
  }

  /** What drift takes from every sum of a layer alike, normalisation gives back. */
  @Test
  void aLossOfScaleIsGivenBack() {
    INDArray x = images(50, CNN2DFormat.NCHW, 4);
    ComputationGraph network = graph(CNN2DFormat.NCHW, false);
    NormalisationStatistics.by(x).renew(network);
    INDArray wanted = network.outputSingle(x).dup();
    for (String name : new String[] {"c1_W", "c2_W", "c1_b", "c2_b"}) {
      network.getParam(name).muli(0.6);
    }
    assertThat(farthest(network.outputSingle(x), wanted)).isGreaterThan(0.01);
    NormalisationStatistics.by(x).renew(network);
    // Epsilon is added to variances, which are smaller now.
    assertThat(farthest(network.outputSingle(x), wanted)).isLessThan(1e-3);
  }

  /** On a chip that has drifted for a year without any compensation. */
  @Test
  void aDriftedChipComesNearerToItsSource() {
    INDArray x = images(200, CNN2DFormat.NHWC, 5);
    ComputationGraph source = graph(CNN2DFormat.NHWC, false);
    NormalisationStatistics.by(x).renew(source);
    ComputationGraph onArrays =
        HardwareConversion.of(source).all(Analog.on(Synapses.pcmInference())).convert().network();
    ComputationGraph later = Drift.of(onArrays, 1).after(3.15e7, DriftCompensation.NONE);
    INDArray test = images(200, CNN2DFormat.NHWC, 6);
    INDArray wanted = source.outputSingle(test).dup();
    double before = later.outputSingle(test).sub(wanted).norm2Number().doubleValue();
    INDArray devices = later.getParam("c2_W").dup();
    NormalisationStatistics.by(x).renew(later);
    double after = later.outputSingle(test).sub(wanted).norm2Number().doubleValue();
    assertThat(after).isLessThan(0.7 * before);
    assertThat(farthest(later.getParam("c2_W"), devices)).isZero();
  }

  /** A curve more in comparisons, of networks that have normalisation. */
  @Test
  void theProbeOfDriftHasACurveForIt() {
    INDArray x = images(60, CNN2DFormat.NCHW, 11);
    ComputationGraph source = graph(CNN2DFormat.NCHW, false);
    ComputationGraph onArrays =
        HardwareConversion.of(source).all(Analog.on(Synapses.pcmInference())).convert().network();
    DriftProbe probe = DriftProbe.at(1, 3600).renewing(NormalisationStatistics.by(x));
    List<INDArray> means = new ArrayList<>();
    Probe.Findings found =
        probe.look(
            onArrays,
            1,
            network -> {
              means.add(((ComputationGraph) network).getParam("n2_mean").dup());
              return 50;
            });
    assertThat(found.curves())
        .extracting(Probe.Curve::name)
        .containsExactly(
            "Drift over time", "Drift over time, statistics of normalisation set anew");
    assertThat(means).hasSize(4);
    INDArray ofSource = onArrays.getParam("n2_mean");
    assertThat(means.subList(0, 2)).allMatch(mean -> farthest(mean, ofSource) == 0);
    assertThat(means.subList(2, 4)).allMatch(mean -> farthest(mean, ofSource) > 0.001);
    // What was looked at is as it was.
    assertThat(farthest(ofSource, source.getParam("n2_mean"))).isZero();
    MultiLayerNetwork without =
        Networks.analog(Synapses.pcmInference(), new Sgd(0.1), DataType.FLOAT);
    assertThat(probe.look(without, 1, network -> 50).curves()).hasSize(1);
  }

  @Test
  void frozenNormalisationIsSetToo() {
    INDArray x = images(40, CNN2DFormat.NCHW, 7);
    MultiLayerNetwork network = row(CNN2DFormat.NCHW, false);
    MultiLayerNetwork frozen = new TransferLearning.Builder(network).setFeatureExtractor(2).build();
    NormalisationStatistics.by(x).renew(network);
    NormalisationStatistics.by(x).renew(frozen);
    assertThat(farthest(frozen.output(x), network.output(x))).isCloseTo(0, within(1e-12));
  }

  @Test
  void whatCannotBeSetIsRefusedAndChangesNothing() {
    INDArray good = images(20, CNN2DFormat.NCHW, 8);
    INDArray bad = good.dup();
    bad.putScalar(7, Double.NaN);
    MultiLayerNetwork network = row(CNN2DFormat.NCHW, false);
    INDArray former = network.params().dup();
    NeuralNetwork any = network;
    assertThatThrownBy(() -> NormalisationStatistics.by(good, bad).renew(any))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reads values that are not finite");
    assertThat(farthest(network.params(), former)).isZero();
    assertThatThrownBy(NormalisationStatistics::by).hasMessageContaining("at least one batch");
    assertThatThrownBy(() -> NormalisationStatistics.by(images(1, CNN2DFormat.NCHW, 1)))
        .hasMessageContaining("at least 2 examples");
    MultiLayerNetwork without = Networks.analog(Synapses.ideal(), new Sgd(0.1), DataType.FLOAT);
    assertThatThrownBy(() -> NormalisationStatistics.by(good).renew(without))
        .hasMessageContaining("no batch normalisation");
    ComputationGraph two =
        new ComputationGraph(
            start()
                .graphBuilder()
                .addInputs("one", "other")
                .setInputTypes(InputType.feedForward(3), InputType.feedForward(3))
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "one", "other")
                .addLayer("n", new BatchNormalization(), "sum")
                .addLayer("out", new OutputLayer.Builder().nOut(3).build(), "n")
                .setOutputs("out")
                .build());
    two.init();
    assertThatThrownBy(() -> NormalisationStatistics.by(Nd4j.ones(4, 3)).renew(two))
        .hasMessageContaining("2 inputs; one with a single input is expected");
  }
}
